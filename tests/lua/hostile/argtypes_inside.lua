--- needs: gcc
--| true	true
--| 5
-- A from_param that changes the argtypes it is called for.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local add = lib.add
local function try(change)
  local T = { from_param = function(v)
    add.argtypes = change
    collectgarbage()
    return v
  end }
  add.argtypes = { T, T }
  local ok, result = pcall(add, 1, 2)
  return type(ok) == "boolean"
end
print(try(nil), try {})
add.argtypes = { ct.c_int, ct.c_int }
print(add(2, 3))
