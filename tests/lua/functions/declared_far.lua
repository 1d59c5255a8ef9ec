--- needs: gcc
--| 20015998343868
-- Declared, a 64-bit result is whole, and there is nothing to warn of.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.far_value.restype = ct.c_int64
print(lib.far_value())
