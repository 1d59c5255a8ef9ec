--- bridge: none it asks for the very address of a Lua string
--- needs: gcc
--| true	false
--| 5
--| nil
-- const_char_p passes the Lua string itself, c_char_p a private copy.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local address = ct.symbol(lib, "address_of")
address.argtypes, address.restype = { ct.const_char_p }, ct.c_uintptr_t
local text = ("long enough not to be interned "):rep(4)
local there = address(text)
local copy = ct.symbol(lib, "address_of")
copy.argtypes, copy.restype = { ct.c_char_p }, ct.c_uintptr_t
print(address(text) == there, copy(text) == there)
lib.count_bytes.argtypes = { ct.const_char_p }
print(lib.count_bytes "hello")
lib.same_text.argtypes, lib.same_text.restype = { ct.const_char_p }, ct.c_char_p
print(lib.same_text(nil))
