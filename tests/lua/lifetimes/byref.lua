--- needs: gcc
--| 6
--| 11
--| 5
-- byref keeps its object; arguments live until the call returns.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local r = ct.byref((ct.c_int * 3)(1, 2, 3))
collectgarbage()
print(lib.sum_ints(r, 3))
lib.compose.argtypes = { ct.CFUNCTYPE(ct.c_int, ct.c_int), ct.CFUNCTYPE(ct.c_int, ct.c_int), ct.c_int }
print(lib.compose(function(x)
  collectgarbage()
  return x + 1
end, function(x)
  collectgarbage()
  return x * 2
end, 5))
lib.count_bytes.restype = ct.c_size_t
print(lib.count_bytes(ct.byref(ct.create_string_buffer("hello"))))
