--- needs: gcc
--| true	true
--| false
--| 3	3.5
--| AttributeError	true
--| 7	AttributeError
--| TypeError	TypeError
--| AttributeError
-- Functions of a library: cached by name, fresh through ct.symbol.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
print(rawequal(lib.add, lib.add), rawequal(lib.add, lib["add"]))
print(rawequal(ct.symbol(lib, "halve"), ct.symbol(lib, "halve")))
local as_float = ct.symbol(lib, "halve")
as_float.restype, as_float.argtypes = ct.c_double, { ct.c_double }
-- The settings of one are not those of the other.
lib.echo_int.argtypes = { ct.c_int }
print(lib.echo_int(3), as_float(7))
local ok, e = pcall(function() return lib.incremnt end)
print(e.kind, e.message:find("increment", 1, true) ~= nil)
print(ct.symbol(lib, "_hidden")(), select(2, pcall(function() return lib._hidden end)).kind)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() return lib[1] end), kind(function() return lib[{}] end))
-- A symbol that resolves to NULL is not there.
print(kind(function() return lib.absent_symbol end))
