--| kept
-- What a callback does with its pointer parameters: those it keeps stay what they were, however it keeps them.
local ct = require "ctypes"
local libc = ct.CDLL(nil)
local P = ct.POINTER(ct.c_int)
local Compare = ct.CFUNCTYPE(ct.c_int, P, P)
libc.qsort.argtypes, libc.qsort.restype = { P, ct.c_size_t, ct.c_size_t, Compare }, nil

-- Sorts two items, so that there is one comparison, twice, and shows what was kept of each.
local function try(name, compare, kept)
  local values = {}
  for round, pair in ipairs { { 20, 10 }, { 40, 30 } } do
    local items = (ct.c_int * 2)(pair)
    libc.qsort(items, 2, ct.sizeof(ct.c_int), compare)
    assert(items[0] == pair[2] and items[1] == pair[1], name)
    values[round] = { items, kept and kept(), items[0] }
  end
  if kept then
    -- The first round's pointer still is the first round's.
    local first, second = values[1], values[2]
    assert(not rawequal(first[2], second[2]), name .. ": one object for two calls")
    assert(first[2][0] ~= second[2][0], name .. ": the later pointer replaced the earlier one")
  end
end

local held
local function order(a, b) return a < b and -1 or a > b and 1 or 0 end
try("indexed", function(a, b) return order(a[0], b[0]) end)
try("contents", function(a, b) return order(a.contents.value, b.contents.value) end)
try("tested", function(a, b) if a and b and a ~= nil then return order(a[0], b[0]) end return 0 end)
try("assigned", function(a, b) held = a return order(a[0], b[0]) end, function() return held end)
try("copied", function(a, b) local c = b held = c return order(a[0], b[0]) end, function() return held end)
try("stored", function(a, b) held = { a } return order(a[0], b[0]) end, function() return held[1] end)
try("stored under a name", function(a, b) held = { p = a } return order(a[0], b[0]) end, function() return held.p end)
try("a key", function(a, b) held = { [a] = true } return order(a[0], b[0]) end, function() return (next(held)) end)
try("captured", function(a, b) held = function() return b end return order(a[0], b[0]) end, function() return held() end)
try("captured deeper", function(a, b)
  held = function() return function() return a end end
  return order(a[0], b[0])
end, function() return held()() end)
try("passed on", function(a, b) (function(p) held = p end)(a) return order(a[0], b[0]) end, function() return held end)
try("called on", function(a, b)
  local t = { take = function(self, p) held = p end }
  t:take(b)
  return order(a[0], b[0])
end, function() return held end)
try("an operand", function(a, b)
  local t = setmetatable({}, { __add = function(_, p) held = p return 0 end })
  return order(a[0], b[0]) + (t + a)
end, function() return held end)
try("concatenated", function(a, b)
  local t = setmetatable({}, { __concat = function(_, p) held = p return "" end })
  local _ = t .. a
  return order(a[0], b[0])
end, function() return held end)
try("compared", function(a, b)
  local t = setmetatable({}, { __lt = function(_, p) held = p return true end })
  local _ = t < a
  return order(a[0], b[0])
end, function() return held end)
try("looked up", function(a, b)
  local t = setmetatable({}, { __index = function(_, p) held = p end })
  local _ = t[a]
  return order(a[0], b[0])
end, function() return held end)
try("either or", function(a, b) held = b or a return order(a[0], b[0]) end, function() return held end)
try("varargs", function(...) held = ... local a, b = ... return order(a[0], b[0]) end, function() return held end)
try("returned from a loop", function(a, b)
  for _, p in ipairs { a, b } do held = p end
  return order(a[0], b[0])
end, function() return held end)

-- A callback that calls itself through C: each call has its own pointers.
local depth = 0
local nested
nested = Compare(function(a, b)
  local before = order(a[0], b[0])
  if depth < 3 then
    depth = depth + 1
    local items = (ct.c_int * 2)(depth * 100 + 1, depth * 100)
    libc.qsort(items, 2, ct.sizeof(ct.c_int), nested)
    assert(items[0] == depth * 100 or depth == 3)
  end
  assert(order(a[0], b[0]) == before, "the inner call changed the outer one's pointers")
  return before
end)
local items = (ct.c_int * 2)(2, 1)
libc.qsort(items, 2, ct.sizeof(ct.c_int), nested)
assert(items[0] == 1)

-- After an error the pointers can be used again.
local fails = Compare(function(a, b) if a[0] == 13 then error "thirteen" end return order(a[0], b[0]) end)
for _ = 1, 3 do
  local bad = (ct.c_int * 2)(13, 1)
  local ok, message = pcall(libc.qsort, bad, 2, ct.sizeof(ct.c_int), fails)
  assert(not ok and tostring(message):find "thirteen")
  local good = (ct.c_int * 2)(2, 1)
  libc.qsort(good, 2, ct.sizeof(ct.c_int), fails)
  assert(good[0] == 1)
end
print "kept"
