--- needs: gcc
--| 10
--| true
--| true
--| 7
-- cb:free() ends a callback; Lua's own uses of it are errors from then on.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.relay_int.argtypes = { F, ct.c_int }
local cb = F(function(v) return v * 2 end)
print(lib.relay_int(cb, 5))
cb:free()
local ok, e = pcall(cb, 5)
print(not ok and type(e.kind) == "string")
ok, e = pcall(lib.relay_int, cb, 5)
print(not ok and type(e.kind) == "string")
print(lib.relay_int(function(v) return v end, 7))
