--- bridge: same it works with this process's sizes
--| aaaa bbbb cccc
--| x bbbb cccc
--| 1 2 3
--| 9 2 3
-- C may move pointers between slots: what a slot holds now is alive, whoever stored it.
local ct = require "ctypes"
local libc = ct.CDLL(nil)
local function churn()
  collectgarbage()
  collectgarbage()
  local junk = {}
  for i = 1, 200 do junk[i] = ct.create_string_buffer(("z"):rep(i % 30 + 1)) end
end
local function sort(items, T, less)
  local P = ct.POINTER(T)
  local qsort = ct.symbol(libc, "qsort")
  qsort.argtypes, qsort.restype = { P, ct.c_size_t, ct.c_size_t, ct.CFUNCTYPE(ct.c_int, P, P) }, nil
  qsort(items, #items, ct.sizeof(T), function(a, b) return less(a[0], b[0]) and -1 or 1 end)
end
local words = (ct.c_char_p * 3)(("c"):rep(4), ("a"):rep(4), ("b"):rep(4))
sort(words, ct.c_char_p, function(a, b) return a < b end)
churn()
print(table.concat(words:totable(), " "))
words[0] = "x"
churn()
print(table.concat(words:totable(), " "))
local I = ct.POINTER(ct.c_int)
local numbers = (I * 3)(ct.pointer(ct.c_int(3)), ct.pointer(ct.c_int(1)), ct.pointer(ct.c_int(2)))
sort(numbers, I, function(a, b) return a[0] < b[0] end)
churn()
print(numbers[0][0] .. " " .. numbers[1][0] .. " " .. numbers[2][0])
numbers[0] = ct.pointer(ct.c_int(9))
churn()
print(numbers[0][0] .. " " .. numbers[1][0] .. " " .. numbers[2][0])
