--- needs: gcc
--| Lua
--| C
--| Lua and C and Lua
--| called
--| back and on
-- What both sides print comes in the order in which it was printed, in a pipe too, where C keeps it in buffers.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libcrash.so")
lib.crash_say.argtypes, lib.crash_say.restype = { ct.c_int, ct.c_char_p }, nil
local function say(text) lib.crash_say(1, text) end
print "Lua"
say "C\n"
io.write "Lua and "
say "C and "
print "Lua"
lib.crash_say_around.argtypes = { ct.c_char_p, ct.CFUNCTYPE(nil), ct.c_char_p }
lib.crash_say_around.restype = nil
lib.crash_say_around("called\n", function() io.write "back " end, "and on\n")
