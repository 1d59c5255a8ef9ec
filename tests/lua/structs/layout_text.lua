--| true	true	true
--| true
--| true	true
--| TypeError
-- ct.layout draws offset, size and padding of each field.
local ct = require "ctypes"
local S = ct.Structure("Sample", { { "flag", ct.c_char }, { "ratio", ct.c_double }, { "count", ct.c_int } })
local text = ct.layout(S)
print(text:find "Sample" ~= nil, text:find "flag" ~= nil and text:find "ratio" ~= nil and text:find "count" ~= nil,
  text:find "padding" ~= nil)
local at = {}
for line in text:gmatch "[^\n]+" do
  local name = line:match "ratio" or line:match "count"
  if name then at[name] = line end
end
print(at.ratio:find "8" ~= nil and at.count:find "16" ~= nil)
local bits = ct.layout(ct.Structure("Bits", { { "low", ct.c_uint, 3 }, { "high", ct.c_uint, 5 } }))
print(bits:find "low" ~= nil, bits:find "high" ~= nil)
print(select(2, pcall(ct.layout, 5)).kind)
