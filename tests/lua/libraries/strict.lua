--- needs: gcc
--| true	TypeError
--| 5
--| 5
--| true	TypeError
-- A strict library calls no function whose types were not declared.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so", { strict = true })
local ok, e = pcall(lib.add, 2, 3)
print(tostring(e):find("add", 1, true) ~= nil, e.kind)
lib.add.argtypes, lib.add.restype = { ct.c_int, ct.c_int }, ct.c_int
print(lib.add(2, 3))
-- Prototypes declare themselves.
print(ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int)({ "add", lib })(2, 3))
-- A map is no way around it.
lib.square.argtypes = { ct.c_double }
ok, e = pcall(lib.square.map, lib.square, (ct.c_double * 2)())
print(tostring(e):find("strict", 1, true) ~= nil, e.kind)
