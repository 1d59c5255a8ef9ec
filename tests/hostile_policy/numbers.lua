-- A number does not become an address, neither in an object nor as an argument.
local ct = require "ctypes"
local libc = ct.CDLL "libc.so.6"
local function kind(f, ...) return select(2, pcall(f, ...)).kind end
libc.strlen.restype, libc.strlen.argtypes = ct.c_size_t, { ct.c_void_p }
print(libc.strlen(ct.create_string_buffer "four"))
print(kind(libc.strlen, 0x41414141))
print(kind(ct.c_void_p, 0x41414141))
print(kind(ct.c_char_p, 0x41414141))
print(kind(ct.cast, 0x41414141, ct.POINTER(ct.c_int)))
print(kind(ct.string_at, 0x41414141), kind(ct.memset, 0x41414141, 0, 1), kind(ct.memmove, 0x41414141, "a", 1))
--| 4
--| PermissionError
--| PermissionError
--| PermissionError
--| PermissionError
--| PermissionError	PermissionError	PermissionError
