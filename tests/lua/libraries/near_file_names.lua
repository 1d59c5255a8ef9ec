--- needs: gcc
--| OSError	true
--| true
-- What is beside the missing file is worth saying.
local ct = require "ctypes"
local folder = os.getenv "MOONGLUE_FIXTURES"
local ok, e = pcall(ct.CDLL, folder .. "/libscalar.so")
print(e.kind, e.message:find("libscalar.so", 1, true) ~= nil)
print(#e.message < 4000)
