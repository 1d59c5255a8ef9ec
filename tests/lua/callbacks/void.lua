--- needs: gcc
--| called	0
--| 0
--| true
-- A void callback's results are ignored; it gets no arguments.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(nil)
lib.call_void.argtypes, lib.call_void.restype = { F }, nil
local function f(...)
  print("called", select("#", ...))
  return "ignored"
end
print(select("#", lib.call_void(f)))
print(ct.CFUNCTYPE(ct.void) == F)
