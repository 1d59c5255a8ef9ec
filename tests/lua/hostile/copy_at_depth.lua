--| 7
--| stack overflow
--| MemoryError: LP_c_int_Array_1:copy: the Lua stack is full
-- A copy that Lua's stack has no room for is refused; it never gives an object that was not filled.
local ct = require "ctypes"
local pointers = (ct.POINTER(ct.c_int) * 1)(ct.pointer(ct.c_int(7)))
local copy = pointers.copy
print(copy(pointers)[0].contents.value)

local refusal
local function look(ok, made)
  if ok then
    if ct.is_null(made[0]) then refusal = "an empty copy" end
  elseif type(made) ~= "string" then
    refusal = refusal or made
  end
end

local deepest, start = 0, math.huge
-- Each level is some slots deeper than the last, each call in it one slot: some call meets the very limit.
local function descend(depth)
  deepest = depth
  if depth >= start then
    look(pcall(copy, pointers))
    look(pcall(copy, pointers, 1))
    look(pcall(copy, pointers, 1, 2))
    look(pcall(copy, pointers, 1, 2, 3))
    look(pcall(copy, pointers, 1, 2, 3, 4))
    look(pcall(copy, pointers, 1, 2, 3, 4, 5))
    look(pcall(copy, pointers, 1, 2, 3, 4, 5, 6))
    look(pcall(copy, pointers, 1, 2, 3, 4, 5, 6, 7))
  end
  return descend(depth + 1) + 1
end
print(select(2, pcall(descend, 1)):match("stack overflow"))
start = deepest - 20
pcall(descend, 1)
print(refusal)
