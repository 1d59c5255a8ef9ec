--- bridge: same it works with this process's sizes
--- needs: gcc
--| Bits1	4
--| Bits2	8
--| Bits3	16
--| Bits4	8
--| Bits5	7
--| Bits6	12
--| Bits8	4
-- Bit fields as GCC lays them out: C fills, Lua reads; Lua fills, C reads.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
local u8, u16, u64 = ct.c_uint8, ct.c_uint16, ct.c_uint64
local cases = {
  { "Bits1", { { "a", ct.c_uint, 3 }, { "b", ct.c_uint, 5 }, { "c", ct.c_uint, 10 }, { "d", ct.c_int, 7 } },
    { a = 5, b = 17, c = 1000, d = -3 } },
  { "Bits2", { { "a", ct.c_char }, { "b", ct.c_int, 4 }, { "c", ct.c_int64, 40 }, { "d", ct.c_short, 9 } },
    { a = "x", b = -8, c = -500000000000, d = 255 } },
  { "Bits3", { { "a", u64, 33 }, { "b", u64, 31 }, { "c", u8, 3 }, { "d", u8, 6 } },
    { a = 0x1FFFFFFFF, b = 0x12345678, c = 6, d = 33 } },
  { "Bits4", { { "a", ct.c_int, 20 }, { "b", ct.c_char }, { "c", ct.c_int, 12 } }, { a = -500000, b = "z", c = -2048 } },
  { "Bits5", { { "a", ct.c_uint, 3 }, { "b", ct.c_uint, 30 }, { "c", u8, 7 }, { "d", u16 } },
    { a = 6, b = 0x2AAAAAAA, c = 99, d = 54321 }, { pack = 1 } },
  { "Bits6", { { "a", ct.c_byte, 3 }, { "b", ct.c_int, 5 }, { "c", ct.c_short, 9 }, { "d", ct.c_short, 9 } },
    { a = -2, b = 11, c = -200, d = 200 }, { layout = "ms" } },
  { "Bits8", { { "a", ct.c_bool, 1 }, { "b", ct.c_uint, 6 }, { "c", ct.c_bool, 1 } }, { a = true, b = 42, c = true } },
}
for _, case in ipairs(cases) do
  local name, fields, values, options = table.unpack(case, 1, 4)
  local T = ct.Structure(name, fields, options)
  local function c(prefix, restype)
    local f = lib[prefix .. name]
    f.restype = restype
    return f
  end
  assert(c("size_", ct.c_size_t)() == ct.sizeof(T), name .. ": size " .. ct.sizeof(T))
  assert(c("align_", ct.c_size_t)() == ct.alignment(T), name .. ": alignment " .. ct.alignment(T))
  local from_c = T()
  c("fill_", nil)(ct.byref(from_c))
  for field, value in pairs(values) do
    assert(from_c[field] == value, ("%s.%s: C wrote %s, read %s"):format(name, field, value, from_c[field]))
  end
  local from_lua = T(values)
  local read = c("read_", ct.c_int64)
  assert(read(ct.byref(from_lua)) == read(ct.byref(from_c)), name .. ": C reads other values")
  print(name, ct.sizeof(T))
end
