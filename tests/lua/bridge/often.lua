--- needs: gcc
--| 199990000	20000
-- A function of another process that is called often is still called there, its callbacks too.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libscalars.so")
lib.add.restype, lib.add.argtypes = ct.c_int, { ct.c_int, ct.c_int }
local add, sum = lib.add, 0
for i = 1, 19999 do
  sum = add(sum, i)
end
local calls = 0
local libc = ct.CDLL("libc.so.6", { bridge = "i386-linux" })
local F = ct.CFUNCTYPE(ct.c_int, ct.POINTER(ct.c_int), ct.POINTER(ct.c_int))
libc.qsort.restype, libc.qsort.argtypes = nil, { ct.c_void_p, ct.c_size_t, ct.c_size_t, F }
local numbers = (ct.c_int * 2)(2, 1)
local compare = F(function(a, b)
  calls = calls + 1
  return a[0] - b[0]
end)
for _ = 1, 20000 do
  libc.qsort(numbers, 2, 4, compare)
end
print(sum, calls)
