--- needs: gcc
--| nil	nil
--| 5	-3
--| 5
--| 6
--| -3
--| -999
--| TypeError
-- Function pointers in structures, filled by C and by Lua; NULL is nil.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
local Operations = ct.Structure("Operations", {
  { "add", ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int) }, { "negate", ct.CFUNCTYPE(ct.c_int, ct.c_int) }, { "context", ct.c_void_p },
})
local o = Operations()
print(o.add, o.negate)
lib.operations_fill.restype = nil
lib.operations_fill(ct.byref(o))
print(o.add(2, 3), o.negate(3))
print(lib.operations_use(ct.byref(o), 2, 3))
o.add = function(a, b) return a * b end
collectgarbage()
print(lib.operations_use(ct.byref(o), 2, 3))
o.add = nil
print(lib.operations_use(ct.byref(o), 3, 3))
o.negate = nil
print(lib.operations_use(ct.byref(o), 3, 3))
print(select(2, pcall(function() o.add = 5 end)).kind)
