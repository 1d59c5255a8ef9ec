--- needs: gcc
--| 5
--| 5
--| 5
--| true	true
--| true	true
--| 3
-- A library by path, by soname, through cdll, and the running program itself.
local ct = require "ctypes"
local path = os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so"
local lib = ct.CDLL(path)
print(lib.add(2, 3))
print(ct.cdll.LoadLibrary(path).add(2, 3))
print(ct.cdll[path].add(2, 3))
print(rawequal(ct.cdll["libm.so.6"], ct.cdll["libm.so.6"]), lib._name == path)
print(lib._path:find("libscalars.so", 1, true) ~= nil, lib._handle ~= nil)
local program = ct.CDLL(nil)
program.strlen.restype = ct.c_size_t
print(program.strlen("abc"))
