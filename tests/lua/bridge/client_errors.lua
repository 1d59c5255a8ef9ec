--| BridgeError: text: ../served/failing.lua:6: plainly
--| 	Error	../served/failing.lua:6: plainly
--| BridgeError: kinded: TypeError: c_int: expected c_int, got string
--| 	TypeError	c_int: expected c_int, got string
--| true
--| BridgeError: inner: ../served/failing.lua:6: from below
--| 	Error	../served/failing.lua:6: from below
--| stack traceback:
--| 	[C]: in function 'error'
--| 	../served/failing.lua:6: in field 'text'
--| 	../served/failing.lua:11: in local 'deeper'
--| 	../served/failing.lua:12: in function <../served/failing.lua:10>
--| BridgeError: value: (error object is a table value)
--| 	Error	(error object is a table value)
--| 42	kept
--| BridgeError: strange: a strange error
--| 	Error	a strange error
--| BridgeError: nothing: (error object is a nil value)
--| 	Error	(error object is a nil value)
--| BridgeError: printing: ../served/failing.lua:26: after printing
--| 	Error	../served/failing.lua:26: after printing
--| printed before
--| and on stderr
--| BridgeError: deep: ../served/failing.lua:29: stack overflow
--| 	Error	../served/failing.lua:29: stack overflow
--| true
--| BridgeError: hopeless: ../served/failing.lua:21: even this
--| true
--| BridgeError: broken: ../served/failing.lua:36: the property is broken
--| deep
-- An error over there is an error here that tells its kind, message and traceback; the client is usable after it.
local bridge = require "bridge"

local client <close> = bridge.Client("failing", { append_path = "../served" })

local function try(name, ...)
  local ok, problem = pcall(client[name], client, ...)
  assert(not ok and problem.kind == "BridgeError")
  print(problem)
  print("", problem.remote.kind, problem.remote.message)
  return problem
end

try("text", "plainly")
print(try("kinded").where:match "client_errors.lua:%d+" ~= nil)
print(try("inner").remote.traceback)
local value = try "value"
print(value.remote.value.code, value.remote.value.more[1])
try "strange"
try "nothing"
local printing = try "printing"
io.write(printing.remote.stdout, printing.remote.stderr)
print(#try "deep".remote.traceback > 100)
print(select(2, pcall(client.hopeless, client)))

-- Values that are computed, and the errors of computing them.
print(client.computed)
print(select(2, pcall(function() return client.broken end)))
print(client:names()[1])
