--- needs: gcc
--| 15 refused
-- What loading and looking up refuse.
local ct = require "ctypes"
local s = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
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
expect("TypeError", "CDLL(table)", ct.CDLL, {})
expect("TypeError", "CDLL(true)", ct.CDLL, true)
expect("ValueError", "CDLL NUL", ct.CDLL, "a\0")
expect("TypeError", "lib[{}]", function() return s[{}] end)
expect("TypeError", "lib[1.5]", function() return s[1.5] end)
expect("TypeError", "lib[1]", function() return s[1] end)
expect("AttributeError", "lib._nope", function() return s._nope end)
expect("TypeError", "in_dll name int", function() return I:in_dll(s, 5) end)
expect("TypeError", "in_dll no lib", function() return I:in_dll(5, "counter") end)
expect("AttributeError", "cdll._x", function() return ct.cdll._x end)
expect("TypeError", "LoadLibrary(5)", ct.cdll.LoadLibrary, 5)
expect("TypeError", "symbol(lib, 5)", ct.symbol, s, {})
expect("TypeError", "symbol(5, x)", ct.symbol, 5, "x")
expect("AttributeError", "symbol missing", ct.symbol, s, "nopenope")
expect("TypeError", "close(5)", ct.close, 5)
print(refused .. " refused")
