--| 2	3
--| 1 2 3
--| 4 5 6
--| 6	60
--| 24
--| c_int_Array_3
--| 7 0 0
--| IndexError	true
-- Arrays of arrays are rows; a row is a view.
local ct = require "ctypes"
local M = ct.c_int * 3 * 2
local m = M({ 1, 2, 3 }, { 4, 5, 6 })
print(#m, #m[0])
for i = 0, 1 do print(table.concat(m[i]:totable(), " ")) end
local row = m[1]
io.write(row[2], "\t")
row[2] = 60
print(m[1][2])
print(ct.sizeof(M))
print(M._type_)
m[0] = { 7 }
print(table.concat(m[0]:totable(), " "))
local ok, e = pcall(M, { 1, 2, 3, 4 })
print(e.kind, #e.message > 0)
