--- needs: gcc
--| 0	1
--| OSError
-- HRESULT as restype: a negative one is an error.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.echo_int.argtypes, lib.echo_int.restype = { ct.c_int }, ct.HRESULT
print(lib.echo_int(0), lib.echo_int(1))
print(select(2, pcall(lib.echo_int, -2147467259)).kind)
