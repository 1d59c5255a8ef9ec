--| ok
--| TypeError	TypeError	TypeError	TypeError
--| 01 02	02 01
--| a5 80
--| 5	13
--| 00 01 00 00
-- What swapped structures may hold, and how their bit fields run: from the most significant bit.
local ct = require "ctypes"
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local BE = ct.BigEndianStructure
BE("Bytes", { { "a", ct.c_char }, { "b", ct.c_ubyte }, { "c", ct.c_bool }, { "d", ct.c_char * 4 } })
print "ok"
print(kind(BE, "P", { { "p", ct.POINTER(ct.c_int) } }), kind(BE, "V", { { "p", ct.c_void_p } }),
  kind(BE, "W", { { "w", ct.c_wchar } }), kind(BE, "L", { { "l", ct.c_longdouble } }))
local function hex(object)
  return (ct.string_at(ct.addressof(object), ct.sizeof(object)):gsub(".", function(c)
    return ("%02x "):format(c:byte())
  end):sub(1, -2))
end
-- A nested native structure keeps its own order; arrays are swapped item by item.
local Native = ct.Structure("Native", { { "n", ct.c_uint16 } })
local Mixed = BE("Mixed", { { "a", ct.c_uint16 * 1 }, { "b", Native } })
local m = Mixed()
m.a[0], m.b.n = 0x0102, 0x0102
print((hex(m):gsub("^(%S+ %S+) ", "%1\t")))
local Bits = BE("Bits", { { "high", ct.c_uint16, 3 }, { "mid", ct.c_uint16, 6 }, { "low", ct.c_uint16, 7 } })
local b = Bits(5, 11, 0)
print(hex(b))
print(b.high, Bits.high.bit_offset)
local U = ct.BigEndianUnion("U", { { "n", ct.c_uint32 }, { "b", ct.c_ubyte * 4 } })
local u = U()
u.n = 0x10000
print(hex(u))
