--- needs: gcc
--| 1000	2	2000
--| 3	{10, nil, 4.5}
--| 30	40
--| 0
--| ValueError	true
--| ArgumentError: add: argument 1: expected c_int, got string
--| ValueError: batch: the batch is over
--| boom
-- Many calls with one message: in order, each with its own result; objects are shared by all of them.
local ct = require "ctypes"
local bridge = require "bridge"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libscalars.so")
local other = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libother_side.so")
lib.add.argtypes = { ct.c_int, ct.c_int }
local r = bridge.batch(lib, function(call)
  for i = 1, 1000 do
    call(lib.add, i, i)
  end
end)
print(r.n, r[1], r[1000])

local numbers = (ct.c_double * 2)()
other.fill_doubles.restype, other.fill_doubles.argtypes = nil, { ct.POINTER(ct.c_double), ct.c_int, ct.c_double }
other.sum_doubles.restype, other.sum_doubles.argtypes = ct.c_double, { ct.POINTER(ct.c_double), ct.c_int }
r = bridge.batch(lib, function(call)
  call(other.numbers_sum, (ct.c_int * 2)(3, 7), 2)
  call(other.fill_doubles, numbers, 2, 2.25)
  call(other.sum_doubles, numbers, 2)
end)
print(r.n, ("{%s, %s, %s}"):format(r[1], r[2], r[3]))
assert(numbers[0] == 2.25 and numbers[1] == 2.25)

-- A callback in the middle.
local F = ct.CFUNCTYPE(ct.c_int, ct.c_void_p, ct.c_void_p)
local Trap = ct.Structure("Trap", { { "c", ct.c_byte }, { "d", ct.c_double }, { "i", ct.c_int } })
other.visit.argtypes = { ct.POINTER(Trap), ct.c_int, F, ct.c_void_p }
local traps = (Trap * 2)({ 1, 1, 1 }, { 2, 2, 2 })
r = bridge.batch(lib, function(call)
  call(other.visit, traps, 2, function() return 15 end, nil)
  call(lib.add, 10, 30)
end)
print(r[1], r[2])
print(bridge.batch(lib, function() end).n)

local here = ct.CDLL("libc.so.6").abs
local ok, e = pcall(bridge.batch, lib, function(call) call(here, 1) end)
print(e.kind, e.message:find("no function of this bridge", 1, true) ~= nil)
print(select(2, pcall(bridge.batch, lib, function(call) call(lib.add, "x", 1) end)))
local kept
bridge.batch(lib, function(call) kept = call end)
print(select(2, pcall(kept, lib.add, 1, 2)))
print((select(2, pcall(bridge.batch, lib, function() error("boom", 0) end))))
