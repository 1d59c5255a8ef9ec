--| LP_c_int(NULL)	true
--| NullPointerError	NullPointerError	NullPointerError	NullPointerError
--| NullPointerError	NullPointerError
--| true	true	true	true	false
--| true
--| TypeError	TypeError
-- A NULL pointer object is never followed.
local ct = require "ctypes"
local P = ct.POINTER(ct.c_int)
local p = P()
print(p, ct.is_null(p))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() return p[0] end), kind(function() p[0] = 1 end), kind(function() return p.contents end),
  kind(function() return p:slice(0, 1) end))
local S = ct.Structure("S", { { "x", ct.c_int } })
local q = ct.POINTER(S)()
print(kind(function() return q.contents.x end), kind(function() return q[0] end))
print(ct.is_null(nil), ct.is_null(ct.c_void_p()), ct.is_null(ct.c_char_p()), ct.is_null(ct.c_wchar_p()),
  ct.is_null(ct.c_char_p ""))
print(ct.is_null(ct.cast(nil, P)))
print(kind(ct.is_null, 5), kind(ct.is_null, "text"))
