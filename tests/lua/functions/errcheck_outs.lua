--- needs: gcc
--| 3	2
--| 4	17	5	true
--| 3
-- errcheck with out parameters: the objects are in the list, and returning the list means "as usual".
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local P = ct.POINTER(ct.c_int)
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int, P, P)
local divide = F({ "divide", lib }, { { 1, "a" }, { 1, "b" }, { 2, "q" }, { 2, "r" } })
local seen
divide.errcheck = function(result, fn, args)
  seen = args
  return args
end
print(divide(17, 5))
print(seen.n, seen[1], seen[2], seen[3].value == 3)
divide.errcheck = function(result, fn, args) return args[3].value end
print(divide(17, 5))
