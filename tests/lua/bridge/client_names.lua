--| 1.2	3	false	3
--| as a method	by name	this of version 1.2
--| 4.0	true
--| 1.2	3
--| 4	nil	new	not there before
--| integer	the module's own
--| a_function bits count describe echo fresh kinds level nothing pid settings size_of square_root version
--| near	false	AttributeError: echo has no 'verion', did you mean 'version'?
--| unknown	false	AttributeError: echo has no 'nowhere'
--| by name	false	AttributeError: echo has no 'ecko', did you mean 'echo'?
--| private	false	AttributeError: echo: names that begin with '_' are the module's own: '_hidden'
--| private call	false	AttributeError: echo: names that begin with '_' are the module's own: '_hidden'
--| set own	false	AttributeError: echo.pid is the client's own: it cannot be set
--| set function	false	AttributeError: echo.echo is a function: it cannot be set
--| set private	false	AttributeError: echo: names that begin with '_' are the module's own: '_hidden'
--| set nothing sendable	false	TypeError: echo.level: a function cannot be sent
--| no name	false	AttributeError: echo: names are strings, got number
--| value with arguments	false	BridgeError: level: TypeError: echo.level is a number, not a function
--| no colon	false	TypeError: echo: call it with a colon, as a method of the client
-- Every public name of a module can be reached, as a method or as a value; the client's own names come first.
local bridge = require "bridge"

local client <close> = bridge.Client("echo", { append_path = "../served" })

print(client.version, client.level, client.nothing, client.settings.b[2])
print(client:echo("as a method"), client:request32("echo", "by name"), client:describe("this"))
print(client:square_root(16.0), client.square_root == client.square_root)

-- A value can be asked for by name, and set.
print(client:request32 "version", client:request32("level"))
client.level = 4
client.settings = { c = "new" }
client.fresh = "not there before"
print(client.level, client.settings.b, client.settings.c, client.fresh)

-- `pid` is the client's own; request32 reaches the module's.
print(math.type(client.pid), client:request32("pid"))
print(table.concat(client:names(), " "))

local function try(what, f)
  local ok, problem = pcall(f)
  print(what, ok, problem)
end
try("near", function() return client.verion end)
try("unknown", function() return client:nowhere() end)
try("by name", function() return client:request32("ecko") end)
try("private", function() return client._hidden end)
try("private call", function() return client:request32("_hidden") end)
try("set own", function() client.pid = 5 end)
try("set function", function() client.echo = 5 end)
try("set private", function() client._hidden = 5 end)
try("set nothing sendable", function() client.level = print end)
try("no name", function() return client[1] end)
try("value with arguments", function() return client:request32("level", 1) end)
try("no colon", function() return client.echo(5) end)
