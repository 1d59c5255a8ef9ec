--- needs: gcc
--| P{x=1, y=2}	P{x=3, y=4}
--| P{x=0, y=7}	9
--| 42	c_int (*)(c_int) [NULL]
--| true
--| true	c_int (*)(c_int)	3
--| c_int(5)	c_char_p('text')
--| ArgumentError: c_int:from_param: _as_parameter_ leads round in a circle
--| TypeError: c_int:from_param: expected c_int, got table
--| TypeError: c_int (*)(c_int):from_param: expected c_int (*)(c_int), got number
--| AttributeError: LP_P:from_param: no field 'z'
--| TypeError: LP_P:from_param: expected LP_P, got string
-- T:from_param takes what an argument of T takes, in all its forms: tables for one structure or many, functions, NULL, objects
-- that stand for a value.
local ct = require "ctypes"
local P = ct.Structure("P", { { "x", ct.c_int }, { "y", ct.c_int } })
local LP = ct.POINTER(P)
print(LP:from_param({ x = 1, y = 2 }).contents, LP:from_param({ 3, 4 }).contents)
print(LP:from_param({ { 5, 6 }, { y = 7 } })[1], ct.POINTER(ct.c_int):from_param({ 8, 9 })[1])
local Unary = ct.CFUNCTYPE(ct.c_int, ct.c_int)
print(Unary:from_param(function(x) return x + 1 end)(41), Unary:from_param(nil))
local cb = Unary(function(x) return x end)
print(Unary:from_param(cb) == cb)
local abs = ct.CDLL("libc.so.6").abs
print(Unary:from_param(abs) == abs, Unary(abs), Unary(abs)(-3))
print(ct.c_int:from_param({ _as_parameter_ = { _as_parameter_ = 5 } }), ct.c_char_p:from_param({ _as_parameter_ = "text" }))
local round = {}
round._as_parameter_ = round
for _, case in ipairs { { ct.c_int, round }, { ct.c_int, {} }, { Unary, 5 }, { LP, { z = 1 } }, { LP, "text" } } do
  print((select(2, pcall(case[1].from_param, case[1], case[2]))))
end
