--- needs: gcc
--| 60	7
--| {2.0, 4.0, 6.0}
--| Trap{c=2, d=4.5, i=-7}
--| ValueError: no more
--| 24
--| 3
-- Lua functions called by the 32-bit library: pointers, structs by value, errors, calls inside calls.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libother_side.so")
local Trap = ct.Structure("Trap", { { "c", ct.c_byte }, { "d", ct.c_double }, { "i", ct.c_int } })
local Visitor = ct.CFUNCTYPE(ct.c_int, ct.POINTER(Trap), ct.c_void_p)
lib.visit.argtypes = { ct.POINTER(Trap), ct.c_int, Visitor, ct.c_void_p }
local traps = (Trap * 3)({ 1, 1, 10 }, { 1, 2, 20 }, { 1, 3, 30 })
local user
print(lib.visit(traps, 3, function(t, given)
  user = given
  t.contents.d = t.contents.d * 2
  return t.contents.i
end, 7), user)
print("{" .. traps[0].d .. ", " .. traps[1].d .. ", " .. traps[2].d .. "}")

local Mapper = ct.CFUNCTYPE(Trap, Trap, ct.c_long)
lib.map_trap.restype, lib.map_trap.argtypes = Trap, { Mapper, Trap, ct.c_long }
print(lib.map_trap(function(t, n)
  return Trap(t.c + 1, t.d + 1, n)
end, Trap(1, 3.5, 0), -7))

local ok, e = pcall(lib.visit, traps, 3, function()
  error "no more"
end, nil)
assert(not ok)
print((tostring(e):gsub("^.-: no more", "ValueError: no more")))

-- A call inside a callback, three deep.
lib.numbers_sum.argtypes = { ct.POINTER(ct.c_int), ct.c_int }
local total = lib.visit(traps, 2, function()
  return lib.visit(traps, 2, function()
    return lib.visit(traps, 2, function()
      return lib.numbers_sum((ct.c_int * 2)(1, 2), 2)
    end, nil)
  end, nil)
end, nil)
print(total)
print(lib.numbers_sum((ct.c_int * 2)(1, 2), 2))
