--- needs: gcc
--- stderr: any
--| done
-- The script ends while a native thread waits to call back: the process ends, it does not hang or crash.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.start_background.argtypes = { F, ct.c_int }
lib.start_background(function(v) return v end, 1)
local stop = os.clock() + 0.2
while os.clock() < stop do end
print "done"
