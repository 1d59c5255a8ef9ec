--| true
--| AttributeError	true
--| table
--| 42	function
--| AttributeError
-- The module itself: one object everywhere, misspelt names are errors, import copies into the globals.
local ct = require "ctypes"
print(ct == ctypes)
local ok, e = pcall(function() return ct.c_itn end)
print(e.kind, e.message:find("c_int", 1, true) ~= nil)
print(type(ct))
ctypes.import()
print(c_int(42).value, type(sizeof))
print(select(2, pcall(function() return ct.Structre end)).kind)
