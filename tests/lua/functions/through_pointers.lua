--- needs: gcc
--| int	-7	-7
--| double	0.25	0.25
--| ushort	65535	65535
--| longdouble	1.5	1.5
--| bool	true	true
-- Objects filled by C and read by C.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
for _, case in ipairs { { "int", -7 }, { "double", 0.25 }, { "ushort", 65535 }, { "longdouble", 1.5 }, { "bool", true } } do
  local name, value = table.unpack(case)
  local T = ct["c_" .. name]
  local store, load = lib["store_" .. name], lib["load_" .. name]
  store.argtypes, store.restype = { ct.POINTER(T), T }, nil
  load.argtypes, load.restype = { ct.POINTER(T) }, T
  local slot = T()
  -- An instance where a pointer to its type is expected goes by reference.
  store(slot, value)
  print(name, slot.value, load(slot))
end
