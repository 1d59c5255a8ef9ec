--| IndexError
-- (P * 1)({1, 2}) has two items for one place, whatever their types are.
local ct = require "ctypes"
local P = ct.Structure("P", { { "x", ct.c_int }, { "y", ct.c_int } })
print(select(2, pcall(P * 1, { 1, 2 })).kind)
