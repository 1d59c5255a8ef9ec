--- needs: gcc
--| 2.5	7.5	true
--| 8.5	8.5
--| 20000	ok
-- C keeps the address of a structure: it stays that structure for as long as the object lives, and both go on being equal.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libother_side.so")
local Trap = ct.Structure("Trap", { { "c", ct.c_byte }, { "d", ct.c_double }, { "i", ct.c_int } })
lib.keep.restype, lib.keep.argtypes = nil, { ct.POINTER(Trap) }
lib.kept_pointer_d.restype, lib.kept_pointer_d.argtypes = ct.c_double, {}
lib.echo_pointer.restype, lib.echo_pointer.argtypes = ct.POINTER(Trap), { ct.POINTER(Trap) }
lib.trap_double.restype, lib.trap_double.argtypes = nil, { ct.POINTER(Trap) }

local trap = Trap(1, 2.5, 3)
lib.keep(trap)
local first = lib.kept_pointer_d()
trap.d = 7.5
print(first, lib.kept_pointer_d(), lib.same_address(ct.byref(trap), ct.byref(trap)) == 1)

-- What C does to it through the address it kept comes back with the next call.
lib.change_kept.restype, lib.change_kept.argtypes = nil, { ct.c_double }
lib.change_kept(8.5)
print(trap.d, lib.kept_pointer_d())

-- The copies of objects that are gone go as well.
local n = 0
for _ = 1, 20000 do
  lib.trap_double(Trap(1, 1, 1))
  n = n + 1
end
collectgarbage()
lib.trap_double(trap)
print(n, require "bridge".statistics(lib).shared_used < 1 << 20 and "ok" or "left behind")
