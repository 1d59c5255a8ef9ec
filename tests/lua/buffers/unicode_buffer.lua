--| 10	40	
--| 6	wörld	24
--| 8	wörld
--| ö	wOrld
--| ValueError	ValueError	TypeError	ValueError
-- create_unicode_buffer: characters of the platform's wchar_t.
local ct = require "ctypes"
local b = ct.create_unicode_buffer(10)
print(#b, ct.sizeof(b), b.value)
b = ct.create_unicode_buffer("wörld")
print(#b, b.value, ct.sizeof(b))
print(#ct.create_unicode_buffer("wörld", 8), ct.create_unicode_buffer("wörld", 8).value)
io.write(b[1], "\t")
b[1] = "O"
print(b.value)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.create_unicode_buffer, -1), kind(ct.create_unicode_buffer, "long", 2), kind(ct.create_unicode_buffer),
  kind(ct.create_unicode_buffer, "\xff\xfe"))
