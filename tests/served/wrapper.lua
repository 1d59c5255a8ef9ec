-- Wraps a library, as msl-loadlib's Server32 classes do: its methods use `self.lib`.
local bridge = require "bridge"
local ct = require "ctypes"

return function(args)
  local Wrapper = bridge.Server32(args.library, "cdll")
  Wrapper.lib.strlen.argtypes, Wrapper.lib.strlen.restype = { ct.c_char_p }, ct.c_size_t
  Wrapper.lib.labs.argtypes, Wrapper.lib.labs.restype = { ct.c_long }, ct.c_long

  function Wrapper:length(text) return self.lib.strlen(text) end
  function Wrapper:magnitude(n) return self.lib.labs(n) end
  function Wrapper:args() return args end
  function Wrapper:is_server() return bridge.is_server() end
  function Wrapper:shutdown_handler() print("farewell of " .. tostring(args.title)) end

  return Wrapper
end
