--- needs: gcc
--| moonglue
--| moon
--| LOUD
--| quiet
-- C writes into a buffer; a Lua string passed as char * is a private copy.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local out = ct.create_string_buffer(32)
lib.copy_text.argtypes = { ct.c_char_p, ct.c_size_t, ct.c_char_p }
lib.copy_text.restype = nil
lib.copy_text(out, #out, "moonglue")
print(out.value)
lib.copy_text(out, 5, "moonglue")
print(out.value)
local loud = ct.create_string_buffer("loud")
lib.shout.restype = nil
lib.shout(loud)
print(loud.value)
local quiet = "quiet"
lib.shout.argtypes = { ct.c_char_p }
lib.shout(quiet)
print(quiet)
