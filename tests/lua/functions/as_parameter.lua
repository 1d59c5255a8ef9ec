--- needs: gcc
--| 5	5
--| 6
--| ArgumentError	ArgumentError
--| 7
-- Any object with _as_parameter_ stands for that value.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local two, three = { _as_parameter_ = 2 }, setmetatable({}, { __index = { _as_parameter_ = 3 } })
io.write(lib.add(two, three), "\t")
lib.add.argtypes = { ct.c_int, ct.c_int }
print(lib.add(two, three))
-- One may stand for another.
print(lib.add({ _as_parameter_ = { _as_parameter_ = three } }, 3))
local a, b = {}, {}
a._as_parameter_, b._as_parameter_ = b, a
local ok, e = pcall(lib.add, a, 1)
local ok2, e2 = pcall(lib.add, { _as_parameter_ = "x" }, 1)
print(e.kind, e2.kind)
print(lib.add(3, 4))
