-- At the memory limit, errors in callbacks and of the module are errors, and all works when there is memory again.
--memory 6000000
--raw
local ct = require "ctypes"
local libc = ct.CDLL "libc.so.6"
local C = ct.CFUNCTYPE(ct.c_int, ct.POINTER(ct.c_int), ct.POINTER(ct.c_int))
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
libc.qsort.restype, libc.qsort.argtypes = nil, { ct.POINTER(ct.c_int), ct.c_size_t, ct.c_size_t, C }
local bad = {
  function() return 1 << 40 end, function() error "e" end, function() error {} end, function() return {} end,
  function(x) return x end, function() local t = {} while true do t = { t } end end,
}
local sorts, calls = {}, {}
for i, f in ipairs(bad) do sorts[i], calls[i] = C(f), F(f) end
local good = C(function(x, y) return x[0] - y[0] end)
local a = (ct.c_int * 8)()
local hoard
local function fill(n) return function() while true do hoard = { hoard, ("x"):rep(n) } end end end
local large, small = fill(4000), fill(1)
for round = 1, 60 do
  pcall(large)
  pcall(small)
  for _ = 1, round do hoard = hoard[1] end
  for i = 1, #bad do
    pcall(libc.qsort, a, 8, 4, sorts[i])
    pcall(calls[i], 5)
    pcall(ct.c_int, "x")
    pcall(ct.pointer, a)
    pcall(ct.create_string_buffer, 100)
  end
  hoard = nil
  collectgarbage()
  for i = 0, 7 do a[i] = 8 - i end
  libc.qsort(a, 8, 4, good)
  assert(a[0] == 1 and a[7] == 8)
end
print "alive"
--| alive
