-- Prints, in every way.
local ct = require "ctypes"
local c = ct.CDLL(nil)
c.puts.argtypes = { ct.c_char_p }
c.write.argtypes, c.write.restype = { ct.c_int, ct.c_char_p, ct.c_size_t }, ct.c_ssize_t

local talking = {}

function talking.say(text) print(text) end

function talking.mutter(text) io.write(text) end

function talking.complain(text) io.stderr:write(text) end

function talking.in_c(text) c.puts(text) end

function talking.directly(text) return c.write(1, text, #text) end

-- That many megabytes.
function talking.flood(megabytes)
  local line = ("x"):rep(1023) .. "\n"
  for _ = 1, megabytes * 1024 do io.write(line) end
  return "said all"
end

return talking
