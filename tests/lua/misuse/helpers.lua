--| 9 refused
-- What the remaining helpers refuse.
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
expect("TypeError", "set_errno str", ct.set_errno, "x")
expect("AttributeError", "module", function() return ct.Strcture end)
expect("TypeError", "sizeof void", ct.sizeof, ct.void)
expect("TypeError", "u64 str", ct.u64, "x")
expect("TypeError", "complex str", ct.complex, "x")
expect("TypeError", "layout 5", ct.layout, 5)
expect("TypeError", "inout 5", ct.inout, 5)
expect("ValueError", "out -1", ct.out, I, -1)
expect("TypeError", "find_library", ct.find_library, {})
print(refused .. " refused")
