--- needs: gcc
--| 9	-9	c_int(9)	true	1.25
--| Letters	e	8	ett	wïde	ï	5
--| new	true
--| c_double_Array_3_Array_2{{-1.0, 2.0, 3.0}, {4.0, 5.0, 60.5}}	60.5 5.0 4.0
--| Point{x=1, y=5.0}	Point_Array_3{Point{x=9, y=9.5}, Point{x=7, y=0.0}, Point{x=3, y=20.0}}	true	false
--| 9	9	9	9
--| 9	9	9	9
--| one	two	nil	four	a title	a wïde title
--| nil	nil	42
--| 15	15	-5	nil
--| 500	600
--| n	c_long_Array_3{1, 2, -3}	Point{x=6, y=70.0}	mixed
--| c_long_Array_3{1, 2, 0}
--| Packed{a=5, b=-3, c=11259375, d=78187493530, e=-200}
--| 5	7	11259375	549755813888	-256
--| 1	11	33	4	33	11
--| short	ab	longer	-4	12	-4	nil
--| other	xy
--| AttributeError: c_int:in_dll: libdistant.so: undefined symbol: an_imt, did you mean 'an_int'?
--| AttributeError: libdistant.so: undefined symbol: read_imt, did you mean 'read_int'?
--| IndexError: Point_Array_3: index 3 is outside 0 to 2
--| IndexError: Point_Array_3: index -1 is outside 0 to 2
--| AttributeError: Point_Array_3: no attribute 'foo'
--| AttributeError: Point: no field 'z'
--| TypeError: Point.x: expected c_int, got string
--| OverflowError: Point.x: 1099511627776 does not fit c_int (32 bits)
--| OverflowError: Packed.a: 9 does not fit c_uint:3 (3 bits)
--| OverflowError: c_long: 8589934592 does not fit the 32 bits it has in the library
--| OverflowError: c_long_Array_3[0]: 8589934592 does not fit the 32 bits it has in the library
--| BridgeError: c_int: the bridge has no memory that can be written at ADDRESS (4 bytes)
--| ValueError: an object of this process cannot be reached from the library's memory: allocate it there (bridge.alloc)
--| ValueError: LP_LP_c_int[0]: an object of this process cannot be reached from the library's memory: allocate it there (bridge.alloc)
--| ValueError: c_char_p: an object of this process cannot be reached from the library's memory: allocate it there (bridge.alloc)
--| ValueError: c_char_p_Array_4[0]: an object of this process cannot be reached from the library's memory: allocate it there (bridge.alloc)
--| ValueError: Mixed.name: an object of this process cannot be reached from the library's memory: allocate it there (bridge.alloc)
-- Exported variables of every kind are read, written and followed where they are.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libdistant.so")
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_double } })
local Mixed = ct.Structure("Mixed", {
  { "tag", ct.c_char }, { "numbers", ct.c_long * 3 }, { "points", Point * 2 }, { "name", ct.c_char_p },
})
local Packed = ct.Structure("Packed", {
  { "a", ct.c_uint, 3 }, { "b", ct.c_int, 5 }, { "c", ct.c_uint, 24 }, { "d", ct.c_ulonglong, 40 }, { "e", ct.c_short, 9 },
})
local Texts = ct.Structure("Texts", { { "name", ct.c_char * 12 }, { "wide", ct.c_wchar * 6 }, { "text", ct.c_wchar_p } })
local Unary = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local Calls = ct.Structure("Calls", { { "call", Unary }, { "table", Unary * 2 }, { "user", ct.c_void_p } })
local Value = ct.Union("Value", { { "i", ct.c_int }, { "d", ct.c_double }, { "text", ct.c_char_p } })
local Halves = ct.Structure("Halves", { { "low", ct.c_short }, { "high", ct.c_short } })
local Variant = ct.Structure(
  "Variant",
  { { "kind", ct.c_int }, { "value", Value }, { "halves", Halves } },
  { anonymous = { "value", "halves" } }
)
local PI = ct.POINTER(ct.c_int)
lib.read_int.argtypes = { PI }

local function var(T, name)
  return T:in_dll(lib, name)
end
local int, long = var(ct.c_int, "an_int"), var(ct.c_long, "a_long")
int.value, long.value = int.value + 2, long.value - 1
print(int.value, long.value, var(ct.c_int, "an_int"), var(ct.c_bool, "flag").value, var(ct.c_longdouble, "extended").value)

local letters, wide = var(ct.c_char * 8, "letters"), var(ct.c_wchar * 5, "wide_letters")
letters[0] = "L"
print(letters.value, letters[1], #letters, letters:slice(1, 4), wide.value, wide[1], #wide)
letters.value = "new"
print(letters.value, letters.raw == "new\0ers\0")

local reals = var((ct.c_double * 3) * 2, "reals")
reals[1][2] = 60.5
local row = reals[0]
row[0] = -1
print(reals, table.concat(reals[1]:slice(2, -1, -1), " "))

local origin, path = var(Point, "origin"), var(Point * 3, "path")
origin.y, path[0], path[1], path[2].y = 5, Point(9, 9.5), { x = 7 }, 20
print(origin, path, origin == var(Point, "origin"), origin == path)

local to_int, to_to_int = var(PI, "to_int"), var(ct.POINTER(PI), "to_to_int")
print(to_int[0], to_int.contents.value, to_to_int[0][0], to_to_int.contents.contents.value)
print(lib.read_int(to_int), lib.read_int(ct.cast(to_int, PI)), lib.read_int(int), lib.read_int(ct.byref(int)))

local names = var(ct.c_char_p * 4, "names")
print(names[0], names[1], names[2], names[3], var(ct.c_char_p, "title").value, var(ct.c_wchar_p, "wide_title").value)
names[3] = nil
print(names[3], var(ct.c_void_p, "nothing").value, var(ct.c_int, "constant").value)

local actions = var(Unary * 3, "actions")
print(var(Unary, "action")(5), actions[0](5), actions[1](5), actions[2])
actions[2] = function(v)
  return v * 100
end
print(actions[2](5), lib.apply(actions[2], 6))

local mixed = var(Mixed, "mixed")
mixed.points[1].y, mixed.numbers[2], mixed.tag = 70, -3, "n"
print(mixed.tag, mixed.numbers, mixed.points[1], mixed.name)
mixed.numbers = { 1, 2 }
print(mixed.numbers)

local bits = var(Packed, "packed_bits")
print(bits)
bits.b, bits.d, bits.e = 7, 1 << 39, -256
print(bits.a, bits.b, bits.c, bits.d, bits.e)

local variant = var(Variant, "variant")
variant.low = 33
print(variant.kind, variant.i, variant.low, variant.high, variant.halves.low, variant.value.i)

local texts, calls = var(Texts, "texts"), var(Calls, "calls")
print(texts.name.value, texts.wide.value, texts.text, calls.call(4), calls.table[0](4), calls.table[1](4), calls.user)
texts.wide, texts.name = "xy", "other"
print(texts.name.value, texts.wide.value)

local function refused(f)
  local _, e = pcall(f)
  print((tostring(e):gsub("0x%x+", "ADDRESS"):gsub("^AttributeError: (.-)/[^:]*/", "AttributeError: %1")))
end
refused(function() return var(ct.c_int, "an_imt") end)
refused(function() return lib.read_imt end)
refused(function() return path[3] end)
refused(function() path[-1] = Point() end)
refused(function() return path.foo end)
refused(function() origin.z = 1 end)
refused(function() origin.x = "text" end)
refused(function() origin.x = 1 << 40 end)
refused(function() bits.a = 9 end)
refused(function() long.value = 1 << 33 end)
refused(function() mixed.numbers[0] = 1 << 33 end)
refused(function() var(ct.c_int, "constant").value = 5 end)
-- Nothing over there can point to what is here.
refused(function() to_int.contents = ct.c_int(4) end)
refused(function() to_to_int[0] = ct.pointer(ct.c_int(4)) end)
refused(function() var(ct.c_char_p, "title").value = "local" end)
refused(function() names[0] = "local" end)
refused(function() mixed.name = "local" end)
