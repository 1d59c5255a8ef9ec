--| 1 2
--| 0 1 2 3 4 5
--|
--| 0 2 4
--| 5 4 3
--| 5 4 3 2 1 0
--| 4 2
--| IndexError	IndexError	IndexError	ValueError	TypeError
-- a:slice(i, j, step) copies to a table; bounds are checked as for single items.
local ct = require "ctypes"
local a = (ct.c_int * 6)(0, 1, 2, 3, 4, 5)
local function show(t) print(table.concat(t, " ")) end
show(a:slice(1, 3))
show(a:slice(0, 6))
show(a:slice(2, 2))
show(a:slice(0, 6, 2))
show(a:slice(5, 2, -1))
show(a:slice(5, -1, -1))
show(a:slice(4, 0, -2))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local function slice(...) return a:slice(...) end
print(kind(slice, 0, 7), kind(slice, -1, 3), kind(slice, 6, -1, -1), kind(slice, 0, 3, 0), kind(slice, "a", 3))
