--- needs: gcc
--| TypeError	TypeError	ValueError	TypeError	TypeError
--| 2
-- Parameter flags that make no sense.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local function make(flags) return function() return F({ "add", lib }, flags) end end
print(kind(make(5)), kind(make { 1, 2 }), kind(make { { 1, "a" } }), kind(make { { 2, "a" }, { 1, "b" } }),
  kind(make { { 64, "a" }, { 1, "b" } }))
print(F({ "add", lib }, { { 1, "a" }, { 1, "b", 1 } })(1))
