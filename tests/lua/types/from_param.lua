--- needs: gcc
--| 6
--| 5
--| TypeError	TypeError
--| TypeError
-- T:from_param is what an argument of that type becomes; a function takes it as such.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.triple.argtypes = { ct.c_int }
print(lib.triple(ct.c_int:from_param(2)))
lib.count_bytes.argtypes = { ct.c_char_p }
lib.count_bytes.restype = ct.c_size_t
print(lib.count_bytes(ct.c_char_p:from_param("hello")))
local function kind(T, v)
  local ok, e = pcall(T.from_param, T, v)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.c_int, "2"), kind(ct.c_double, {}))
print(kind(ct.POINTER(ct.c_int), 5))
