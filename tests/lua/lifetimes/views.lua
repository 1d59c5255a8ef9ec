--| 3
--| 4
--| 2
--| 104
-- Views keep the object whose memory they show.
local ct = require "ctypes"
local function collect()
  collectgarbage()
  local junk = {}
  for i = 1, 300 do junk[i] = ct.create_string_buffer(16) end
  collectgarbage()
end
local row = (ct.c_int * 2 * 2)({ 1, 2 }, { 3, 4 })[1]
collect()
print(row[0])
local P = ct.Structure("P", { { "x", ct.c_int }, { "y", ct.c_int } })
local item = (P * 2)({ 1, 2 }, { 3, 4 })[1]
collect()
print(item.y)
local contents = ct.pointer(P(1, 2)).contents
collect()
print(contents.y)
local shared = ct.c_ubyte:from_buffer(ct.create_string_buffer("hello"))
collect()
print(shared.value)
