--| 12	32	3
--| 1 2 3
--| 7
--| ValueError	ValueError	TypeError
--| ValueError
--| 32
-- resize grows an object's own memory; what was in it stays.
local ct = require "ctypes"
local a = (ct.c_int * 3)(1, 2, 3)
io.write(ct.sizeof(a), "\t")
ct.resize(a, 32)
print(ct.sizeof(a), #a)
print(table.concat(a:totable(), " "))
-- The space is reached through a pointer or another type.
local p = ct.cast(a, ct.POINTER(ct.c_int))
p[7] = 7
print(p[7])
p = nil
collectgarbage()
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local view = ct.c_int:from_address(ct.addressof(a))
print(kind(ct.resize, a, 4), kind(ct.resize, view, 64), kind(ct.resize, 5, 8))
-- A live view would be left behind, so there must be none.
local row = (ct.c_int * 2 * 2)()
local held = row[0]
print(kind(ct.resize, row, 64))
held = nil
print(ct.sizeof(a))
