--| TypeError: c_int_Array_3:fill: expected c_int, got string
--| TypeError: c_int_Array_3:set: expected a table, got string
--| TypeError: c_int_Array_3:set: [1]: expected c_int, got string
--| IndexError: c_int_Array_3:set: too many initialisers: 4 for 3 items
--| TypeError: complex: argument 2: expected a number, got string
--| TypeError: cast: argument 1: expected an address, pointer, array or function, got c_int
--| TypeError: cast: argument 1: expected c_void_p, got 1.5 (no exact integer)
--| TypeError: cast: argument 2: c_int is not a pointer type
--| TypeError: cast: argument 2: expected a C type, got nil
--| ArgumentError: abs: argument 1: a text
--| ArgumentError: abs: argument 1: an object
--| ArgumentError: abs: argument 1: a message
--| ArgumentError: abs: argument 1: 5
--| TypeError: c_int_Array_3: unexpected key 'x': items are t[1], t[2], ..., which fill item 0 on
--| TypeError: c_int_Array_3: unexpected key 'x': items are t[1] to t[2], which fill item 0 on
--| TypeError: abs.argtypes: unexpected key 'result': items are t[1], t[2], ..., which fill item 0 on
--| nil	nil
--| AttributeError: a field has no attribute 'ofset'
-- Texts of errors say which function and which argument, what was expected and what came.
local ct = require "ctypes"
local function say(f, ...) print((select(2, pcall(f, ...)))) end
local three, LP = (ct.c_int * 3)(1, 2, 3), ct.POINTER(ct.c_int)
say(three.fill, three, "x")
say(three.set, three, "x")
say(three.set, three, { 1, "x" })
say(three.set, three, { 1, 2, 3, 4 })
say(ct.complex, 1, "x")
say(ct.cast, ct.c_int(5), LP)
say(ct.cast, 1.5, LP)
say(ct.cast, three, ct.c_int)
say(ct.cast, three)
-- What a script's from_param raises keeps its text, whatever it is.
local abs = ct.symbol(ct.CDLL(nil), "abs")
local function raising(e) abs.argtypes = { { from_param = function() error(e, 0) end } } end
for _, e in ipairs { "a text", setmetatable({}, { __tostring = function() return "an object" end }), { message = "a message" }, 5 } do
  raising(e)
  say(abs, 1)
end
-- Keys that are no items.
say(ct.c_int * 3, { x = 1 })
say(ct.c_int * 3, { 1, 2, x = 1 })
say(function() abs.argtypes = { result = ct.c_int } end)
-- Attributes of fields.
local P = ct.Structure("P", { { "x", ct.c_int } })
print(P.x.bit_size, P.x.bit_offset)
say(function() return P.x.ofset end)
