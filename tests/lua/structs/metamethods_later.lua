--| of B	of B	of B
--| of B	of D	of D
--| B{x=1}	of D	of D
--| B{x=1}	D{x=1, y=2}	E{x=1, y=2, z=3}
--| 3	7
--| attempt to perform arithmetic on a E value
--| only	1
--| x=1 y=2 z=3 
-- A metamethod set on a base after other types derived from it is theirs too; the nearest one counts; one that is cleared
-- leaves what was there before it.
local ct = require "ctypes"
local B = ct.Structure("B", { { "x", ct.c_int } })
local D = ct.Structure("D", { { "y", ct.c_int } }, { base = B })
local E = ct.Structure("E", { { "z", ct.c_int } }, { base = D })
local function texts() print(tostring(B(1)), tostring(D(1, 2)), tostring(E(1, 2, 3))) end
B.__tostring = function() return "of B" end
texts()
D.__tostring = function() return "of D" end
texts()
B.__tostring = nil
texts()
D.__tostring = nil
texts()
B.__add = function(a, b) return a.x + b.x end
print(E(1) + D(2), B(3) + E(4))
B.__add = nil
print((select(2, pcall(function() return E(1) + D(2) end)):match "attempt.*"))
E.__pairs = function() return next, { only = 1 } end
for name, value in pairs(E()) do print(name, value) end
E.__pairs = nil
for name, value in pairs(E(1, 2, 3)) do io.write(name, "=", value, " ") end
print()
