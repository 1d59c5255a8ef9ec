--- bridge: same it works with this process's sizes
--| 123	abc
--| 45
--| 1000
--| 67
--| 0
--| 89
--|  rest
--|  first	two
--|  first	 second
--| world	w	nil
--| =value
--|  apples
--| 4
--|  pears	p
--| 1000	true
-- What C gives back may lie in what its arguments lent it: the private copy of a string, an object that nobody else has.
-- Whoever holds such an address keeps that.
local ct = require "ctypes"
local libc = ct.CDLL(nil)
local function declared(name, result, ...)
  local f = ct.symbol(libc, name)
  f.restype, f.argtypes = result, { ... }
  return f
end
local function churn()
  collectgarbage()
  collectgarbage()
  local junk = {}
  for i = 1, 200 do junk[i] = ct.create_string_buffer(("z"):rep(i % 30 + 1)) end
end
-- Stored through an argument: an end.
local strtol = declared("strtol", ct.c_long, ct.c_char_p, ct.POINTER(ct.c_char_p), ct.c_int)
local stop = ct.c_char_p()
print(strtol("123abc", stop, 10), stop.value)
print(strtol("45" .. ("x"):rep(1000), ct.byref(stop), 10))
churn()
print(#stop.value)
print(strtol("67", ct.pointer(stop), 10))
churn()
print(#stop.value)
print(strtol(ct.create_string_buffer("89 rest"), stop, 10))
churn()
print(stop.value)
-- Into a slot of an array or structure, where the others keep what they had.
local Ends = ct.Structure("Ends", { { "first", ct.c_char_p }, { "second", ct.c_char_p } })
local ends = Ends("one" .. #stop.value, "two")
strtol("1 first", ct.cast(ct.byref(ends), ct.POINTER(ct.c_char_p)), 10)
churn()
print(ends.first, ends.second)
strtol("2 second", ct.cast(ct.byref(ends, ct.sizeof(ct.c_char_p)), ct.POINTER(ct.c_char_p)), 10)
churn()
print(ends.first, ends.second)
-- As the result.
local strstr = declared("strstr", ct.POINTER(ct.c_char), ct.c_char_p, ct.c_char_p)
local found = strstr("hello world", "wor")
churn()
print(ct.string_at(found), found[0], strstr("x", "y"))
-- Undeclared arguments lend as well.
local strchr = ct.symbol(libc, "strchr")
strchr.restype = ct.POINTER(ct.c_char)
local at = strchr("key=value", ("="):byte())
churn()
print(ct.string_at(at))
-- Out parameters of a prototype.
local Ends = ct.CFUNCTYPE(ct.c_long, ct.c_char_p, ct.POINTER(ct.POINTER(ct.c_char)), ct.c_int)
local rest = Ends({ "strtol", libc }, { { 1 }, { 2 }, { 1, "base", 10 } })("3 apples")
churn()
print(ct.string_at(rest))
-- A pointer passed by its own address.
local into_pointer = declared("strtol", ct.c_long, ct.c_char_p, ct.POINTER(ct.POINTER(ct.c_char)), ct.c_int)
local pointer = ct.POINTER(ct.c_char)()
print(into_pointer("4 pears", pointer, 10))
churn()
print(ct.string_at(pointer), pointer[1])
-- A loop of such calls keeps the last only.
collectgarbage()
collectgarbage()
local before = collectgarbage "count"
for i = 1, 2000 do strtol(i .. ("y"):rep(1000), stop, 10) end
collectgarbage()
collectgarbage()
print(#stop.value, collectgarbage "count" - before < 100)
