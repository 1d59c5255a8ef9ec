--- needs: gcc
--| hello
--| 7
--| 9999
--| wïde	12
--| nil	nil	nil
--| 1
-- Strings and pointers in callbacks: NULL is nil.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_char_p, ct.c_char_p)
lib.relay_text.argtypes, lib.relay_text.restype = { F, ct.c_char_p }, ct.c_size_t
print(lib.relay_text(function(text)
  print(text)
  return text .. "!!"
end, "hello"))
print(lib.relay_text(function() return nil end, "x"))
local W = ct.CFUNCTYPE(ct.c_int, ct.c_wchar_p)
lib.relay_wide.argtypes = { W }
local n = lib.relay_wide(function(text)
  io.write(text, "\t")
  return 12
end)
print(n)
local N = ct.CFUNCTYPE(ct.c_int, ct.c_void_p, ct.c_char_p, ct.POINTER(ct.c_int))
lib.relay_null.argtypes = { N }
print(lib.relay_null(function(a, b, c)
  print(a, b, c)
  return 1
end))
