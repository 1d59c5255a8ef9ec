--| x	c_int
--| y	c_double
--| 2	nil
--| 1
-- `_fields_` and `_pack_` can be read back.
local ct = require "ctypes"
local S = ct.Structure("S", { { "x", ct.c_int }, { "y", ct.c_double } })
for _, field in ipairs(S._fields_) do print(field[1], field[2]) end
print(#S._fields_, S._pack_)
print(ct.Structure("P", { { "x", ct.c_int } }, { pack = 1 })._pack_)
