--| 1 2 3 4
--| 9 9 9 9
--| 5 6 9 9
--| 5 6 9 9	1 6 9 9
--| IndexError	TypeError	OverflowError
--| 1 6 9 9
--| x y	false
-- totable, fill, set and copy work on the whole array at once.
local ct = require "ctypes"
local a = (ct.c_int * 4)(1, 2, 3, 4)
local function show(...)
  local t = {}
  for i, x in ipairs { ... } do t[i] = table.concat(x:totable(), " ") end
  print(table.concat(t, "\t"))
end
show(a)
a:fill(9)
show(a)
a:set { 5, 6 }
show(a)
local b = a:copy()
b[0] = 1
show(a, b)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(b.set, b, { 1, 2, 3, 4, 5 }), kind(b.fill, b, "x"), kind(b.fill, b, 1 << 40))
show(b)
local s = (ct.c_char_p * 2)("x", "y")
print(table.concat(s:totable(), " "), s:copy() == s)
