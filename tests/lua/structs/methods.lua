--| 5.0	10.0
--| V(4.0, 6.0)	V(-3.0, -4.0)	true	false
--| V(3.0, 4.0)!
--| 7.0
--| V(6.0, 8.0)	5
--| AttributeError
-- Methods and metamethods on a structure type work on every instance, views included.
local ct = require "ctypes"
local V = ct.Structure("V", { { "x", ct.c_double }, { "y", ct.c_double } })
function V:length() return math.sqrt(self.x ^ 2 + self.y ^ 2) end
function V:scaled(k) return V(self.x * k, self.y * k) end
V.__add = function(a, b) return V(a.x + b.x, a.y + b.y) end
V.__unm = function(a) return V(-a.x, -a.y) end
V.__eq = function(a, b) return a.x == b.x and a.y == b.y end
V.__tostring = function(a) return ("V(%s, %s)"):format(a.x, a.y) end
V.__concat = function(a, b) return tostring(a) .. tostring(b) end
V.__call = function(self, a) return self.x + a end
V.__mul = function(a, b) return a:scaled(b) end
V.__len = function() return 5 end
local v = V(3, 4)
print(v:length(), v:scaled(2):length())
print(tostring(v + V(1, 2)), tostring(-v), v == V(3, 4), v == V(3, 5))
print(v .. "!")
print(v(4))
local holder = (V * 2)(v, v)
print(tostring(holder[1] * 2), #holder[0])
print(select(2, pcall(function() return v:lenght() end)).kind)
