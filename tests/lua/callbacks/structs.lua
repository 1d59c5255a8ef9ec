--- needs: gcc
--| 4	3
--| 3.5	2.5	1.5	40
--| 7	4
--| true
--| 0
-- Structures as parameters and results of callbacks, by value and by pointer.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
local Large = ct.Structure("Large", { { "a", ct.c_double }, { "b", ct.c_double }, { "c", ct.c_double }, { "d", ct.c_long } })
local F = ct.CFUNCTYPE(Point, Point)
lib.relay_point.argtypes, lib.relay_point.restype = { F, Point }, Point
local p = lib.relay_point(function(v) return Point(v.y, v.x) end, Point(3, 4))
print(p.x, p.y)
lib.relay_large.argtypes, lib.relay_large.restype = { ct.CFUNCTYPE(Large, Large), Large }, Large
local l = lib.relay_large(function(v) return { v.c, v.b, v.a, d = v.d * 10 } end, Large(1.5, 2.5, 3.5, 4))
print(l.a, l.b, l.c, l.d)
local P = ct.POINTER(Point)
lib.relay_point_ref.argtypes, lib.relay_point_ref.restype = { ct.CFUNCTYPE(P, P), P }, P
local q = Point(3, 4)
local r = lib.relay_point_ref(function(v)
  v.contents.x = 7
  return v
end, q)
print(q.x, r.contents.y)
print(lib.relay_point_ref(function() return nil end, q) == nil)
-- A by-value parameter is a copy: it stays valid, and changes nothing in C.
local kept
lib.relay_point(function(v)
  kept = v
  v.x = 99
  return Point()
end, Point(5, 6))
collectgarbage()
print(kept.x - 99)
