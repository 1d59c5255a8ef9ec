--- needs: gcc
--| nil
--| table	true
--| true
--| 9
-- Odd error values thrown through C.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.relay_int.argtypes = { F, ct.c_int }
local ok, e = pcall(lib.relay_int, function() error(nil) end, 1)
print(e)
local odd = setmetatable({}, { __tostring = function() error "no text" end, __index = function() error "no fields" end })
ok, e = pcall(lib.relay_int, function() error(odd) end, 1)
print(type(e), rawequal(e, odd))
ok, e = pcall(lib.relay_int, function() error(setmetatable({}, { __gc = error })) end, 1)
print(not ok)
print(lib.relay_int(function(v) return v end, 9))
