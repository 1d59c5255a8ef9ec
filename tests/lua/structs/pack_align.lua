--- bridge: same it works with this process's sizes
--- needs: gcc
--| pack nil: 24 8 8
--| pack 1: 15 1 1
--| pack 2: 16 2 2
--| pack 4: 20 4 4
--| align 32: 32 32 4
--| same as the compiler's
-- `pack` and `align` against the C compiler's own sizes and offsets.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
local fields = { { "a", ct.c_char }, { "b", ct.c_double }, { "c", ct.c_short }, { "d", ct.c_int } }
local function compare(label, T, c_name)
  local f = lib["offsets_" .. c_name]
  f.argtypes, f.restype = { ct.POINTER(ct.c_size_t) }, nil
  local out = (ct.c_size_t * 3)()
  f(out)
  print(("%s: %d %d %d"):format(label, ct.sizeof(T), ct.alignment(T), T.b.offset))
  assert(out[0] == ct.sizeof(T) and out[1] == ct.alignment(T) and out[2] == T.b.offset, label)
end
for _, pack in ipairs { 0, 1, 2, 4 } do
  local options = pack ~= 0 and { pack = pack } or nil
  compare("pack " .. tostring(options and pack), ct.Structure("Packed" .. pack, fields, options), "Packed" .. pack)
end
local A = ct.Structure("Aligned32", { { "a", ct.c_char }, { "b", ct.c_int } }, { align = 32 })
compare("align 32", A, "Aligned32")
print "same as the compiler's"
