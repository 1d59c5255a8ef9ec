--| OverflowError OverflowError true
--| true
--| true
--| true
--| 3
-- Sizes that overflow, and lengths beyond all memory.
local ct = require "ctypes"
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
local function failed_well(f, ...)
  local k = kind(f, ...)
  return k == "OverflowError" or k == "MemoryError" or k == "ValueError" or k == "IndexError" or k
end
print(kind(function() return ct.c_long * math.maxinteger end) .. " " .. kind(function() return ct.c_long * (1 << 61) end) .. " "
  .. tostring(failed_well(function()
    local T = ct.c_char * (1 << 62)
    local S = ct.Structure("S", { { "a", T }, { "b", T }, { "c", T }, { "d", T } })
    return S()
  end)))
print(failed_well(ct.create_string_buffer, 1 << 61))
print(failed_well(ct.create_unicode_buffer, 1 << 61))
local a = (ct.c_int * 3)(1, 2, 3)
print(failed_well(ct.resize, a, math.maxinteger))
print(#a)
