--| 18 refused
-- What the memory helpers refuse.
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
expect("TypeError", "sizeof 5", ct.sizeof, 5)
expect("TypeError", "alignment nil", ct.alignment, nil)
expect("TypeError", "addressof type", ct.addressof, I)
expect("ValueError", "resize small", ct.resize, I(1), 2)
expect("ValueError", "resize view", ct.resize, I:from_buffer(ct.create_string_buffer(8)), 100)
expect("TypeError", "resize 5", ct.resize, 5, 5)
expect("TypeError", "resize str", ct.resize, I(1), "8")
expect("TypeError", "string_at float", ct.string_at, 1.5)
expect("TypeError", "memset value", ct.memset, I(1), "x", 1)
expect("ValueError", "memview -1", ct.memoryview_at, I(1), -1)
expect("TypeError", "from_buffer 5", function() return I:from_buffer(5) end)
expect("ValueError", "from_buffer small", function() return I:from_buffer((ct.c_char * 3)()) end)
expect("ValueError", "from_buffer neg", function() return I:from_buffer((ct.c_char * 8)(), -1) end)
expect("TypeError", "from_buffer_copy 5", function() return I:from_buffer_copy(5) end)
expect("TypeError", "from_address str", function() return I:from_address "x" end)
expect("TypeError", "from_address nil", function() return I:from_address(nil) end)
expect("NullPointerError", "string_at(nil)", ct.string_at, nil)
expect("NullPointerError", "from_address 0", function() return I:from_address(0).value end)
print(refused .. " refused")
