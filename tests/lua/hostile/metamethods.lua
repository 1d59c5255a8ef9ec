--| true	true	true
--| 3
-- Tables whose metamethods fail, grow or lie while they are read.
local ct = require "ctypes"
local A = ct.c_int * 3
local function mt(methods) return setmetatable({}, methods) end
local ok1 = pcall(A, mt { __index = function() error "no" end, __len = function() return 3 end })
local ok2 = pcall(A, mt { __len = function() return 1 << 62 end })
local ok3 = pcall(A, mt { __len = function() return -1 end })
print(type(ok1) == "boolean", type(ok2) == "boolean", type(ok3) == "boolean")
local a = A(1, 2, 3)
pcall(a.set, a, mt { __len = function() return 3 end, __index = function(_, i)
  collectgarbage()
  return i
end })
print(#a)
