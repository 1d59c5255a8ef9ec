--| 7 refused
-- What bit fields refuse.
local ct = require "ctypes"
local I = ct.c_int
local P = ct.POINTER(ct.c_int)
local T2 = ct.Structure("T2", { { "x", I } })
local refused = 0
local function expect(kind, what, f, ...)
  local ok, e = pcall(f, ...)
  if not ok and e.kind == kind then
    refused = refused + 1
  else
    print(what, "expected " .. kind, ok and "nothing was raised" or tostring(e))
  end
end
expect("TypeError", "bits float", ct.Structure, "A", { { "x", ct.c_double, 3 } })
expect("TypeError", "bits pointer", ct.Structure, "A", { { "x", P, 3 } })
expect("TypeError", "bits struct", ct.Structure, "A", { { "x", T2, 3 } })
expect("ValueError", "bits 0", ct.Structure, "A", { { "x", I, 0 } })
expect("ValueError", "bits 33", ct.Structure, "A", { { "x", I, 33 } })
expect("TypeError", "bits str", ct.Structure, "A", { { "x", I, "3" } })
expect("TypeError", "bits 1.5", ct.Structure, "A", { { "x", I, 1.5 } })
print(refused .. " refused")
