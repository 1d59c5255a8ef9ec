-- The bytes of a text pointer are overwritten through another view: it is no longer followed.
local ct = require "ctypes"
local function kind(f, ...) return select(2, pcall(f, ...)).kind end
local S = ct.Structure("S", { { "p", ct.c_char_p }, { "w", ct.c_wchar_p }, { "q", ct.POINTER(ct.c_int) } })
local s = S("abc", "wide", (ct.c_int * 2)(1, 2))
print(s.p, s.w, s.q[1])
local raw = (ct.c_size_t * 3):from_buffer(s)
raw[0], raw[1], raw[2] = 0x41414141, 0x41414141, 0x41414141
print(kind(function() return s.p end), kind(function() return s.w end), kind(function() return s.q[0] end))
local text = ct.c_char_p "abc"
ct.c_size_t:from_buffer(text).value = 0x41414141
print(kind(function() return text.value end))
local U = ct.Union("U", { { "p", ct.c_char_p }, { "n", ct.c_size_t } })
local u = U()
u.p = "abc"
u.n = 0x41414141
print(kind(function() return u.p end))
local pointer = ct.pointer(ct.pointer(ct.c_int(7)))
print(pointer[0][0])
ct.c_size_t:from_buffer(pointer.contents).value = 0x41414141
print(kind(function() return pointer[0][0] end), kind(function() return pointer.contents.contents end))
--| abc	wide	2
--| PermissionError	PermissionError	PermissionError
--| PermissionError
--| PermissionError
--| 7
--| PermissionError	PermissionError
