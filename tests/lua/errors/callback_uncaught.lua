--- needs: gcc
--- exit: 1
--! went wrong
--! stack traceback
--! inner
--! outer
-- An error that nobody catches: stderr tells where it was raised and which call it went through.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local function inner() error "went wrong" end
local function outer() lib.relay_int(function() inner() end, 1) end
lib.relay_int.argtypes = { ct.CFUNCTYPE(ct.c_int, ct.c_int), ct.c_int }
outer()
