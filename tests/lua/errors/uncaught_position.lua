--- exit: 1
--! IndexError
--! uncaught_position.lua:8
-- The report shows the line of the script that is at fault.
local ct = require "ctypes"
local a = (ct.c_int * 3)()
local function store(i)
  a[i] = 1
end
store(3)
