--| 00 00 00 01	01 00 00 00
--| 1	1
--| true	true
--| 40 0c 00 00 00 00 00 00	3.5
--| AttributeError	AttributeError
-- Every number type has twins of a fixed byte order.
local ct = require "ctypes"
local function hex(object)
  return (ct.string_at(ct.addressof(object), ct.sizeof(object)):gsub(".", function(c)
    return ("%02x "):format(c:byte())
  end):sub(1, -2))
end
local be, le = ct.c_uint32.__ctype_be__(1), ct.c_uint32.__ctype_le__(1)
print(hex(be), hex(le))
print(be.value, le.value)
print(ct.c_int.__ctype_le__ == ct.c_int, ct.c_int.__ctype_be__ ~= ct.c_int)
local d = ct.c_double.__ctype_be__(3.5)
print(hex(d), d.value)
local function kind(T)
  local ok, e = pcall(function() return T.__ctype_be__ end)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.c_wchar), kind(ct.c_void_p))
