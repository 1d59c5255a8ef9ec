--| 4	4	12
--| c_int(-5)	c_double(2.5)	c_bool(true)	c_char('x')
--| c_longdouble(1.25)	c_float(0.5)	c_wchar('ß')
--| c_ulonglong(18446744073709551615)	c_longlong(-4611686018427387904)	8
--| 80	60
--| Sample{id=-7, tag='t', value=0.1, inner={Inner{flag=true, total=1099511627776}, Inner{flag=false, total=-1}}, low=5, high=-3, text='hello', exact=1.5}
--| true
--| true	-7
--| 1 -2 3
--| 4
--| Packed{a=1, b=2, c=3.0}	17	13
--| Network{port=80, size=-2}
--| 3
--| 4	c_int(9)
--| echo: OverflowError: c_int: 1099511627776 does not fit the 32 bits it has on this side
--| echo: OverflowError: c_uint: 4294967296 does not fit the 32 bits it has on this side
--| echo: OverflowError: c_int: 3000000000 does not fit the 32 bits it has on this side
--| echo: OverflowError: c_int_Array_2: 2147483648 does not fit the 32 bits it has on this side
--| echo: TypeError: Either: a union whose members are of other sizes on this side, so that nothing tells how to read it
-- C objects go by value, and have the sizes of the side they are on.
local bridge = require "bridge"
local ct = require "ctypes"

local client <close> = bridge.Client("echo", { append_path = "../served" })

-- A long has 4 bytes over there.
print(client:size_of(ct.c_int(1)), client:size_of(ct.c_long(1)), client:size_of(ct.c_longdouble(1)))
print(client:echo(ct.c_int(-5)), client:echo(ct.c_double(2.5)), client:echo(ct.c_bool(true)), client:echo(ct.c_char("x")))
print(client:echo(ct.c_longdouble(1.25)), client:echo(ct.c_float(0.5)), client:echo(ct.c_wchar("ß")))

print(client:echo(ct.c_uint64(-1)), client:echo(ct.c_int64(-1 << 62)), client:size_of(ct.c_longlong()))

-- Records are laid out anew on each side. One that is declared here comes back as that very type.
local Inner = ct.Structure("Inner", { { "flag", ct.c_bool }, { "total", ct.c_longlong } })
local Sample = ct.Structure("Sample", {
  { "id", ct.c_long }, { "tag", ct.c_char }, { "value", ct.c_double }, { "inner", Inner * 2 },
  { "low", ct.c_uint, 3 }, { "high", ct.c_int, 7 }, { "text", ct.c_char * 6 }, { "exact", ct.c_longdouble },
})
local sample = Sample {
  id = -7, tag = "t", value = 0.1, inner = { { true, 1 << 40 }, { false, -1 } }, low = 5, high = -3, text = "hello", exact = 1.5,
}
print(ct.sizeof(sample), client:size_of(sample))
local back = client:echo(sample)
print(back)
print(Sample:from_param(back) == back)

-- The same object twice is one object.
local list = client:echo { sample, sample }
print(list[1] == list[2], list[1].id)

-- Arrays, unions, packed and big-endian records, base types, methods of the type.
print(table.concat(client:echo((ct.c_long * 3)(1, -2, 3)):totable(), " "))
local Word = ct.Union("Word", { { "whole", ct.c_uint32 }, { "parts", ct.c_uint8 * 4 } })
print(client:echo(Word { whole = 0x01020304 }).parts[0])
local Packed = ct.Structure("Packed", { { "a", ct.c_byte }, { "b", ct.c_long }, { "c", ct.c_double } }, { pack = 1 })
print(client:echo(Packed(1, 2, 3)), ct.sizeof(Packed), client:size_of(Packed()))
local Network = ct.BigEndianStructure("Network", { { "port", ct.c_uint16 }, { "size", ct.c_long } })
print(client:echo(Network(80, -2)))
local Base = ct.Structure("Base", { { "x", ct.c_long } })
local Derived = ct.Structure("Derived", { { "y", ct.c_short } }, { base = Base })
function Derived:sum() return self.x + self.y end
print(client:echo(Derived { x = 1, y = 2 }):sum())

-- An object of the other side's ABI is understood, too.
print(client:size_of(ct.abi("i386-linux").c_long(9)), client:echo(ct.abi("i386-linux").c_long(9)))

-- What has no room over there, or cannot be told apart, is an error and not another number.
for _, object in ipairs {
  ct.c_long(1 << 40), ct.c_ulong(1 << 32), ct.c_long(3000000000), (ct.c_long * 2)(1, 1 << 31),
  ct.Union("Either", { { "number", ct.c_long }, { "real", ct.c_longdouble } })(),
} do
  print(select(2, pcall(client.echo, client, object)).message)
end
