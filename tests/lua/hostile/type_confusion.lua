--| 45 refused
--| 5
-- Types where objects belong, objects where types belong, strangers everywhere.
local ct = require "ctypes"
local refused = 0
local strangers = { 5, "x", true, print, {}, io.stdout, ct.c_int, ct.c_int(5), ct }
local function try(f)
  for _, s in ipairs(strangers) do
    local ok = pcall(f, s)
    if not ok then refused = refused + 1 end
  end
end
try(function(s) return ct.cast(ct.c_int(1), s) end)
try(function(s)
  assert(s ~= ct.c_int)
  return ct.Structure("S", { { "f", s } })
end)
try(function(s) return ct.sizeof(ct.POINTER(s)) and assert(s ~= ct.c_int) end)
try(function(s) return ct.CDLL(s) end)
try(function(s) return ct.close(s) end)
print(refused .. " refused")
print(ct.c_int(5).value)
