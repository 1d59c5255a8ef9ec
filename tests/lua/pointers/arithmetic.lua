--| 20	10	40
--| 3	-3	0
--| true	false	true
--| 25
--| 10 25 30
--| TypeError	TypeError
--| true
-- Pointer arithmetic counts in items, as in C; p[i] is unchecked.
local ct = require "ctypes"
local a = (ct.c_int * 4)(10, 20, 30, 40)
local p = ct.cast(a, ct.POINTER(ct.c_int))
local q = p + 3
print((p + 1)[0], (q - 3)[0], q[0])
print(q - p, p - q, p - p)
print(p + 3 == q, p == q, ct.pointer(a) == ct.pointer(a))
p[1] = 25
print(a[1])
print(table.concat(p:slice(0, 3), " "))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() return p + "1" end), kind(function() return p - ct.pointer(ct.c_double(1)) end))
print(q[-3] == 10)
