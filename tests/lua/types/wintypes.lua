--| 4 4 4 2 1 8 4 2
--| 8	16
--| true	-1
--| 3	4
-- Windows' names with Windows' sizes, on every platform.
local ct = require "ctypes"
local w = ct.wintypes
local sizes = {}
for _, name in ipairs { "DWORD", "LONG", "BOOL", "WORD", "BYTE", "HANDLE", "UINT", "VARIANT_BOOL" } do
  sizes[#sizes + 1] = ct.sizeof(w[name])
end
print(table.concat(sizes, " "))
print(ct.sizeof(w.POINT), ct.sizeof(w.RECT))
local v = w.VARIANT_BOOL(true)
print(v.value, ct.cast(ct.pointer(v), ct.POINTER(ct.c_short))[0])
local p = w.POINT { x = 3, y = 4 }
print(p.x, p.y)
