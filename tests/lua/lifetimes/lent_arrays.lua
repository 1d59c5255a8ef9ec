--- bridge: none the copies that a bridge has of arguments end with the call
--| 5	7	7	5
-- A result that lies in an array which only the call had keeps it: one made of a table, one that nobody else has.
local ct = require "ctypes"
local libc = ct.CDLL(nil)
local function churn()
  collectgarbage()
  collectgarbage()
  local junk = {}
  for i = 1, 200 do junk[i] = ct.create_string_buffer(("z"):rep(i % 30 + 1)) end
end
local P = ct.POINTER(ct.c_int)
libc.bsearch.restype, libc.bsearch.argtypes = P, { P, P, ct.c_size_t, ct.c_size_t, ct.CFUNCTYPE(ct.c_int, P, P) }
local function by_value(a, b) return a[0] - b[0] end
local in_table = libc.bsearch({ 5 }, { 1, 3, 5, 7 }, 4, 4, by_value)
local in_array = libc.bsearch(ct.c_int(7), (ct.c_int * 4)(1, 3, 5, 7), 4, 4, by_value)
churn()
print(in_table[0], in_table[1], in_array[0], in_array[-1])
