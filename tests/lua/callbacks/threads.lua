--- needs: gcc
--| 14
--| 56
--| 22
--| false	true
--| 30
-- Callbacks from other native threads run while Lua waits in a native call.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
for _, name in ipairs { "call_on_thread", "call_on_threads", "start_background" } do
  lib[name].argtypes = { F, ct.c_int }
end
print(lib.call_on_thread(function(v) return v * 2 end, 7))
print(lib.call_on_threads(function(v) return v * 2 end, 8))
-- A thread that calls back later, while the owner waits in another native call.
lib.start_background(F(function(v) return v + 1 end), 21)
print(lib.join_background())
-- Errors on the other thread arrive at the call that waits.
local ok, e = pcall(lib.call_on_thread, function() error "over there" end, 1)
print(ok, tostring(e):find("over there", 1, true) ~= nil)
print(lib.call_on_thread(function(v) return lib.call_on_thread(function(w) return w * 3 end, v) end, 10))
