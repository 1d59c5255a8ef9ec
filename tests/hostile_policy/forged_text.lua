-- Text pointers and pointers cannot be overwritten with numbers, and what a union forges is not followed.
local ct = require "ctypes"
local function kind(f, ...) return select(2, pcall(f, ...)).kind end
local S = ct.Structure("S", { { "p", ct.c_char_p }, { "w", ct.c_wchar_p }, { "q", ct.POINTER(ct.c_int) } })
local s = S("abc", "wide", (ct.c_int * 2)(1, 2))
print(s.p, s.w, s.q[1])
print(kind(function() return (ct.c_size_t * 3):from_buffer(s) end), kind(ct.memmove, ct.byref(s), ("A"):rep(24), 24))
local text = ct.c_char_p "abc"
print(kind(function() return ct.c_size_t:from_buffer(text) end), text.value)
local to_text = ct.pointer(text)
print(kind(ct.cast, to_text, ct.POINTER(ct.c_size_t)), kind(ct.cast, to_text, ct.c_void_p))
local U = ct.Union("U", { { "p", ct.c_char_p }, { "q", ct.POINTER(ct.c_int) }, { "n", ct.c_size_t } })
local u = U()
u.p = "abc"
print(u.p)
u.n = 0x41414141
print(kind(function() return u.p end), kind(function() return u.q[0] end))
local pointer = ct.pointer(ct.pointer(ct.c_int(7)))
print(pointer[0][0], kind(function() return ct.c_size_t:from_buffer(pointer.contents) end))
--| abc	wide	2
--| PermissionError	PermissionError
--| PermissionError	abc
--| PermissionError	PermissionError
--| abc
--| PermissionError	PermissionError
--| 7	PermissionError
