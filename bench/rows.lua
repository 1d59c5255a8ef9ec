-- The loops that are timed. Each takes a participant's functions and returns a function of n that does the row's operation n times;
-- ours and the hand-written module run the very same ones.
--
-- A participant is a table with: nop, add_i, add_d, sum6, sin, length, norm2, add_pair, pair(x, y), doubles(n), from_table(t),
-- to_table(array), callback(function), each(callback, n), comparator(), sort(comparator, n), map_poly(from, to).

local MILLION = 1000000
local SORTED = 100000

local rows = {}

local function row(name, make)
  rows[#rows + 1] = { name = name, make = make, elements = 1 }
end

-- One operation of a bulk row works on `elements` elements; its time is given per element.
local function bulk(name, elements, make)
  rows[#rows + 1] = { name = name, make = make, elements = elements }
end

row("loop alone", function()
  return function(n) local x for i = 1, n do x = i end return x end
end)

row("empty call", function(p)
  local f = p.nop
  return function(n) for _ = 1, n do f() end end
end)

row("add(int, int)", function(p)
  local f = p.add_i
  return function(n) local x for i = 1, n do x = f(i, 1) end return x end
end)

row("add(double, double)", function(p)
  local f = p.add_d
  return function(n) local x = 0.5 for _ = 1, n do x = f(x, 1.5) end return x end
end)

row("six ints", function(p)
  local f = p.sum6
  return function(n) local x for i = 1, n do x = f(i, 1, 2, 3, 4, 5) end return x end
end)

row("sin", function(p)
  local f = p.sin
  return function(n) local x = 0.5 for _ = 1, n do x = f(x) end return x end
end)

row("strlen", function(p)
  local f = p.length
  return function(n) local x for _ = 1, n do x = f("hello, world") end return x end
end)

row("struct by value", function(p)
  local f, a = p.norm2, p.pair(3, 4)
  return function(n) local x for _ = 1, n do x = f(a) end return x end
end)

row("struct result", function(p)
  local f, a, b = p.add_pair, p.pair(1, 2), p.pair(3, 4)
  return function(n) local x for _ = 1, n do x = f(a, b) end return x end
end)

row("field get", function(p)
  local a = p.pair(3, 4)
  return function(n) local x for _ = 1, n do x = a.y end return x end
end)

row("field set", function(p)
  local a = p.pair(3, 4)
  return function(n) for i = 1, n do a.y = i end end
end)

row("element get", function(p)
  local a = p.doubles(1000)
  return function(n) local x for i = 1, n do x = a[i % 1000] end return x end
end)

row("element set", function(p)
  local a = p.doubles(1000)
  return function(n) for i = 1, n do a[i % 1000] = i end end
end)

local function numbers()
  local t = {}
  for i = 1, MILLION do t[i] = i + 0.5 end
  return t
end

bulk("table to array, per item", MILLION, function(p)
  local f, t = p.from_table, numbers()
  return function(n) for _ = 1, n do f(t) end end
end)

bulk("array to table, per item", MILLION, function(p)
  local f, a = p.to_table, p.from_table(numbers())
  return function(n) for _ = 1, n do f(a) end end
end)

bulk("map over 1e6 doubles, per item", MILLION, function(p)
  local map, from, to = p.map_poly, p.from_table(numbers()), p.doubles(MILLION)
  return function(n) for _ = 1, n do map(from, to) end end
end)

-- From here on callbacks exist, so that native calls have to lend the Lua state out: the rows above are measured before these are made.
rows.first_with_callbacks = #rows + 1

row("callback", function(p)
  local each, callback = p.each, p.callback(function(i) return i end)
  return function(n) return each(callback, n) end
end)

bulk("qsort of 1e5 ints, per int", SORTED, function(p)
  local sort, comparator = p.sort, p.comparator()
  return function(n) for _ = 1, n do assert(sort(comparator, SORTED)) end end
end)

row("add(int, int), callbacks exist", function(p)
  local f = p.add_i
  return function(n) local x for i = 1, n do x = f(i, 1) end return x end
end)

return rows
