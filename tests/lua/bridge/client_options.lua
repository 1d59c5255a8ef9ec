--| integer	float	a=b;c=d	false	2
--| bridge.Client(shapes: pid N)	../served/shapes.lua
--| bridge.Client(shapes: pid N)	bridge/../../served/shapes.lua
--| the helper	../served/more/helping.lua
--| :/one:/two	nil
--| hello
--| /usr/lib
--| bridge.Client(my shapes: in this process)	AttributeError: my shapes has no 'nothing_there'
--| TypeError	Client: the module: expected a string, got number
--| OSError	Client: module 'nowhere.to.be.found' was not found
--| OSError	Client: no such file: ../served/nowhere.lua
--| ValueError	Client: unknown option 'timeuot', did you mean 'timeout'?
--| TypeError	Client: option 'timeout': expected a number, got string
--| ValueError	Client: option 'timeout': expected seconds, got 0
--| ValueError	Client: option 'rpc_timeout': expected seconds, got -1
--| TypeError	Client: option 'quiet': expected a boolean, got number
--| TypeError	Client: option 'args': expected a table, got number
--| TypeError	Client: option 'args': field 'x[1]': a function cannot be sent
--| TypeError	Client: option 'append_path': expected a table, got number
--| TypeError	Client: option 'append_environ'[1]: expected a string, got number
--| OSError	Client: option 'add_dll_directory': no such folder: /no/such/folder
--| OSError	Client: shapes: the bridge for 32-bit libraries was not found
--| OSError	Client: shapes: the bridge /bin/false ended with exit code 1 before it said hello
--| BridgeError	loading shapes: ../served/shapes.lua:3: the module refuses
--| BridgeError	loading shapes: TypeError: shapes returned a number; a module that is served returns a table, or a function that returns one
--| BridgeError	loading shapes: TypeError: shapes returned nothing; a module that is served returns a table, or a function that returns one
--| BridgeError	loading no_table: TypeError: no_table returned a number; a module that is served returns a table, or a function that returns one
--| BridgeError	loading echo: TypeError: echo takes no args: it returns a table, not a function
--| BridgeError	loading unfinished: SyntaxError: ../served/unfinished.lua:2: unexpected symbol near <eof>
--| 6
-- What a client can be told, and how it says what is wrong with it.
local bridge = require "bridge"

local function client(module, options)
  options = options or {}
  options.append_path = options.append_path or "../served"
  return bridge.Client(module, options)
end

-- args keep their types.
local c <close> = client("shapes", { args = { n = 1, x = 1.5, text = "a=b;c=d", flag = false, list = { 1, { 2 } } } })
local args = c.args
print(math.type(args.n), math.type(args.x), args.text, args.flag, args.list[2][1])

-- By path, relative to the working directory or to the script; with or without the ending in a name.
for _, module in ipairs { "../served/shapes.lua", "../../served/shapes.lua" } do
  local by_path <close> = client(module)
  print((tostring(by_path):gsub("%d+", "N")), by_path.path)
end

-- What require finds over there: added folders and templates.
local helped <close> = client("shapes", { append_path = { "../served", "../served/more/?.lua" }, args = { helper = "helping" } })
print(helped.helper, helped.where)

-- Its environment: folders at the end of PATH, or any variables.
local path <close> = client("shapes", { append_environ = { "/one", "/two" } })
print(path.variable:match ":/one:/two$", os.getenv "PATH":match "/one")
local variables <close> = client("shapes", { append_environ = { GREETING = "hello", LIST = { "a", "b" } }, args = { variable = "GREETING" } })
print(variables.variable)
local folders <close> = client("shapes", { add_dll_directory = "/usr/lib", args = { variable = "LD_LIBRARY_PATH" } })
print(folders.variable:match "/usr/lib$")

-- A name of its own.
local named <close> = client("shapes", { name = "my shapes", mock = true })
print(named, select(2, pcall(function() return named.nothing_there end)))

local function try(module, options)
  local ok, problem = pcall(client, module, options)
  assert(not ok)
  print(problem.kind, (problem.message:gsub("\n.*", "")))
end
try(5)
try("nowhere.to.be.found")
try("../served/nowhere.lua")
try("shapes", { timeuot = 1 })
try("shapes", { timeout = "soon" })
try("shapes", { timeout = 0 })
try("shapes", { rpc_timeout = -1 })
try("shapes", { quiet = 1 })
try("shapes", { args = 5 })
try("shapes", { args = { x = { print } } })
try("shapes", { append_path = 5 })
try("shapes", { append_environ = { 5 } })
try("shapes", { add_dll_directory = "/no/such/folder" })
try("shapes", { executable = "/no/such/program" })
try("shapes", { executable = "/bin/false" })
try("shapes", { args = { fail = "the module refuses" } })
try("shapes", { args = { number = true } })
try("shapes", { args = { nothing = true } })
try("no_table", {})
try("echo", { args = {} })
try("unfinished", {})
print(#bridge.list())
