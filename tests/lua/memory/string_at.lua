--| hello	hel	lo
--| 97 0 98
--| wörld	wör
--| TypeError	TypeError
--| hello
-- string_at and wstring_at read C memory as strings.
local ct = require "ctypes"
local b = ct.create_string_buffer("hello")
print(ct.string_at(b), ct.string_at(b, 3), ct.string_at(ct.byref(b, 3)))
local z = ct.create_string_buffer("a\0b")
print(("%d %d %d"):format(ct.string_at(z, 3):byte(1, -1)))
local w = ct.create_unicode_buffer("wörld")
print(ct.wstring_at(w), ct.wstring_at(w, 3))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.string_at, 1.5), kind(ct.wstring_at, {}))
print(ct.string_at(ct.addressof(b)))
