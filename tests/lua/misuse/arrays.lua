--| 16 refused
-- What arrays and buffers refuse.
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
expect("ValueError", "len -1", function() return I * -1 end)
expect("TypeError", "len 1.5", function() return I * 1.5 end)
expect("OverflowError", "len huge", function() return I * math.maxinteger end)
expect("IndexError", "too many", I * 1, 1, 2)
expect("TypeError", "bad item", I * 2, "x")
expect("IndexError", "idx", function() return (I * 2)()[2] end)
expect("TypeError", "idx bool", function() return (I * 2)()[true] end)
expect("TypeError", "set non-table", function() (I * 2)():set(5) end)
expect("ValueError", "value too long", function() (ct.c_char * 2)().value = "abc" end)
expect("TypeError", "value int", function() (ct.c_char * 2)().value = 5 end)
expect("ValueError", "raw too long", function() (ct.c_char * 2)().raw = "abc" end)
expect("AttributeError", "wchar raw", function() return (ct.c_wchar * 2)().raw end)
expect("ValueError", "csb -1", ct.create_string_buffer, -1)
expect("TypeError", "csb {}", ct.create_string_buffer, {})
expect("ValueError", "csb too long", ct.create_string_buffer, "abc", 2)
expect("TypeError", "cub 1.5", ct.create_unicode_buffer, 1.5)
print(refused .. " refused")
