--| 5
--| 7	8
--| 42
--| deep
-- A pointer read back from where it was stored keeps its target alive, also after the place is gone.
local ct = require "ctypes"
local function collect()
  collectgarbage()
  local junk = {}
  for i = 1, 300 do junk[i] = ct.c_long(-1) end
  collectgarbage()
end
local S = ct.Structure("S", { { "p", ct.POINTER(ct.c_long) } })
local s = S(ct.pointer(ct.c_long(5)))
local p = s.p
s = nil
collect()
print(p[0])
local s2 = S((ct.c_long * 2)(7, 8))
local q = s2.p
s2.p = nil
collect()
print(q[0], q[1])
local Outer = ct.Structure("Outer", { { "inner", S }, { "list", S * 2 } })
local o = Outer()
o.list[1].p = ct.pointer(ct.c_long(42))
local view = o.list[1]
o = nil
collect()
print(view.p.contents.value)
local N = ct.Structure("N")
N._fields_ = { { "text", ct.c_char_p }, { "next", ct.POINTER(N) } }
local n = N("top", ct.pointer(N("middle", ct.pointer(N("deep", nil)))))
collect()
print(n.next.contents.next.contents.text)
