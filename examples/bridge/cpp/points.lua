-- The library's types, for both sides: each lays them out for itself.
local ct = require "ctypes"

local points = {}

points.Point = ct.Structure("Point", { { "x", ct.c_double }, { "y", ct.c_double } })
points.FourPoints = ct.Structure("FourPoints", { { "points", points.Point * 4 } })

return points
