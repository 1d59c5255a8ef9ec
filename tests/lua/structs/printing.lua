--| Point{x=1, y=2}
--| Empty{}
--| true	true	true
--| true
-- tostring shows the fields, nested ones too, and copes with what it cannot show whole.
local ct = require "ctypes"
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
print(Point(1, 2))
print(ct.Structure("Empty", {})())
local Line = ct.Structure("Line", { { "from", Point }, { "to", Point }, { "name", ct.c_char * 8 } })
local text = tostring(Line { { 1, 2 }, { 3, 4 }, "ab" })
print(text:find("^Line{") ~= nil, text:find("Point{x=3, y=4}", 1, true) ~= nil, text:find("ab", 1, true) ~= nil)
-- A structure that points at itself still prints.
local Node = ct.Structure("Node")
Node._fields_ = { { "next", ct.POINTER(Node) } }
local n = Node()
n.next = ct.pointer(n)
print(tostring(n):find("^Node{next=") ~= nil)
