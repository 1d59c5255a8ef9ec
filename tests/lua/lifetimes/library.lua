--- needs: gcc
--| 5
--| 42
--| 5
-- Functions and variables keep their library.
local ct = require "ctypes"
local path = os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so"
local add = ct.CDLL(path).add
local counter = ct.c_int:in_dll(ct.CDLL(path), "counter")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int)
local byname = F({ "add", ct.CDLL(path) })
collectgarbage()
collectgarbage()
print(add(2, 3))
print(counter.value)
print(byname(2, 3))
