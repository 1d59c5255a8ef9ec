--- needs: gcc
--| 60.0	20
-- A callback with more parameters than there are registers.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local types = {}
for i = 1, 20 do types[i] = i % 2 == 1 and ct.c_int or ct.c_double end
lib.call_many.argtypes, lib.call_many.restype = { ct.CFUNCTYPE(ct.c_double, table.unpack(types)) }, ct.c_double
local count
print(lib.call_many(function(...)
  count = select("#", ...)
  local sum = 0
  for _, v in ipairs { ... } do sum = sum + v end
  return sum
end), count)
