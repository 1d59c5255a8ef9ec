--| 7 8 9
--| TypeError	TypeError	TypeError
--| a	b
--| 5 6
-- What an array element accepts when elements are aggregates or pointers.
local ct = require "ctypes"
local Row = ct.c_int * 3
local m = (Row * 2)()
m[0] = Row(7, 8, 9)
print(table.concat(m[0]:totable(), " "))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local function set(v) return function() m[0] = v end end
print(kind(set((ct.c_int * 2)(1, 2))), kind(set(5)), kind(set(nil)))
local strings = (ct.c_char_p * 2)()
strings[0] = "a"
strings[1] = "b"
collectgarbage()
print(strings[0], strings[1])
local p = (ct.POINTER(ct.c_int) * 1)()
p[0] = (ct.c_int * 2)(5, 6)
collectgarbage()
print(p[0][0] .. " " .. p[0][1])
