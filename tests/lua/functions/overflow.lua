--- needs: gcc
--| OverflowError	true
--| OverflowError	true
--| OverflowError
--| 255	-1
--| OverflowError
-- A number that does not fit its parameter is an OverflowError that names function and argument.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.add.argtypes = { ct.c_int, ct.c_int }
local ok, e = pcall(lib.add, 1, 1 << 40)
print(e.kind, tostring(e):find("add: argument 2", 1, true) ~= nil)
lib.echo_ubyte.argtypes, lib.echo_ubyte.restype = { ct.c_ubyte }, ct.c_ubyte
ok, e = pcall(lib.echo_ubyte, 256)
print(e.kind, tostring(e):find("echo_ubyte: argument 1", 1, true) ~= nil)
print(select(2, pcall(lib.echo_ubyte, -129)).kind)
-- Both ranges of a width are welcome, as bits.
print(lib.echo_ubyte(-1), lib.add(0xFFFFFFFF, 0))
print(select(2, pcall(lib.add, 1e30, 1)).kind)
