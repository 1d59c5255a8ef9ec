--- needs: gcc
--| -128	-5	127
--| 0	200	255
--| -32768	-5	32767
--| 0	40000	65535
--| -2147483648	-5	2147483647
--| 0	3000000000	4294967295
--| -9223372036854775808	-5	9223372036854775807
--| 0	5	-1
--| -1.5	0.25	inf
--| -1.5	0.25	1e+300
--| -1	1	0
--| -1	1	0
--| 1.5 + 2 - 3 * 4
--| -7.5
--| nothing to compare	5
--| true	true
--| ValueError
--| items.lua:LINE: too large: 8
--| the function it was	true
--| 3	3
--| 55
--| -1	1	7	7
--| 2
-- Callbacks that do nothing with a pointer but read what it leads to, whatever that is.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local int, double = ct.POINTER(ct.c_int), ct.POINTER(ct.c_double)

local function peek(name, ty, ...)
  local f = lib["peek_" .. name]
  f.argtypes, f.restype = { ct.CFUNCTYPE(ty, ct.POINTER(ty)), ct.POINTER(ty) }, ty
  local seen = {}
  for k, value in ipairs { ... } do
    -- Far more often than once: some ways are taken only then.
    for _ = 1, 100 do seen[k] = f(function(p) return p[0] end, ct.byref(ty(value))) end
    assert(seen[k] == ty(value).value)
  end
  print(table.concat(seen, "\t"))
end
peek("byte", ct.c_byte, -128, -5, 127)
peek("ubyte", ct.c_ubyte, 0, 200, 255)
peek("short", ct.c_short, -32768, -5, 32767)
peek("ushort", ct.c_ushort, 0, 40000, 65535)
peek("int", ct.c_int, -2147483648, -5, 2147483647)
peek("uint", ct.c_uint, 0, 3000000000, 4294967295)
peek("longlong", ct.c_longlong, math.mininteger, -5, math.maxinteger)
peek("ulonglong", ct.c_ulonglong, 0, 5, -1)
peek("float", ct.c_float, -1.5, 0.25, math.huge)
peek("double", ct.c_double, -1.5, 0.25, 1e300)

local Ints, Doubles = ct.CFUNCTYPE(ct.c_int, int, int), ct.CFUNCTYPE(ct.c_int, double, double)
lib.compare_ints.argtypes, lib.compare_ints.restype = { Ints, int, int }, ct.c_int
lib.compare_doubles.argtypes, lib.compare_doubles.restype = { Doubles, double, double }, ct.c_int
local function order(a, b) return a < b and -1 or a > b and 1 or 0 end
local function compare(f, ty, callback, a, b)
  return f(callback, a and ct.byref(ty(a)), b and ct.byref(ty(b)))
end
for _, pair in ipairs { { lib.compare_ints, ct.c_int }, { lib.compare_doubles, ct.c_double } } do
  local f, ty = table.unpack(pair)
  local callback = f.argtypes[1](function(a, b) return order(a[0], b[0]) end)
  print(compare(f, ty, callback, 1, 2), compare(f, ty, callback, 2, 1), compare(f, ty, callback, 2, 2))
end

-- Among others, which go in their own ways.
local short = ct.POINTER(ct.c_short)
local Mixed = ct.CFUNCTYPE(ct.c_double, double, ct.c_int, short, int)
lib.mix_items.argtypes, lib.mix_items.restype = { Mixed, double, ct.c_int, short, int }, ct.c_double
local a, c, d = ct.c_double(1.5), ct.c_short(3), (ct.c_int * 2)(0, 4)
print(("%g + %d - %d * %d"):format(a.value, 2, c.value, d[1]))
local mixed = Mixed(function(p, n, q, r) return p[0] + n - q[0] + (r[1] + r[0]) * -2 end)
for _ = 1, 50 do assert(lib.mix_items(mixed, ct.byref(a), 2, ct.byref(c), d) == -7.5) end
print(lib.mix_items(mixed, ct.byref(a), 2, ct.byref(c), d))

-- NULL is no item, and can be asked for; reading it is an error as ever.
local careful = Ints(function(a, b)
  if not a or not b then return 5 end
  return order(a[0], b[0])
end)
assert(compare(lib.compare_ints, ct.c_int, careful, 1, 2) == -1)
print("nothing to compare", compare(lib.compare_ints, ct.c_int, careful, 1, nil))
local careless = Ints(function(a, b) return order(a[0], b[0]) end)
local function fails(...) return not pcall(compare, lib.compare_ints, ct.c_int, careless, ...) end
assert(compare(lib.compare_ints, ct.c_int, careless, 1, 2) == -1)
print(fails(nil, 1), fails(1, nil))
assert(compare(lib.compare_ints, ct.c_int, careless, 2, 1) == 1)

-- Errors, their lines, and what debug says of the function.
local function get_kind(a) error { kind = "ValueError" } end
local _, problem = pcall(compare, lib.compare_ints, ct.c_int, Ints(function(a, b) return get_kind(a[0]) or b[0] end), 1, 2)
print(problem.kind)
local here = debug.getinfo(1, "l").currentline + 2
local strict = Ints(function(a, b)
  if a[0] > 7 then error("too large: " .. a[0]) end
  return order(a[0], b[0])
end)
local _, problem = pcall(compare, lib.compare_ints, ct.c_int, strict, 8, 1)
print((tostring(problem):match("items.lua:%d+: too large: 8"):gsub(":" .. here .. ":", ":LINE:")))
local current
local function look() current = debug.getinfo(2, "Sl") end
local named = Ints(function(a, b)
  local x, y = a[0], b[0]
  look()
  return order(x, y)
end)
compare(lib.compare_ints, ct.c_int, named, 1, 2)
print("the function it was", current.short_src:find "items.lua" ~= nil and current.currentline > here)

-- What it shares with the functions around it stays shared, both ways.
local calls, limit = 0, 0
local counting = Ints(function(a, b)
  local x, y = a[0], b[0]
  calls = calls + 1
  return x + y > limit and calls or 0
end)
limit = 10
for _ = 1, 3 do assert(compare(lib.compare_ints, ct.c_int, counting, 5, 5) == 0) end
limit = 9
calls = calls - 1
print(compare(lib.compare_ints, ct.c_int, counting, 5, 5), calls)

-- Again within itself: each call has its own items.
local down
local sum = 0
down = Ints(function(a, b)
  local x, y = a[0], b[0]
  if x > 0 then compare(lib.compare_ints, ct.c_int, down, x - 1, y + x) else sum = y end
  return x
end)
assert(compare(lib.compare_ints, ct.c_int, down, 10, 0) == 10)
print(sum)

-- Read again after it may have changed: what is there then.
local pair = (ct.c_int * 2)(1, 2)
local changing = Ints(function(a, b)
  local before = a[0] - b[0]
  pair[0] = 3
  return before * (a[0] == 3 and 1 or 100)
end)
local written = Ints(function(a, b)
  a[0], b[0] = b[0], a[0]
  return 7
end)
local byref = ct.byref
print(
  lib.compare_ints(changing, byref(pair), byref(pair, 4)),
  compare(lib.compare_ints, ct.c_int, changing, 5, 4) // 100,
  lib.compare_ints(written, byref(pair), byref(pair, 4)),
  pair[0] == 2 and pair[1] == 3 and 7
)

-- A parameter that means something else by then.
local replaced = Ints(function(a, b)
  a = { [0] = 2 }
  return a[0]
end)
print(compare(lib.compare_ints, ct.c_int, replaced, 9, 9))
