--- bridge: none it lists the libraries of this process
--- needs: gcc
--| true
--| true	true
-- The loaded libraries.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local found = {}
for _, path in ipairs(ct.util.dllist()) do found[path:match "[^/]*$"] = true end
print(#ct.util.dllist() > 0)
print(found["libscalars.so"], found["libc.so.6"])
