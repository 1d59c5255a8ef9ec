--| 18 refused
-- What pointers refuse.
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
expect("TypeError", "POINTER(5)", ct.POINTER, 5)
expect("TypeError", "POINTER(nil)", ct.POINTER, nil)
expect("TypeError", "POINTER(str)", ct.POINTER, "S")
expect("TypeError", "pointer(5)", ct.pointer, 5)
expect("TypeError", "pointer(type)", ct.pointer, I)
expect("NullPointerError", "NULL contents", function() return P().contents end)
expect("NullPointerError", "NULL slice", function() return P():slice(0, 1) end)
expect("TypeError", "P(wrong)", P, ct.c_double(1))
expect("TypeError", "P(5)", P, 5)
expect("TypeError", "contents=", function() ct.pointer(I(1)).contents = ct.c_long(1) end)
expect("ValueError", "slice no stop", function() return ct.pointer(I(1)):slice(0) end)
expect("ValueError", "slice step 0", function() return ct.pointer(I(1)):slice(0, 1, 0) end)
expect("TypeError", "byref(5)", ct.byref, 5)
expect("TypeError", "byref(type)", ct.byref, I)
expect("TypeError", "cast to c_int", ct.cast, P(), I)
expect("TypeError", "cast to struct", ct.cast, P(), T2)
expect("TypeError", "cast float", ct.cast, 1.5, P)
expect("TypeError", "cast table", ct.cast, {}, P)
print(refused .. " refused")
