--| hello
--| true	true
--| 1 2 1 2 3
--| 255 255 255 0
--| TypeError	TypeError	TypeError
--| ok
-- memmove and memset, overlap included; both return the destination's address.
local ct = require "ctypes"
local b = ct.create_string_buffer(6)
local r = ct.memmove(b, "hello", 5)
print(b.value)
print(r == ct.addressof(b), ct.memset(b, 0, 6) == ct.addressof(b))
local a = (ct.c_ubyte * 5)(1, 2, 3, 4, 5)
ct.memmove(ct.byref(a, 2), a, 3)
print(table.concat(a:totable(), " "))
local m = (ct.c_ubyte * 4)()
ct.memset(ct.addressof(m), 255, 3)
print(table.concat(m:totable(), " "))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.memmove, 1.5, "x", 1), kind(ct.memmove, b, {}, 1), kind(ct.memset, {}, 0, 1))
print(b.value == "" and "ok")
