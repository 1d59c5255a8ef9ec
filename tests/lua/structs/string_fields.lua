--| abc	8	97 98 99 0 0 0 0 0
--| hi	104 105 0 0 0 0 0 0
--| xy	120 121 0 33 33 33 33 33
--| 12345678
--| ValueError	12345678
--| TypeError
--| wörld	6
--| ValueError
-- Character arrays inside structures take and give strings.
local ct = require "ctypes"
local Named = ct.Structure("Named", { { "name", ct.c_char * 8 }, { "wide", ct.c_wchar * 6 } })
local n = Named { "abc" }
local bytes = ct.cast(ct.pointer(n), ct.POINTER(ct.c_ubyte))
local function raw()
  local t = {}
  for i = 0, 7 do t[#t + 1] = bytes[i] end
  return table.concat(t, " ")
end
print(n.name.value, Named.name.size, raw())
-- A write stops after the first NUL and leaves the rest as it was.
n.name = "hi\0there"
print(n.name.value, raw())
for i = 0, 7 do bytes[i] = 33 end
n.name = "xy"
print(n.name.value, raw())
n.name = "12345678"
print(n.name.value)
local ok, e = pcall(function() n.name = "123456789" end)
print(e.kind, n.name.value)
print(select(2, pcall(function() n.name = 5 end)).kind)
n.wide = "wörld"
print(n.wide.value, Named.wide.size // 4)
print(select(2, pcall(function() n.wide = "seven__" end)).kind)
