--| false	true	false
--| false	true	true	true
--| TypeError	TypeError	TypeError
--| true	false
--| 1
-- c_bool takes booleans and integers, and 0 is false in C although not in Lua.
local ct = require "ctypes"
print(ct.c_bool().value, ct.c_bool(true).value, ct.c_bool(false).value)
print(ct.c_bool(0).value, ct.c_bool(1).value, ct.c_bool(256).value, ct.c_bool(-1).value)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.c_bool, "true"), kind(ct.c_bool, nil), kind(ct.c_bool, {}))
local b = ct.c_bool()
b.value = 17
io.write(tostring(b.value), "\t")
b.value = 0
print(b.value)
-- In memory a true is 1, whatever it was made from.
print(ct.string_at(ct.addressof(ct.c_bool(200)), 1):byte())
