--- needs: gcc
--| 33
--| 0
--| 33
-- A callback made with use_errno leaves the private errno in C's.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, { use_errno = true })
lib.errno_after.argtypes = { F }
print(lib.errno_after(function()
  ct.set_errno(33)
  return 0
end))
local plain = ct.symbol(lib, "errno_after")
plain.argtypes = { ct.CFUNCTYPE(ct.c_int) }
print(plain(function()
  ct.set_errno(44)
  ct.set_errno(33)
  return 0
end))
print(ct.get_errno())
