-- Lua's own strings are not written through const_char_p.
local ct = require "ctypes"
local s = ("ab"):rep(2)
local p = ct.cast(ct.const_char_p(s), ct.POINTER(ct.c_char))
print(select(2, pcall(function() p[0] = "X" end)).kind)
print(select(2, pcall(function() p[4] = "X" end)).kind)
print(s, p[0], p:slice(0, 4))
--| TypeError
--| TypeError
--| abab	a	abab
