--- needs: gcc
--| ArgumentError	true
--| ArgumentError	true
--| ArgumentError
--| 5
-- What has no C meaning of its own is refused by position.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local ok, e = pcall(lib.add, 1, {})
print(e.kind, e.message:find("add: argument 2", 1, true) ~= nil)
ok, e = pcall(lib.add, coroutine.create(print), 1)
print(e.kind, e.message:find("add: argument 1", 1, true) ~= nil)
print(select(2, pcall(lib.add, ct.c_int, 1)).kind)
print(lib.add(2, 3))
