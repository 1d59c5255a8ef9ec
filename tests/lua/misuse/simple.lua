--| 11 refused
-- What the simple types refuse.
local ct = require "ctypes"
local I = ct.c_int
local refused = 0
local function expect(kind, what, f, ...)
  local ok, e = pcall(f, ...)
  if not ok and e.kind == kind then
    refused = refused + 1
  else
    print(what, "expected " .. kind, ok and "nothing was raised" or tostring(e))
  end
end
expect("TypeError", "c_int(1,2)", I, 1, 2)
expect("TypeError", "c_int({})", I, {})
expect("TypeError", "c_int(c_double)", I, ct.c_double(1))
expect("TypeError", "c_double(c_double)", ct.c_double, ct.c_double(1))
expect("TypeError", "c_char_p(1.5)", ct.c_char_p, 1.5)
expect("TypeError", "c_wchar_p(1.5)", ct.c_wchar_p, 1.5)
expect("TypeError", "c_void_p(1.5)", ct.c_void_p, 1.5)
expect("TypeError", "c_void_p str", ct.c_void_p, "x")
expect("AttributeError", "c_int().foo=", function() I().foo = 1 end)
expect("TypeError", "c_int().value=nil", function() I().value = nil end)
expect("AttributeError", "be of bool", function() return ct.c_wchar_p.__ctype_be__ end)
print(refused .. " refused")
