--- needs: gcc
--| 5	42
--| true	true	true	true
--| true
--| 5
--| libscalars.so	libscalars.so	true	true
--| 7	false
-- After close, functions and variables of the library raise errors; nothing crashes.
local ct = require "ctypes"
local path = os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so"
local lib = ct.CDLL(path)
local add, counter = lib.add, ct.c_int:in_dll(lib, "counter")
local pick = lib.pick
pick.restype = ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int)
print(add(2, 3), counter.value)
ct.close(lib)
local function raises(f, ...)
  local ok, e = pcall(f, ...)
  return not ok and type(e.kind) == "string"
end
print(raises(add, 2, 3), raises(function() return lib.add end), raises(function() return lib.halve end),
  raises(function() return counter.value end))
print(raises(ct.symbol, lib, "add"))
-- It can be loaded again.
print(ct.CDLL(path).add(2, 3))
-- What it was called is known all the same.
print(lib._name:match "[^/]+$", lib._path:match "[^/]+$", lib._handle ~= nil, raises(function() return lib._nam end))
-- A variable that is closed closes it.
local kept
do
  local own <close> = ct.CDLL(path)
  kept = own.add
  print(kept(3, 4), raises(kept, 3, 4))
end
assert(raises(kept, 3, 4))
