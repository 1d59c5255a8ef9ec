--- bridge: none it passes a handle of this process
--- needs: gcc
--| 5
--| 5
--| 5
--| ValueError	true
--| TypeError
--| AttributeError
-- Options of CDLL.
local ct = require "ctypes"
local path = os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so"
print(ct.CDLL(path, { mode = ct.RTLD_GLOBAL }).add(2, 3))
print(ct.CDLL(path, { mode = ct.RTLD_LOCAL, use_errno = true, winmode = 0 }).add(2, 3))
-- An open handle under another label.
local lib = ct.CDLL(path)
print(ct.CDLL("label", { handle = lib._handle }).add(2, 3))
local ok, e = pcall(ct.CDLL, path, { use_erno = true })
print(e.kind, e.message:find("use_erno", 1, true) ~= nil)
print(select(2, pcall(ct.CDLL, path, 5)).kind)
print(select(2, pcall(function() return ct.PyDLL end)).kind)
