--- needs: gcc
--| ArgumentError
--| halve: argument 1: expected c_double, got string
--| ArgumentError: halve: argument 1: expected c_double, got string
--| string	true
--| true
-- An error is a value with kind, message and traceback; raised again it stays the same.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.halve.argtypes, lib.halve.restype = { ct.c_double }, ct.c_double
local ok, e = pcall(lib.halve, "one")
print(e.kind)
print(e.message)
print((tostring(e):match "^[^\n]*"))
print(type(e.traceback), e.traceback:find("error_values.lua", 1, true) ~= nil)
local ok2, again = pcall(error, e)
print(rawequal(e, again))
