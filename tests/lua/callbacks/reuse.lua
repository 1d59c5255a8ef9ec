--- needs: gcc
--| true	false
--| true
-- The same Lua function for the same parameter type reuses its callback.
local ct = require "ctypes"
local scalars = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
scalars.address_of.argtypes, scalars.address_of.restype = { F }, ct.c_uintptr_t
local function f(x) return x end
print(scalars.address_of(f) == scalars.address_of(f), scalars.address_of(f) == scalars.address_of(function(x) return x end))
local before = scalars.address_of(f)
for _ = 1, 10000 do scalars.address_of(f) end
print(scalars.address_of(f) == before)
