--| abc	8	abc00000
--| hi	hi000000
--| a0b00000	a
--| ValueError	ValueError
--| wide	TypeError
--| AttributeError
--| AttributeError	AttributeError
-- `.value` stops at the NUL, `.raw` is every byte; wide arrays have only `.value`.
local ct = require "ctypes"
local a = (ct.c_char * 8)()
local function raw() return (a.raw:gsub("\0", "0")) end
a.value = "abc"
print(a.value, #a.raw, raw())
a.value = "hi"
print(a.value, raw())
a.raw = "a\0b" .. ("\0"):rep(5)
print(raw(), a.value)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() a.value = "123456789" end), kind(function() a.raw = "123456789" end))
local w = (ct.c_wchar * 5)()
w.value = "wide"
print(w.value, kind(function() w.value = 5 end))
print(kind(function() return w.raw end))
local n = (ct.c_int * 2)()
print(kind(function() return n.value end), kind(function() return n.raw end))
