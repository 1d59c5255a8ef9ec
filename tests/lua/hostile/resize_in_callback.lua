--| 64	true
--| true
-- A comparator that resizes the array that is being sorted.
local ct = require "ctypes"
local libc, n = ct.CDLL(nil), 64
local a = (ct.c_int * n)()
ct.resize(a, 4 * n + 65536)
for i = 0, n - 1 do a[i] = i * 7919 % 101 end
local P = ct.POINTER(ct.c_int)
libc.qsort.argtypes, libc.qsort.restype = { P, ct.c_size_t, ct.c_size_t, ct.CFUNCTYPE(ct.c_int, P, P) }, nil
local calls = 0
libc.qsort(a, n, 4, function(x, y)
  calls = calls + 1
  if calls < 6 then
    pcall(ct.resize, a, ct.sizeof(a) + 70000)
    collectgarbage()
    collectgarbage()
  end
  return x[0] - y[0]
end)
-- Refused or done, the array is whole; what C sorted may be what it was before.
local sum = 0
for _, v in pairs(a) do sum = sum + v end
print(#a, sum > 0)
print(pcall(ct.resize, a, ct.sizeof(a) + 10))
