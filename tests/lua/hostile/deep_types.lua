--| 200	LP_
--| true
--| true
--| ValueError
-- Types nested very deep.
local ct = require "ctypes"
local T = ct.c_int
for _ = 1, 200 do T = ct.POINTER(T) end
print(select(2, tostring(T):gsub("LP_", "")), tostring(T):sub(1, 3))
local S = ct.c_int
for i = 1, 200 do S = ct.Structure("S" .. i, { { "s", S } }) end
print(ct.sizeof(S) == 4)
local s = S()
print(#tostring(s) > 0 and #ct.layout(S) > 0)
-- There is an end to it, and it is an error.
local ok, e = pcall(function()
  for i = 1, 100000 do S = ct.Structure("More" .. i, { { "s", S } }) end
end)
print(e.kind)
