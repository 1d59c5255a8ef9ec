--| true	true	true	true
--| true	true	true
--| 3
-- Methods called with a self of another type.
local ct = require "ctypes"
local a, n, p = (ct.c_int * 3)(1, 2, 3), ct.c_int(5), ct.pointer(ct.c_int(5))
local function raises(f, ...)
  local ok, e = pcall(f, ...)
  return not ok
end
print(raises(a.slice, n, 0, 1), raises(a.slice, 5, 0, 1), raises(a.totable), raises(a.fill, io.stdout, 1))
print(raises(ct.c_int.from_buffer, 5, a), raises(ct.c_int.from_address, nil, 1), raises(ct.c_int.in_dll, {}, {}, "x"))
print(#a)
