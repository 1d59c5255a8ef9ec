--- needs: gcc
--| ArgumentError	ArgumentError	ArgumentError	ArgumentError
--| 4.0	6.0
--| 4.0
-- A by-value parameter takes an instance of its type, or a table that makes one.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
local Complex = ct.Structure("Complex", { { "x", ct.c_double }, { "y", ct.c_double } })
local Other = ct.Structure("Other", { { "x", ct.c_double }, { "y", ct.c_double } })
lib.complex_add.argtypes, lib.complex_add.restype = { Complex, Complex }, Complex
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(lib.complex_add, Complex(1, 2), Other(3, 4)), kind(lib.complex_add, Complex(1, 2), 5),
  kind(lib.complex_add, Complex(1, 2), nil), kind(lib.complex_add, Complex(1, 2), { z = 1 }))
local c = lib.complex_add(Complex(1, 2), { 3, y = 4 })
print(c.x, c.y)
-- A derived structure counts as its base.
local Derived = ct.Structure("Derived", {}, { base = Complex })
print(lib.complex_add(Derived(1, 2), Complex(3, 4)).x)
