--- needs: gcc
--| 5	-1	3
--| 5
--| 6	-1
--| quiet
--| ArgumentError	ArgumentError	ArgumentError
--| ValueError
-- Strings as arguments: bytes for char *, UTF-8 for wchar_t *.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.count_bytes.argtypes, lib.count_bytes.restype = { ct.c_char_p }, ct.c_ssize_t
print(lib.count_bytes("hello"), lib.count_bytes(nil), lib.count_bytes(ct.create_string_buffer("abc")))
print(lib.count_bytes(ct.c_char_p "hello"))
lib.count_wide.argtypes, lib.count_wide.restype = { ct.c_wchar_p }, ct.c_ssize_t
print(lib.count_wide("wörld!"), lib.count_wide(nil))
-- The callee writes into a copy of its own.
lib.shout.argtypes, lib.shout.restype = { ct.c_char_p }, nil
local s = "quiet"
lib.shout(s)
print(s)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(lib.count_bytes, 5), kind(lib.count_bytes, 1.5), kind(lib.count_wide, {}))
print(kind(lib.count_wide, "\xff"))
