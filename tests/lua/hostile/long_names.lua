--| AttributeError
--| 100000
--| ValueError
--| AttributeError	true
-- Names of unusual length and content.
local ct = require "ctypes"
local libc = ct.CDLL(nil)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind, e
end
print((kind(function() return libc[("x"):rep(100000)] end)))
local S = ct.Structure("S", { { ("f"):rep(100000), ct.c_int } })
print(#S._fields_[1][1])
print((kind(ct.CDLL, "a\0b")))
local k, e = kind(function() return libc["str\0len"] end)
print(k, #tostring(e) < 1000)
