--| 24	8
--| 1	2
--| 513
--| 3 0 0 0 0 0 0 0
-- Unions in structures, structures in unions, arrays in both.
local ct = require "ctypes"
local Pair = ct.Structure("Pair", { { "low", ct.c_ubyte }, { "high", ct.c_ubyte } })
local Word = ct.Union("Word", { { "n", ct.c_ushort }, { "pair", Pair } })
local Mixed = ct.Union("Mixed", { { "bytes", ct.c_ubyte * 8 }, { "n", ct.c_uint64 } })
local Outer = ct.Structure("Outer", { { "kind", ct.c_int }, { "mixed", Mixed }, { "words", Word * 3 } })
print(ct.sizeof(Outer), ct.alignment(Outer))
local o = Outer()
o.words[1].n = 0x0201
print(o.words[1].pair.low, o.words[1].pair.high)
o.words[2].pair = { 1, 2 }
print(o.words[2].n)
o.mixed.n = 3
print(table.concat(o.mixed.bytes:totable(), " "))
