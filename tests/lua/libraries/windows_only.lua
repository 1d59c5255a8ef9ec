--| OSError	OSError	OSError	OSError
--| true
--| OSError	5	integer
-- Windows' loaders say where they work; error values can be made anywhere.
local ct = require "ctypes"
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.WinDLL, "kernel32"), kind(ct.OleDLL, "ole32"), kind(function() return ct.windll.kernel32 end),
  kind(function() return ct.oledll["ole32"] end))
local ok, e = pcall(ct.WinDLL, "kernel32")
print(e.message:find "Windows" ~= nil)
local value = ct.WinError(5)
print(value.kind, value.winerror, math.type(value.errno))
