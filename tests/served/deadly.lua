-- Ends its process, or never ends.
local ct = require "ctypes"
local c = ct.CDLL(nil)

local deadly = {}

function deadly.segfault() return ct.c_int:from_address(0x2000).value end

function deadly.abort() c.abort() end

function deadly.exit(code) os.exit(code) end

function deadly.c_exit(code) c.exit(code) end

function deadly.raise(signal) c.raise(signal) end

function deadly.last_words()
  print "the last words"
  return ct.c_int:from_address(0x2000).value
end

function deadly.sleep(seconds)
  c.usleep(math.floor(seconds * 1e6))
  return "slept"
end

function deadly.spin() while true do end end

function deadly.ping() return "pong" end

return deadly
