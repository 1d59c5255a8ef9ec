--- bridge: none it is about functions that are called in this process
--- needs: gcc
--| often called
-- A function that is called often is called the same way as before, whatever comes in between.
local ct = require "ctypes"
local path = os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so"
local lib = ct.CDLL(path)
local function declare(name, restype, ...)
  local f = ct.symbol(lib, name)
  f.restype, f.argtypes = restype, { ... }
  return f
end
local OFTEN = 500
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  return ok and e or e.kind
end

-- Numbers at the edges, and what is no plain number, before, while and after the function becomes a frequent one.
local add = declare("add", ct.c_int, ct.c_int, ct.c_int)
for i = 1, OFTEN do
  assert(add(i, -1) == i - 1)
  assert(add(0xffffffff, 1) == 0 and add(-0x80000000, 0) == -0x80000000)
  if i % 50 == 0 then
    assert(kind(add, 1 << 32, 0) == "OverflowError" and kind(add, -0x80000001, 0) == "OverflowError")
    assert(kind(add, "1", 0) == "ArgumentError" and kind(add, 1.5, 0) == "ArgumentError" and kind(add, 1) == "ArgumentError")
    assert(add(2.0, 3) == 5 and add(ct.c_int(2), 3) == 5)
    assert(add(1, 2, 3) == 3, "more arguments than declared")
  end
end
local short = declare("low_short", ct.c_short, ct.c_int)
local byte = declare("low_byte", ct.c_ubyte, ct.c_int)
for _ = 1, OFTEN do
  assert(short(0x12345) == 0x2345 and short(0x18000) == -0x8000 and byte(0x1ff) == 0xff)
end
local scale = declare("scale", ct.c_double, ct.c_double, ct.c_double)
local addf = declare("addf", ct.c_float, ct.c_float, ct.c_float)
for _ = 1, OFTEN do
  assert(scale(3, 0.5) == 1.5 and scale(-0.0, 1) == 0 and scale(1e308, 10) == math.huge and addf(0.5, 2) == 2.5)
end

-- Strings of every length that makes a difference, and long ones.
local count = declare("count_bytes", ct.c_size_t, ct.c_char_p)
local shout = declare("shout", nil, ct.c_char_p)
for i = 1, OFTEN do
  local text = ("x"):rep(i % 70)
  shout(text)
  assert(count(text) == i % 70 and text == ("x"):rep(i % 70), "C changed Lua's own string")
  assert(count "a\0b" == 1)
end
assert(count(nil) == -1)

-- Pointers: the very type, arrays, byref, nil, tables, and what does not fit.
local sum = declare("sum_ints", ct.c_long, ct.POINTER(ct.c_int), ct.c_int)
local items = (ct.c_int * 3)(1, 2, 4)
local pointer = ct.cast(items, ct.POINTER(ct.c_int))
local one = ct.c_int(9)
for i = 1, OFTEN do
  assert(sum(items, 3) == 7 and sum(pointer, 2) == 3 and sum(ct.byref(one), 1) == 9 and sum({ 5, 6 }, 2) == 11)
  if i % 50 == 0 then assert(kind(sum, (ct.c_double * 2)(), 1) == "ArgumentError") end
end
local is_null = declare("is_null", ct.c_bool, ct.c_void_p)
for _ = 1, OFTEN do
  assert(is_null(nil) == true and is_null(items) == false and is_null(pointer) == false and is_null "text" == false)
end

-- Another declaration, in the middle of calls, takes effect at once; in a callback too.
for _ = 1, 3 do
  add.restype = ct.c_ubyte
  for _ = 1, OFTEN do assert(add(255, 2) == 1) end
  add.argtypes, add.restype = { ct.c_short, ct.c_short }, ct.c_int
  for _ = 1, OFTEN do assert(add(1, 2) == 3) end
  assert(kind(add, 40000, 40000) == 80000 - (1 << 16) * 2, "either reading of 16 bits")
  assert(kind(add, 70000, 0) == "OverflowError")
  add.argtypes, add.restype = { ct.c_int, ct.c_int }, ct.c_int
  assert(add(70000, 0) == 70000)
end
local Unary = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local compose = declare("compose", ct.c_int, Unary, Unary, ct.c_int)
local triple = declare("triple", ct.c_int, ct.c_int)
for _ = 1, OFTEN do triple(2) end
local again = Unary(function(x)
  triple.restype, triple.argtypes = ct.c_int, { ct.c_int }
  return triple(x) + 1
end)
for _ = 1, OFTEN do assert(compose(again, again, 2) == 22) end

-- Callbacks, errors in them, and calls in coroutines.
local fails = Unary(function(x) if x == 13 then error { kind = "thirteen" } end return x end)
for i = 1, OFTEN do
  assert(kind(compose, fails, fails, 13) == "thirteen" and compose(fails, fails, i + 13) == i + 13)
end
local co = coroutine.wrap(function() for i = 1, OFTEN do coroutine.yield(add(i, i) + compose(again, fails, 2)) end end)
for i = 1, OFTEN do assert(co() == 2 * i + 7) end

-- The object still is a function object.
assert(tostring(add):find "add" and add.restype == ct.c_int and #add.argtypes == 2 and add.name == "add")
local keep = {}
for i = 1, 20 do
  local f = declare("add", ct.c_int, ct.c_int, ct.c_int)
  for _ = 1, OFTEN do f(i, 1) end
  keep[i % 2] = f
  collectgarbage()
end
assert(keep[0](1, 1) == 2 and keep[1](1, 1) == 2)

-- Whoever writes another address into the function's word calls that.
local word = declare("triple", ct.c_int, ct.c_int)
for _ = 1, OFTEN do word(1) end
local slot = ct.cast(ct.pointer(word), ct.POINTER(ct.c_size_t))
slot[0] = ct.symbol(lib, "low_byte").address
assert(word(1) ~= 3 and word(1) == 1)

-- After close it is an error, each time.
ct.close(lib)
for _ = 1, 3 do assert(kind(add, 1, 2) == "ValueError" and kind(triple, 1) == "ValueError") end
print "often called"
