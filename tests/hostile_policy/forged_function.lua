-- Function pointers overwritten with numbers, and functions made of numbers: none is called.
local ct = require "ctypes"
local function kind(f, ...) return select(2, pcall(f, ...)).kind end
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local all = (F * 1)(function(x) return x + 1 end)
print(all[0](1))
-- No bytes are put over addresses: not over an array of them, not over a function object itself.
print(kind(function() return (ct.c_size_t * 1):from_buffer(all) end), kind(ct.memset, all, 0x41, 8))
print(kind(function() return (ct.c_size_t * 1):from_buffer(all[0]) end), kind(ct.pointer, all[0]), kind(ct.byref, all[0]))
-- A union can forge one; it is not read as a function.
local u = ct.Union("U", { { "f", F }, { "n", ct.c_size_t } })()
u.n = 0x41414141
print(kind(function() return u.f(1) end))
print(kind(function() return F(0x41414141)(1) end))
print(kind(function() return F(ct.c_void_p(0x41414141))(1) end))
print(kind(function() return ct.cast(ct.c_void_p(0x41414141), F)(1) end))
print(all[0](2))
--| 2
--| PermissionError	PermissionError
--| PermissionError	PermissionError	PermissionError
--| PermissionError
--| PermissionError
--| PermissionError
--| PermissionError
--| 3
