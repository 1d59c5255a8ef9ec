--| 0 0 0
--| 1 2 3
--| 1 2 3
--| 1 2 0
--| 0 0 0
--| IndexError	IndexError
--| TypeError	OverflowError
--| 1
-- Arrays from positional values and from tables.
local ct = require "ctypes"
local A = ct.c_int * 3
local function show(a) print(("%d %d %d"):format(a[0], a[1], a[2])) end
show(A())
show(A(1, 2, 3))
show(A { 1, 2, 3 })
show(A(1, 2))
show(A {})
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(A, 1, 2, 3, 4), kind(A, { 1, 2, 3, 4 }))
print(kind(A, 1, "2"), kind(A, 1 << 40))
-- Two array types of the same shape are one.
print(ct.c_int * 3 == A and 3 * ct.c_int == A and 1)
