--- needs: gcc
--- exit: 1
--! ArgumentError: halve: argument 1: expected c_double, got string
--| before
-- An uncaught error goes to stderr with its kind, function and argument.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.halve.argtypes, lib.halve.restype = { ct.c_double }, ct.c_double
print "before"
lib.halve("one")
print "never"
