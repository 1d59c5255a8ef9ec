--| 4 4 4 2 1 8 4 2
--| 8	16
--| true	-1
--| 3	4
--| LP_c_void_p	LP_c_uint	LP_c_void_p	ff0201	OverflowError: RGB: argument 3: expected 0 to 255, got 256
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
print(w.PHKEY, w.PLCID, w.LPSC_HANDLE, ("%06x"):format(w.RGB(1, 2, 255)), (select(2, pcall(w.RGB, 1, 2, 256))))
