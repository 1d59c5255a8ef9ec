--| 1684234849	4
--| 25185
--| TypeError
--| Complex{x=1.0, y=2.0}
-- A Lua string can be copied from, never shared: it cannot change.
local ct = require "ctypes"
print(ct.c_int:from_buffer_copy("abcd").value, ct.sizeof(ct.c_int:from_buffer_copy("abcd")))
print(ct.c_ushort:from_buffer_copy("xxab", 2).value)
print(select(2, pcall(function() return ct.c_int:from_buffer("abcd") end)).kind)
local Complex = ct.Structure("Complex", { { "x", ct.c_double }, { "y", ct.c_double } })
print(Complex:from_buffer_copy(string.pack("<dd", 1, 2)))
