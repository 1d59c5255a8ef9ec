-- An array of functions overwritten through another view, and functions made of numbers: none is called.
local ct = require "ctypes"
local function kind(f, ...) return select(2, pcall(f, ...)).kind end
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local all = (F * 1)(function(x) return x + 1 end)
print(all[0](1))
local raw = (ct.c_size_t * 1):from_buffer(all)
raw[0] = 0x41414141
print(kind(function() return all[0](1) end))
print(kind(function() return F(0x41414141)(1) end))
print(kind(function() return F(ct.c_void_p(0x41414141))(1) end))
print(kind(function() return ct.cast(ct.c_void_p(0x41414141), F)(1) end))
--| 2
--| PermissionError
--| PermissionError
--| PermissionError
--| PermissionError
