-- A pointer is followed inside what it keeps and nowhere else.
local ct = require "ctypes"
local function kind(f, ...) return select(2, pcall(f, ...)).kind end
local a = (ct.c_int * 2)(5, 6)
local p = ct.cast(a, ct.POINTER(ct.c_int))
print(p[0], p[1], (p + 1)[0])
print(kind(function() return p[2] end), kind(function() return p[-1] end), kind(function() return (p + 2)[0] end))
print(kind(function() p[2] = 1 end), kind(function() return p:slice(0, 3) end))
print(kind(function() return ct.pointer(a)[1] end), kind(function() return ct.cast(a, ct.POINTER(ct.c_longlong))[1] end))
print(kind(ct.string_at, ct.pointer(ct.c_int(5)), 100), kind(ct.memset, ct.byref(ct.c_int(5)), 1, 10))
local unended = (ct.c_char * 2)("a", "b")
print(ct.cast(unended, ct.c_char_p).value)
--| 5	6	6
--| PermissionError	PermissionError	PermissionError
--| PermissionError	PermissionError
--| PermissionError	PermissionError
--| PermissionError	PermissionError
--| ab
