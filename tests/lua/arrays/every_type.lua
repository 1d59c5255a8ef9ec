--| c_bool true false
--| c_char a b
--| c_wchar ä b
--| c_byte -1 2
--| c_ubyte 255 2
--| c_short -1 2
--| c_ushort 65535 2
--| c_int -1 2
--| c_uint 4294967295 2
--| c_long -1 2
--| c_float 0.5 2.0
--| c_double 0.5 2.0
--| c_longdouble 0.5 2.0
--| c_char_p x nil
--| c_wchar_p ü nil
--| c_void_p 16 nil
-- Elements of every simple type, written and read.
local ct = require "ctypes"
local function try(name, x, y)
  local a = (ct[name] * 2)()
  a[0] = x
  a[1] = y
  print(("%s %s %s"):format(name, tostring(a[0]), tostring(a[1])))
end
try("c_bool", true, 0)
try("c_char", "a", 98)
try("c_wchar", "ä", "b")
for _, name in ipairs { "c_byte", "c_ubyte", "c_short", "c_ushort", "c_int", "c_uint", "c_long" } do try(name, -1, 2) end
for _, name in ipairs { "c_float", "c_double", "c_longdouble" } do try(name, 0.5, 2) end
try("c_char_p", "x", nil)
try("c_wchar_p", "ü", nil)
try("c_void_p", 16, nil)
