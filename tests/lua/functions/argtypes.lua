--- needs: gcc
--| 5	5
--| ArgumentError	ArgumentError	ArgumentError
--| true	true	true
--| TypeError	TypeError	TypeError
--| true	nil
--| 3.0
-- argtypes are checked and converted one by one.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.add.argtypes = { ct.c_int, ct.c_int }
print(lib.add(2, 3), lib.add(2.0, 3))
local ok, e1, e2, e3
ok, e1 = pcall(lib.add, 2)
ok, e2 = pcall(lib.add, 2, "3")
ok, e3 = pcall(lib.add, 2.5, 3)
print(e1.kind, e2.kind, e3.kind)
print(e1.message:find("add", 1, true) ~= nil, e2.message:find("add: argument 2: expected c_int, got string", 1, true) ~= nil,
  e3.message:find("add: argument 1", 1, true) ~= nil)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() lib.add.argtypes = 5 end), kind(function() lib.add.argtypes = { 5 } end),
  kind(function() lib.add.argtypes = { {} } end))
-- A refused list changes nothing; nil forgets the list.
local kept = lib.add.argtypes
io.write(tostring(kept[1] == ct.c_int and #kept == 2), "\t")
lib.add.argtypes = nil
print(lib.add.argtypes)
lib.halve.argtypes, lib.halve.restype = { ct.c_double }, ct.c_double
print(lib.halve(6))
