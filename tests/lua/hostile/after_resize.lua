--| 3	99
--| ValueError
--| true
-- Objects around a resize: views forbid it, what is made afterwards sees the new memory.
local ct = require "ctypes"
local P = ct.Structure("P", { { "x", ct.c_int }, { "rest", ct.c_int * 1 } })
local p = P { 3, { 4 } }
ct.resize(p, 4096)
local rest = ct.cast(ct.byref(p, P.rest.offset), ct.POINTER(ct.c_int))
rest[100] = 99
print(p.x, rest[100])
rest = nil
collectgarbage()
local view = p.rest
print(select(2, pcall(ct.resize, p, 8192)).kind)
-- A resize inside a callback that the object was passed to is no way out either.
print(view[0] == 4)
