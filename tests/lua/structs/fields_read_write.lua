--| 5	2.5	x	true	text	nil
--| 6	-0.5	y	false	other	16
--| AttributeError	true
--| AttributeError	true
--| OverflowError	6
--| TypeError
-- Reading and writing fields of every simple kind; misspelt names never become attributes.
local ct = require "ctypes"
local R = ct.Structure("Record", {
  { "n", ct.c_short }, { "d", ct.c_double }, { "c", ct.c_char }, { "b", ct.c_bool }, { "s", ct.c_char_p },
  { "p", ct.c_void_p },
})
local r = R(5, 2.5, "x", true, "text")
local function show() print(r.n, r.d, r.c, r.b, r.s, r.p) end
show()
r.n, r.d, r.c, r.b, r.s, r.p = 6, -0.5, "y", false, "other", 16
show()
local ok, e = pcall(function() return r.nn end)
print(e.kind, e.message:find("nn", 1, true) ~= nil and e.message:find("Record", 1, true) ~= nil)
ok, e = pcall(function() r.dd = 5 end)
print(e.kind, e.message:find("dd", 1, true) ~= nil)
ok, e = pcall(function() r.n = 70000 end)
print(e.kind, r.n)
ok, e = pcall(function() r.n = "7" end)
print(e.kind)
