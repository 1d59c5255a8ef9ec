--- needs: gcc
--| 9 refused
-- What function types refuse.
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
expect("TypeError", "CFUNCTYPE 5", ct.CFUNCTYPE, 5)
expect("TypeError", "CFUNCTYPE arg 5", ct.CFUNCTYPE, I, 5)
expect("ValueError", "CFUNCTYPE opt", ct.CFUNCTYPE, I, { nope = 1 })
local F = ct.CFUNCTYPE(I, I)
expect("TypeError", "F(str)", F, "x")
expect("AttributeError", "F missing", F, { "nope", s })
expect("TypeError", "F lib", F, { "add", 5 })
expect("TypeError", "F out not ptr", F, { "triple", s }, { { 2, "x" } })
expect("ValueError", "F flags len", F, { "triple", s }, { { 1, "x" }, { 1, "y" } })
expect("TypeError", "F flags type", F, { "triple", s }, 5)
print(refused .. " refused")
