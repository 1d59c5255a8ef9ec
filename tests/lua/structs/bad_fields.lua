--| TypeError	TypeError	TypeError	TypeError	TypeError
--| ValueError	true
--| TypeError
--| ValueError	true
--| ValueError	ValueError
--| TypeError	TypeError
--| ValueError	ValueError	ValueError	TypeError
-- Field lists that make no sense are refused with the field's name.
local ct = require "ctypes"
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local S = ct.Structure
print(kind(S, "S", 5), kind(S, "S", { 5 }), kind(S, "S", { { "x" } }), kind(S, "S", { { 5, ct.c_int } }),
  kind(S, "S", { { "x", "int" } }))
local ok, e = pcall(S, "S", { { "twice", ct.c_int }, { "twice", ct.c_int } })
print(e.kind, e.message:find("twice", 1, true) ~= nil)
-- A table without order is no field list.
print(kind(S, "S", { x = ct.c_int }))
ok, e = pcall(S, "S", { { "x", ct.c_int } }, { pakc = 1 })
print(e.kind, e.message:find("pakc", 1, true) ~= nil)
print(kind(S, "S", { { "x", ct.c_int } }, { pack = -1 }), kind(S, "S", { { "x", ct.c_int } }, { align = -1 }))
print(kind(S, 5, { { "x", ct.c_int } }), kind(S, nil))
-- Bit fields: at least one bit, no more than the type has, integers only.
print(kind(S, "S", { { "x", ct.c_int, 0 } }), kind(S, "S", { { "x", ct.c_int, 33 } }),
  kind(S, "S", { { "x", ct.c_int, -1 } }), kind(S, "S", { { "x", ct.c_float, 3 } }))
