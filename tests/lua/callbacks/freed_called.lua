--- needs: gcc
--- exit: failure
--! freed_called.lua:11
--| before
-- C calling a freed callback stops the process, with a message naming where the callback was made.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.keep.argtypes, lib.keep.restype = { F }, nil
local function make()
  return F(function(v) return v end)
end
local cb = make()
lib.keep(cb)
print "before"
io.stdout:flush()
cb:free()
lib.call_kept(1)
print "never"
