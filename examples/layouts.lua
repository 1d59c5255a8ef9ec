--| Elf64_Ehdr: 64 bytes, e_entry at 24
--| natural 24 bytes, packed 10
--| struct Natural  (size 24, align 8)
--|   offset  size  field
--|        0     1  kind   c_char
--|        1     7  -- padding --
--|        8     8  value  c_double
--|       16     1  flag   c_bool
--|       17     7  -- tail padding --
--| struct Packed  (size 10, align 1, pack 1)
--|   offset  size  field
--|        0     1  kind   c_char
--|        1     8  value  c_double
--|        9     1  flag   c_bool
--| bit fields: 4 bytes, and 12 in Microsoft's layout
--| struct Gcc  (size 4, align 4)
--|   offset  size   bits  field
--|        0     4    0-2  a  c_uint : 3
--|        0               -- 5 unused bits --
--|        1     1    0-6  b  c_ubyte : 7
--|        0     4  15-26  c  c_uint : 12
--|        3               -- 5 unused bits --
--| the bits of 1.0: 0x3ff0000000000000
--| Packet{length=258, id=42}
-- Struct layouts: what the C compiler would make of them, and how to look at them.
local ct = require "ctypes"

-- The header of an ELF file, as <elf.h> declares it.
local Header = ct.Structure("Elf64_Ehdr", {
  { "e_ident", ct.c_ubyte * 16 },
  { "e_type", ct.c_uint16 },
  { "e_machine", ct.c_uint16 },
  { "e_version", ct.c_uint32 },
  { "e_entry", ct.c_uint64 },
  { "e_phoff", ct.c_uint64 },
  { "e_shoff", ct.c_uint64 },
  { "e_flags", ct.c_uint32 },
  { "e_ehsize", ct.c_uint16 },
  { "e_phentsize", ct.c_uint16 },
  { "e_phnum", ct.c_uint16 },
  { "e_shentsize", ct.c_uint16 },
  { "e_shnum", ct.c_uint16 },
  { "e_shstrndx", ct.c_uint16 },
})
print(("%s: %d bytes, e_entry at %d"):format(Header.__name, ct.sizeof(Header), Header.e_entry.offset))

-- Padding, and the same fields without it.
local fields = { { "kind", ct.c_char }, { "value", ct.c_double }, { "flag", ct.c_bool } }
local Natural = ct.Structure("Natural", fields)
local Packed = ct.Structure("Packed", fields, { pack = 1 })
print(("natural %d bytes, packed %d"):format(ct.sizeof(Natural), ct.sizeof(Packed)))
print(ct.layout(Natural))
print(ct.layout(Packed))

-- Bit fields, as GCC places them and as Microsoft's compiler does.
local bits = { { "a", ct.c_uint, 3 }, { "b", ct.c_ubyte, 7 }, { "c", ct.c_uint, 12 } }
local Gcc = ct.Structure("Gcc", bits, { layout = "sysv" })
local Microsoft = ct.Structure("Microsoft", bits, { layout = "ms" })
print(("bit fields: %d bytes, and %d in Microsoft's layout"):format(ct.sizeof(Gcc), ct.sizeof(Microsoft)))
print(ct.layout(Gcc))

-- An anonymous union gives its members to the struct around it.
local Value = ct.Union("Value", { { "i", ct.c_int64 }, { "d", ct.c_double }, { "bytes", ct.c_ubyte * 8 } })
local Tagged = ct.Structure("Tagged", { { "tag", ct.c_int }, { "u", Value } }, { anonymous = { "u" } })
local tagged = Tagged { tag = 1 }
tagged.d = 1.0
print(("the bits of 1.0: 0x%x"):format(tagged.i))

-- Bytes from the network are big-endian on every machine.
local Packet = ct.BigEndianStructure("Packet", { { "length", ct.c_uint16 }, { "id", ct.c_uint32 } }, { pack = 1 })
local packet = Packet:from_buffer_copy("\x01\x02\x00\x00\x00\x2a")
print(packet)
