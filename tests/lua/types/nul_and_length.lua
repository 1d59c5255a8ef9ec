--| 3	97 98 99 0
--| 0	0
--| 6	97 0 98
-- c_char_p(s) owns exactly #s + 1 bytes, NULs in the middle included.
local ct = require "ctypes"
local function bytes(p, n)
  local q, t = ct.cast(p, ct.POINTER(ct.c_ubyte)), {}
  for i = 0, n - 1 do t[#t + 1] = q[i] end
  return table.concat(t, " ")
end
print(#ct.c_char_p("abc").value, bytes(ct.c_char_p("abc"), 4))
print(#ct.c_char_p("").value, bytes(ct.c_char_p(""), 1))
print(ct.sizeof(ct.create_string_buffer("a\0b\0c")), bytes(ct.c_char_p("a\0b"), 3))
