--| 1	1065353216	1.0
--| 0	4	8
--| 7	7
--| 2	3.0
--| AttributeError	AttributeError	TypeError
-- Members of an anonymous structure or union surface in the outer one.
local ct = require "ctypes"
local Value = ct.Union("Value", { { "i", ct.c_int }, { "f", ct.c_float } })
local Tagged = ct.Structure("Tagged", { { "tag", ct.c_int }, { "u", Value } }, { anonymous = { "u" } })
local t = Tagged()
t.tag, t.f = 1, 1.0
print(t.tag, t.i, t.f)
print(Tagged.tag.offset, Tagged.i.offset, ct.sizeof(Tagged))
t.i = 7
print(t.u.i, t.i)
local n = Tagged { tag = 2, f = 3.0 }
print(n.tag, n.f)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local fields = { { "tag", ct.c_int }, { "u", Value } }
print(kind(ct.Structure, "A", fields, { anonymous = { "v" } }), kind(ct.Structure, "B", fields, { anonymous = { "tag" } }),
  kind(ct.Structure, "C", fields, { anonymous = 5 }))
