--| TypeError	TypeError	TypeError	TypeError	TypeError
--| true
--| 1 2 3
--| 16
--| AttributeError
-- A type may be named before it is defined, which is how recursive types are made.
local ct = require "ctypes"
local Node = ct.Structure("Node")
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(Node), kind(ct.sizeof, Node), kind(function() return Node * 2 end),
  kind(ct.Structure, "Holder", { { "n", Node } }), kind(ct.Structure, "Child", { { "n", ct.c_int } }, { base = Node }))
local ok, e = pcall(Node)
print(e.message:find("Node", 1, true) ~= nil)
local NodePtr = ct.POINTER(Node)
Node._fields_ = { { "value", ct.c_int }, { "next", NodePtr } }
local third = Node(3, nil)
local second = Node(2, ct.pointer(third))
local first = Node(1, ct.pointer(second))
local values, p = {}, ct.pointer(first)
while p do
  values[#values + 1] = p.contents.value
  p = p.contents.next
end
print(table.concat(values, " "))
print(ct.sizeof(Node))
-- The layout is final.
print(kind(function() Node._fields_ = { { "value", ct.c_int } } end))
