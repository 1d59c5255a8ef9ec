--- needs: gcc
--| 0.5 1.5 2.5
--| TypeError
--| 2.5
-- Out parameters may be arrays; a type that is no pointer cannot be one.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local fill = ct.CFUNCTYPE(nil, ct.c_double * 3, ct.c_int)({ "fill_doubles", lib }, { { 2, "out" }, { 1, "n", 3 } })
local a = fill()
print(table.concat(a:totable(), " "))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() return ct.CFUNCTYPE(nil, ct.c_int)({ "increment", lib }, { { 2, "value" } }) end))
print(fill()[2])
