--- needs: gcc
--| 2000 structures
--| 2000 calls
--| 500 callbacks
--| 500 strings
-- A full collection between every two steps, in both modes of the collector.
local ct = require "ctypes"
local scalars = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local callbacks = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
collectgarbage("setpause", 0)
collectgarbage("setstepmul", 1000)
local P = ct.Structure("P", { { "x", ct.c_int }, { "name", ct.c_char_p }, { "p", ct.POINTER(ct.c_int) } })
local n = 0
for i = 1, 2000 do
  if i == 1000 then collectgarbage "generational" end
  local s = P(i, "n" .. i, ct.pointer(ct.c_int(-i)))
  if i % 20 == 0 then collectgarbage() else collectgarbage "step" end
  assert(s.x == i and s.name == "n" .. i and s.p[0] == -i, i)
  n = n + 1
end
print(n .. " structures")
n = 0
scalars.sum_ints.restype = ct.c_long
for i = 1, 2000 do
  collectgarbage "step"
  assert(scalars.sum_ints((ct.c_int * 3)(i, i, i), 3) == 3 * i)
  n = n + 1
end
print(n .. " calls")
collectgarbage "incremental"
n = 0
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
callbacks.call_twice.argtypes = { F, ct.c_int }
for i = 1, 500 do
  local cb <const> = F(function(v)
    collectgarbage "step"
    return v + i
  end)
  assert(callbacks.call_twice(cb, 0) == 2 * i)
  if i % 10 == 0 then collectgarbage() end
  n = n + 1
end
print(n .. " callbacks")
n = 0
local all = {}
for i = 1, 500 do
  all[i] = ct.c_char_p("string " .. i)
  if i % 10 == 0 then collectgarbage() end
end
for i = 1, 500 do
  if all[i].value == "string " .. i then n = n + 1 end
end
print(n .. " strings")
