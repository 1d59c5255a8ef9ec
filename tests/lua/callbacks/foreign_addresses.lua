--- needs: gcc
--- bridge: none it is about addresses of this process
--| ValueError	-4096 is no address
--| ValueError	-4096 is no address
-- A callback whose pointer was read for it is called with an address that belongs to no object here: it is not followed.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local Peek = ct.CFUNCTYPE(ct.c_int, ct.POINTER(ct.c_int))
lib.peek_int.argtypes, lib.peek_int.restype = { Peek, ct.c_void_p }, ct.c_int
local five = ct.c_int(5)
local function try(f)
  local callback = Peek(f)
  for _ = 1, 300 do assert(lib.peek_int(callback, ct.byref(five)) == 5) end
  return pcall(lib.peek_int, callback, -4096)
end
local function show(ok, problem) print(not ok and problem.kind, problem.message:match "%-4096 is no address") end
-- The item alone, and the pointer too.
show(try(function(p) return p[0] end))
show(try(function(p)
  local item = p[0]
  return p and item
end))
