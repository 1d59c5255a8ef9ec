--| ValueError	true
--| 6
--| true
--| 0	5
-- Options of function types, and the twins of Windows' names.
local ct = require "ctypes"
local ok, e = pcall(ct.CFUNCTYPE, ct.c_int, ct.c_int, { use_erno = true })
print(e.kind, e.message:find("use_erno", 1, true) ~= nil)
local W = ct.WINFUNCTYPE(ct.c_int, ct.c_int)
print(W(function(x) return x + 1 end)(5))
-- Two function types of the same shape are one.
print(ct.CFUNCTYPE(ct.c_int, ct.c_int) == ct.CFUNCTYPE(ct.c_int, ct.c_int))
print(ct.set_last_error(5), ct.get_last_error())
