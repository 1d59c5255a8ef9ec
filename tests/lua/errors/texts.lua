--- needs: gcc
--| ArgumentError: halve: argument 1: expected c_double, got string
--| ArgumentError: halve: takes at least 1 argument (0 given)
--| ArgumentError: add: argument 2: expected c_int, got 2.5 (no exact integer)
--| OverflowError: add: argument 2: 1099511627776 does not fit c_int (32 bits)
--| TypeError: Point: too many initialisers: 3 for 2 fields
--| AttributeError: Point: no field 'z'
--| AttributeError: Point: no field 'z'
--| TypeError: Point.x: expected c_int, got string
--| IndexError: c_int_Array_3: index 3 is outside 0 to 2
--| IndexError: c_int_Array_3: index -1 is outside 0 to 2
--| TypeError: c_int: expected c_int, got string
--| OverflowError: c_ubyte: 1e300 has more than 64 bits
--| NullPointerError: LP_c_int is NULL
--| AttributeError: $FIXTURES/libscalars.so: undefined symbol: haalve, did you mean 'halve'?
--| AttributeError: ctypes has no 'c_itn', did you mean 'c_int'?
--| TypeError: Later is incomplete: its _fields_ are not set
-- The texts themselves, as users read them.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local function show(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  print((tostring(e):match "^[^\n]*"))
end
lib.halve.argtypes, lib.halve.restype = { ct.c_double }, ct.c_double
show(lib.halve, "one")
show(lib.halve)
lib.add.argtypes = { ct.c_int, ct.c_int }
show(lib.add, 1, 2.5)
show(lib.add, 1, 1 << 40)
local P = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
show(P, 1, 2, 3)
show(P, { z = 1 })
show(function() return P().z end)
show(function() P().x = "1" end)
local a = (ct.c_int * 3)()
show(function() return a[3] end)
show(function() return a[-1] end)
show(ct.c_int, "5")
show(ct.c_ubyte, 1e300)
show(function() return ct.POINTER(ct.c_int)()[0] end)
show(function() return lib.haalve end)
show(function() return ct.c_itn end)
show(ct.Structure("Later"))
