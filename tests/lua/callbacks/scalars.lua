--- bridge: same it works with this process's sizes
--- needs: gcc
--| bool true
--| char z
--| wchar ü
--| byte -128
--| ubyte 255
--| short -32768
--| ushort 65535
--| int -7
--| uint 4294967295
--| long -9223372036854775808
--| ulong -1
--| float 0.5
--| double 0.1
--| longdouble 0.25
--| pointer 4096
-- Every scalar type as parameter and result of a callback.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local cases = {
  { "bool", true }, { "char", "z" }, { "wchar", "ü" }, { "byte", -128 }, { "ubyte", 255 }, { "short", -32768 },
  { "ushort", 65535 }, { "int", -7 }, { "uint", 0xFFFFFFFF }, { "long", math.mininteger }, { "ulong", -1 },
  { "float", 0.5 }, { "double", 0.1 }, { "longdouble", 0.25 }, { "pointer", 4096, ct.c_void_p },
}
for _, case in ipairs(cases) do
  local name, value, T = table.unpack(case)
  T = T or ct["c_" .. name]
  local F = ct.CFUNCTYPE(T, T)
  local relay = lib["relay_" .. name]
  relay.argtypes, relay.restype = { F, T }, T
  local seen
  local result = relay(F(function(v)
    seen = v
    return v
  end), value)
  assert(seen == value, name .. ": saw " .. tostring(seen))
  print(name .. " " .. tostring(result))
end
