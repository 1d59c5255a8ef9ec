--| 2	red	size?	first
--| written	label	second
--| abc7
--| false	attempt to index a number value
--| false	attempt to index a boolean value
--| AttributeError: P: no field 'label'
--| AttributeError: P: no field 'label'
-- `__index` and `__newindex` of a structure type are what they are elsewhere in Lua: functions, or things to look into and to
-- write to, with metamethods of their own. Fields and methods come first.
local ct = require "ctypes"
local P = ct.Structure("P", { { "x", ct.c_int } })
local notes = {}
P.__index = setmetatable({ colour = "red" }, { __index = function(_, name) return name .. "?" end })
P.__newindex = notes
local p = P(1)
p.x, p.label = 2, "first"
print(p.x, p.colour, p.size, notes.label)
P.__newindex = setmetatable({}, { __newindex = function(_, name, value) print("written", name, value) end })
p.label = "second"
P.__index = function(self, name) return name .. self.x end
P.__newindex = function(self, name, value) self.x = #name + value end
p.abc = 4
print(p.abc)
P.__index, P.__newindex = 5, true
print(pcall(function() return p.label end))
print(pcall(function() p.label = 1 end))
P.__index, P.__newindex = nil, nil
print(select(2, pcall(function() return p.label end)))
print(select(2, pcall(function() p.label = 1 end)))
