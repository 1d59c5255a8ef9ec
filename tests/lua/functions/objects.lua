--- needs: gcc
--| add	true
--| true	true
--| true
--| true	false
--| AttributeError
--| 12
-- What a function object tells, and functions as arguments and results.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local add = lib.add
print(add.name, math.type(add.address) == "integer")
add.argtypes, add.restype = { ct.c_int, ct.c_int }, ct.c_long
local text = tostring(add)
print(text:find("add", 1, true) ~= nil, text:find("c_int", 1, true) ~= nil and text:find("c_long", 1, true) ~= nil)
print(ct.cast(add, ct.c_void_p).value == add.address)
print(ct.is_null(ct.CFUNCTYPE(nil)()), ct.is_null(add))
print(select(2, pcall(function() return add.adress end)).kind)
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.compose.argtypes = { F, F, ct.c_int }
print(lib.compose(F(lib.triple.address), function(x) return x + 1 end, 3))
