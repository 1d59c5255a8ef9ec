--| nil	héllo €😀
--| ValueError	TypeError
--| zwei
--| 4	120
-- c_wchar_p converts UTF-8 to and from wchar_t.
local ct = require "ctypes"
print(ct.c_wchar_p().value, ct.c_wchar_p("héllo €😀").value)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.c_wchar_p, "bad \xc3\x28"), kind(ct.c_wchar_p, {}))
local p = ct.c_wchar_p("eins")
p.value = "zwei"
print(p.value)
local x = ct.c_wchar_p("x")
print(ct.sizeof(ct.c_wchar), ct.cast(x, ct.POINTER(ct.c_int))[0])
