--- needs: gcc
--| number	true
--| TypeError
-- ct.time measures one call.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.add.argtypes = { ct.c_int, ct.c_int }
local t = ct.time(lib.add, 1, 2)
print(type(t), t >= 0)
print(select(2, pcall(ct.time, 5)).kind)
