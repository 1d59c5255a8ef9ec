--- needs: gcc
--| 0x1234	258	-3.1415927410126	0xa55a
--| 12 34 00 00 01 02 c0 49 0f db a5 5a
--| 12
--| 78 56 34 12 12 34 56 78
-- Big-endian data, as network headers have it.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
local Header = ct.BigEndianStructure("Header", {
  { "magic", ct.c_uint16 }, { "length", ct.c_uint32 }, { "angle", ct.c_float }, { "check", ct.c_uint16 },
}, { pack = 1 })
local h = Header()
lib.header_fill.restype = nil
lib.header_fill(ct.byref(h))
print(("0x%x"):format(h.magic), h.length, h.angle, ("0x%x"):format(h.check))
local g = Header { magic = 0x1234, length = 258, angle = h.angle, check = 0xA55A }
local function hex(object)
  return (ct.string_at(ct.addressof(object), ct.sizeof(object)):gsub(".", function(c)
    return ("%02x "):format(c:byte())
  end):sub(1, -2))
end
print(hex(g))
print(ct.sizeof(Header))
local Little = ct.LittleEndianStructure("Little", { { "n", ct.c_uint32 } })
local Both = ct.Structure("Both", { { "little", Little }, { "big", ct.BigEndianStructure("Big", { { "n", ct.c_uint32 } }) } })
local b = Both()
b.little.n, b.big.n = 0x12345678, 0x12345678
print(hex(b))
