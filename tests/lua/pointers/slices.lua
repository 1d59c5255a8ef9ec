--| 20 30
--| 40 30 20
--| 10 30
--| ell	olleh
--| wör
--| ValueError
--| 1 2 3
--| ValueError: LP_c_int: slice: start is required
-- Slices of pointers are as unchecked as p[i]; character pointers give strings.
local ct = require "ctypes"
local a = (ct.c_int * 4)(10, 20, 30, 40)
local p = ct.cast(a, ct.POINTER(ct.c_int))
print(table.concat(p:slice(1, 3), " "))
print(table.concat(p:slice(3, 0, -1), " "))
print(table.concat(p:slice(0, 4, 2), " "))
local text = ct.create_string_buffer("hello")
local c = ct.cast(text, ct.POINTER(ct.c_char))
print(c:slice(1, 4), c:slice(4, -1, -1))
local wide = ct.create_unicode_buffer("wörld")
print(ct.cast(wide, ct.POINTER(ct.c_wchar)):slice(0, 3))
print(select(2, pcall(p.slice, p, 0, 3, 0)).kind)
-- Upwards the start may be left out, as it is item 0; downwards it is not known.
print(table.concat(ct.cast((ct.c_int * 3)(1, 2, 3), ct.POINTER(ct.c_int)):slice(nil, 3), " "))
print((select(2, pcall(p.slice, p, nil, -1, -1))))
