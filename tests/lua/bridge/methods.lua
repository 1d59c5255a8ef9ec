--- needs: gcc
--| 14.5	-2.5
--| Trap{c=3, d=5.0, i=6}	Trap{c=3, d=5.0, i=6}
--| <1 2.5 3>	2.5
--| true	5.5
-- Methods and operators of a structure work on those over there.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libother_side.so")
local Trap = ct.Structure("Trap", { { "c", ct.c_byte }, { "d", ct.c_double }, { "i", ct.c_int } })
function Trap:total(more)
  return self.c + self.d + self.i + (more or 0)
end
function Trap.__unm(t)
  return -t.d
end
function Trap.__add(a, b)
  return Trap(a.c + b.c, a.d + b.d, a.i + b.i)
end
function Trap.__call(t)
  return t.d
end
lib.get_kept.restype = ct.POINTER(Trap)
local kept = lib.get_kept().contents
print(kept:total(8), -kept)
print(kept + Trap(2, 2.5, 3), Trap(2, 2.5, 3) + kept)
print(("<%d %g %d>"):format(kept.c, kept.d, kept.i), kept())
local p = ct.POINTER(Trap)(kept)
p[0] = Trap(1, 5.5, 1)
print(p == lib.get_kept(), kept.d)
