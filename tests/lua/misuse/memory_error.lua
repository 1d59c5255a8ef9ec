--| true
--| 5
-- More memory than there is: an error, not the end.
local ct = require "ctypes"
local ok, e = pcall(function() return (ct.c_char * (1 << 60))() end)
print(not ok and (e.kind == "MemoryError" or e.kind == "OverflowError") or tostring(e))
print(ct.c_int(5).value)
