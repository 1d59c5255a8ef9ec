-- The loops that are timed. Each takes a participant's functions and returns a function of n that does the row's operation n times;
-- ours and the hand-written module run the very same ones.
--
-- A participant is a table with: nop, add_i, add_d, sum6, sin, length, norm2, add_pair, pair(x, y), doubles(n), from_table(t),
-- to_table(array), callback(function), each(callback, n), comparator(), sort(comparator, n), map_poly(from, to),
-- map_sin(from, to), library (a table or library with the functions by name).
--
-- A row's target is what we want to stay under: times the module written by hand, or nanoseconds where it says so. What it is to
-- be faster than, and how many times, is at the end.

local sizes = require "sizes"
local ITEMS, SORTED = sizes.items, sizes.sorted

local rows = {}

local function row(name, target, make)
  rows[#rows + 1] = { name = name, target = target, make = make, elements = 1 }
end

-- One operation of a bulk row works on `elements` elements; its time is given per element.
local function bulk(name, target, elements, make)
  rows[#rows + 1] = { name = name, target = target, make = make, elements = elements }
end

local function nanoseconds(n)
  return { nanoseconds = n }
end

row("loop alone", nil, function()
  return function(n) local x for i = 1, n do x = i end return x end
end)

row("empty call", 1.07, function(p)
  local f = p.nop
  return function(n) for _ = 1, n do f() end end
end)

row("add(int, int)", 0.65, function(p)
  local f = p.add_i
  return function(n) local x for i = 1, n do x = f(i, 1) end return x end
end)

row("add(double, double)", 0.65, function(p)
  local f = p.add_d
  return function(n) local x = 0.5 for _ = 1, n do x = f(x, 1.5) end return x end
end)

row("lib.add(int, int)", 0.75, function(p)
  local lib = p.library
  return function(n) local x for i = 1, n do x = lib.add_i(i, 1) end return x end
end)

row("six ints", 0.65, function(p)
  local f = p.sum6
  return function(n) local x for i = 1, n do x = f(i, 1, 2, 3, 4, 5) end return x end
end)

row("sin", 0.76, function(p)
  local f = p.sin
  return function(n) local x = 0.5 for _ = 1, n do x = f(x) end return x end
end)

row("strlen", 0.83, function(p)
  local f = p.length
  return function(n) local x for _ = 1, n do x = f("hello, world") end return x end
end)

row("struct by value", 0.42, function(p)
  local f, a = p.norm2, p.pair(3, 4)
  return function(n) local x for _ = 1, n do x = f(a) end return x end
end)

row("struct result", 0.50, function(p)
  local f, a, b = p.add_pair, p.pair(1, 2), p.pair(3, 4)
  return function(n) local x for _ = 1, n do x = f(a, b) end return x end
end)

row("field get", 0.42, function(p)
  local a = p.pair(3, 4)
  return function(n) local x for _ = 1, n do x = a.y end return x end
end)

row("field set", 0.42, function(p)
  local a = p.pair(3, 4)
  return function(n) for i = 1, n do a.y = i end end
end)

row("element get", 0.42, function(p)
  local a = p.doubles(1000)
  return function(n) local x for i = 1, n do x = a[i % 1000] end return x end
end)

row("element set", 0.42, function(p)
  local a = p.doubles(1000)
  return function(n) for i = 1, n do a[i % 1000] = i end end
end)

local function numbers()
  local t = {}
  for i = 1, ITEMS do t[i] = i + 0.5 end
  return t
end

bulk("table to array, per item", nanoseconds(2), ITEMS, function(p)
  local f, t = p.from_table, numbers()
  return function(n) for _ = 1, n do f(t) end end
end)

bulk("array to table, per item", nanoseconds(4), ITEMS, function(p)
  local f, a = p.to_table, p.from_table(numbers())
  return function(n) for _ = 1, n do f(a) end end
end)

bulk("map of 2xx+3x+1, per item", 1.5, ITEMS, function(p)
  local map, from, to = p.map_poly, p.from_table(numbers()), p.doubles(ITEMS)
  return function(n) for _ = 1, n do map(from, to) end end
end)

bulk("map of sin, per item", 1.15, ITEMS, function(p)
  local map, from, to = p.map_sin, p.from_table(numbers()), p.doubles(ITEMS)
  return function(n) for _ = 1, n do map(from, to) end end
end)

-- From here on callbacks exist, so that native calls have to lend the Lua state out: the rows above are measured before these are made.
rows.first_with_callbacks = #rows + 1

row("callback", 0.75, function(p)
  local each, callback = p.each, p.callback(function(i) return i end)
  return function(n) return each(callback, n) end
end)

row("a call with one callback", 1.0, function(p)
  local each, callback = p.each, p.callback(function(i) return i end)
  return function(n) for _ = 1, n do each(callback, 1) end end
end)

bulk("qsort of 1e5 ints, per int", 1.0, SORTED, function(p)
  local sort, comparator = p.sort, p.comparator()
  return function(n) for _ = 1, n do assert(sort(comparator, SORTED)) end end
end)

row("add(int, int), callbacks exist", 0.65, function(p)
  local f = p.add_i
  p.each(p.callback(function(i) return i end), 1)
  return function(n) local x for i = 1, n do x = f(i, 1) end return x end
end)

local function faster(than, names)
  for _, row in ipairs(rows) do
    if names[row.name] then row.faster = than end
  end
end

-- Scalars do not come near compiled code, which has no call at all; what is more than a scalar passes it.
faster({ ctypes = 10, ["its interpreter"] = 3 }, {
  ["empty call"] = true,
  ["add(int, int)"] = true,
  ["add(double, double)"] = true,
  ["lib.add(int, int)"] = true,
  ["six ints"] = true,
  ["sin"] = true,
  ["add(int, int), callbacks exist"] = true,
})
faster({ LuaJIT = 1 }, {
  ["strlen"] = true,
  ["struct by value"] = true,
  ["struct result"] = true,
  ["table to array, per item"] = true,
  ["array to table, per item"] = true,
  ["map of 2xx+3x+1, per item"] = true,
  ["map of sin, per item"] = true,
  ["callback"] = true,
  ["qsort of 1e5 ints, per int"] = true,
})

return rows
