--- needs: gcc
--| 1	0	0	0	0	0
--| 4096
--| ArgumentError	ArgumentError	ArgumentError
--| 0
-- What c_void_p takes: nil, integers, strings, arrays, pointers, byref; not structures.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.is_null.argtypes = { ct.c_void_p }
print(lib.is_null(nil), lib.is_null(16), lib.is_null("x"), lib.is_null((ct.c_int * 1)()), lib.is_null(ct.pointer(ct.c_int(1))),
  lib.is_null(ct.byref(ct.c_int(1))))
lib.address_of.argtypes, lib.address_of.restype = { ct.c_void_p }, ct.c_uintptr_t
print(lib.address_of(ct.c_void_p(4096)))
local S = ct.Structure("S", { { "x", ct.c_int } })
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(lib.is_null, S()), kind(lib.is_null, 1.5), kind(lib.is_null, true))
print(lib.is_null(ct.byref(S())))
