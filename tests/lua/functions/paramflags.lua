--- needs: gcc
--| 3	2
--| 8	1
--| 3	2
--| 8	1
--| 4
--| ArgumentError	true
--| ArgumentError	true
--| ArgumentError
--| 3	2	0
-- Prototypes with in, out and default parameters.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local P = ct.POINTER(ct.c_int)
local proto = ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int, P, P)
local divide = proto({ "divide", lib }, { { 1, "a" }, { 1, "b", 2 }, { 2, "quotient" }, { 2, "remainder" } })
print(divide(17, 5))
print(divide(17))
print(divide { a = 17, b = 5 })
print(divide { a = 17 })
-- One out parameter is one result; an in-out one is the object that was passed.
local increment = ct.CFUNCTYPE(nil, P)({ "increment", lib }, { { 3, "value" } })
print(increment(ct.c_int(3)).value)
local ok, e = pcall(divide)
print(e.kind, e.message:find("a", 1, true) ~= nil)
ok, e = pcall(divide, { a = 1, bb = 2 })
print(e.kind, e.message:find("bb", 1, true) ~= nil)
print(select(2, pcall(divide, 1, 2, 3)).kind)
divide.errcheck = function(result, fn, args)
  return args[3].value, args[4].value, result
end
print(divide(17, 5))
