--- bridge: same it works with this process's sizes
--- needs: gcc
--| echo_bool true
--| echo_char z
--| echo_wchar ü
--| echo_byte -128
--| echo_ubyte 255
--| echo_short -32768
--| echo_ushort 65535
--| echo_int -2147483648
--| echo_uint 4294967295
--| echo_long -9223372036854775808
--| echo_ulong -1
--| echo_longlong 9223372036854775807
--| echo_ulonglong -2
--| echo_size_t 12345678901
--| echo_float 0.5
--| echo_double 0.1
--| echo_longdouble 0.1
--| echo_pointer 4096
-- Every scalar type as argument and result.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local cases = {
  { "bool", true }, { "char", "z" }, { "wchar", "ü" }, { "byte", -128 }, { "ubyte", 255 }, { "short", -32768 },
  { "ushort", 65535 }, { "int", -2147483648 }, { "uint", 4294967295 }, { "long", math.mininteger }, { "ulong", -1 },
  { "longlong", math.maxinteger }, { "ulonglong", -2 }, { "size_t", 12345678901 }, { "float", 0.5 }, { "double", 0.1 },
  { "longdouble", 0.1 }, { "pointer", 4096, ct.c_void_p },
}
for _, case in ipairs(cases) do
  local name, value, T = table.unpack(case)
  T = T or ct["c_" .. name]
  local f = lib["echo_" .. name]
  f.argtypes, f.restype = { T }, T
  print(f.name .. " " .. tostring(f(value)))
end
