--- needs: gcc
--| 5
--| 5
--| 5	-1
--| NullPointerError	NullPointerError
--| AttributeError	TypeError
--| TypeError	TypeError
--| true
-- CFUNCTYPE with an address, with a name in a library, with nothing.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int)
print(F(lib.add.address)(2, 3))
print(F({ "add", lib })(2, 3))
lib.pick.restype, lib.pick.argtypes = F, { ct.c_int }
print(lib.pick(0)(2, 3), lib.pick(1)(2, 3))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(F(), 2, 3), kind(F(0), 2, 3))
print(kind(F, { "no_such_function", lib }), kind(F, "add"))
print(kind(ct.CFUNCTYPE, 5), kind(ct.CFUNCTYPE, ct.c_int, 5))
-- A NULL function pointer that comes out of C is nil.
print(lib.pick(2) == nil)
