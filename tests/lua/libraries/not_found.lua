--| OSError	true	true
--| OSError	true
--| TypeError	TypeError
--| ValueError
--| OSError	OSError
--| 5.0
-- A library that is not there: the error names it and what was tried.
local ct = require "ctypes"
local ok, e = pcall(ct.CDLL, "libnowhere-to-be-found.so.9")
print(e.kind, e.message:find("libnowhere-to-be-found.so.9", 1, true) ~= nil, tostring(e):find("^OSError: ") ~= nil)
ok, e = pcall(ct.CDLL, "/no/such/folder/libx.so")
print(e.kind, e.message:find("/no/such/folder/libx.so", 1, true) ~= nil)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.CDLL, 5), kind(ct.CDLL, {}))
print(kind(ct.CDLL, "lib\0m.so"))
print(kind(function() return ct.cdll["libnope.so"] end), kind(ct.cdll.LoadLibrary, "libnope.so"))
local m = ct.CDLL "libm.so.6"
m.sqrt.restype, m.sqrt.argtypes = ct.c_double, { ct.c_double }
print(m.sqrt(25))
