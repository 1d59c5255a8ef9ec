--- needs: gcc
--- runner: none
--| true
-- Short-lived objects leave nothing behind.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local P = ct.Structure("P", { { "x", ct.c_int }, { "p", ct.POINTER(ct.c_int) } })
lib.sum_ints.restype, lib.count_bytes.restype = ct.c_long, ct.c_size_t
local function resident()
  local file = io.open "/proc/self/statm"
  local pages = tonumber(file:read "a":match "^%d+ (%d+)")
  file:close()
  return pages * 4
end
local function work(n)
  for i = 1, n do
    local s = P(i, ct.pointer(ct.c_int(i)))
    local a = (ct.c_double * 100)()
    s.p = nil
    lib.sum_ints((ct.c_int * 3)(1, 2, 3), 3)
    lib.count_bytes("some text")
    ct.cast(ct.byref(s), ct.POINTER(P))
    local _ = a[0]
  end
  collectgarbage()
end
work(5000)
local before = resident()
work(50000)
-- 50000 turns that lost one pointer each would already cost more than this.
print(resident() - before < 8 * 1024 or resident() - before)
