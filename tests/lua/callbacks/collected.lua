--- needs: gcc
--| true
--| true	false
-- A callback that never reached C is an ordinary object; one that did is pinned.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local weak = setmetatable({}, { __mode = "v" })
do
  local cb = F(function(v) return v end)
  weak.never = cb
end
collectgarbage()
collectgarbage()
print(weak.never == nil)
local marker = setmetatable({}, { __mode = "k" })
lib.keep.argtypes, lib.keep.restype = { F }, nil
do
  local f = function(v) return v end
  marker[f] = true
  lib.keep(f)
end
collectgarbage()
collectgarbage()
local alive = next(marker) ~= nil
print(alive, lib.call_kept(3) ~= 3)
