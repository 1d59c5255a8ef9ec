--- bridge: same its fixtures are built for this process
--- needs: gcc
--| OSError	true
-- A library whose own dependency is missing: the error names the dependency.
local ct = require "ctypes"
local ok, e = pcall(ct.CDLL, os.getenv "MOONGLUE_FIXTURES" .. "/liborphan.so")
print(e.kind, e.message:find("libgone.so", 1, true) ~= nil)
