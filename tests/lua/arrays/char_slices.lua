--| ell	hlo
--| olleh
--| örl
--| 104 101
--| table
-- Slices of character arrays are strings: bytes, or UTF-8 for wide ones.
local ct = require "ctypes"
local c = ct.create_string_buffer("hello")
print(c:slice(1, 4), c:slice(0, 6, 2):sub(1, 3))
print(c:slice(4, -1, -1))
local w = ct.create_unicode_buffer("wörld")
print(w:slice(1, 4))
local u = (ct.c_ubyte * 3)(104, 101, 108)
print(table.concat(u:slice(0, 2), " "))
print(type(u:slice(0, 1)))
