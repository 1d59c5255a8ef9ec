--| nothing broken
-- Random operations on random types and objects, nested in callbacks and finalizers, the collector running all the time.
-- Every number ever stored is 0 to 1000 and every text is "" or starts with "s": anything else that is read is somebody
-- else's memory. `arg[1]` is a seed, `arg[2]` the number of operations.
local ct = require "ctypes"
local libc = ct.CDLL "libc.so.6"

local state = tonumber(arg[1] or 20261125)
local operations = tonumber(arg[2] or 1500)
local function random(n)
  state = (state * 1103515245 + 12345) & 0x7fffffff
  return (state >> 8) % n + 1
end
local function pick(list) return list[random(#list)] end

local numbers = { ct.c_int, ct.c_ushort, ct.c_longlong, ct.c_double, ct.c_float, ct.c_longdouble }
local types, objects, functions = { table.unpack(numbers) }, {}, {}
for _, t in ipairs { ct.c_char_p, ct.c_wchar_p, ct.POINTER(ct.c_int), ct.POINTER(ct.c_char_p) } do types[#types + 1] = t end
local Compare = ct.CFUNCTYPE(ct.c_int, ct.POINTER(ct.c_int), ct.POINTER(ct.c_int))
local Unary = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local problems = {}

local function check(value, what)
  if math.type(value) and not (value >= 0 and value <= 1000) then problems[#problems + 1] = what .. " read " .. value end
  if type(value) == "string" and value ~= "" and value:sub(1, 1) ~= "s" then
    problems[#problems + 1] = ("%s read %q"):format(what, value:sub(1, 20))
  end
  return value
end

local function put(list, value, most)
  if list == objects and type(value) ~= "userdata" then return value end
  if #list < most then list[#list + 1] = value else list[random(most)] = value end
  return value
end

local depth = 0
local act

-- Numbers are floats: an integer would be an address where a text is expected.
local function value_for(t)
  local kind = random(4)
  if kind == 1 then return pick(objects) end
  if t == ct.c_char_p or t == ct.c_wchar_p then return "s" .. ("x"):rep(random(70)) end
  if kind == 2 then return random(1000) + 0.0 end
  if kind == 3 then return nil end
  return { random(1000) + 0.0, random(1000) + 0.0 }
end

local made = 0
local actions = {
  function() -- a structure
    made = made + 1
    local fields = {}
    for k = 1, random(4) do fields[k] = { "f" .. k, pick(types) } end
    local T = ct.Structure("S" .. made)
    if random(2) == 1 then
      T._fields_ = fields
    else
      setmetatable({}, { __gc = function() pcall(function() T._fields_ = fields end) end })
      pcall(function() T._fields_ = { { "f1", ct.c_int }, { "f2", pick(types) } } end)
    end
    put(types, T, 40)
  end,
  function() if #types < 60 then types[#types + 1] = pick(types) * random(5) end end,
  function() put(types, ct.POINTER(pick(types)), 60) end,
  function() local T = pick(types) put(objects, T(), 30) end,
  function() local T = pick(types) put(objects, T(value_for(T)), 30) end,
  function() local T = pick(types) put(objects, T { value_for(T), value_for(T) }, 30) end,
  function() put(objects, ct.pointer(pick(objects)), 30) end,
  function() local o = pick(objects) put(objects, o.contents, 30) end,
  function() local o = pick(objects) check(o[0], "item") put(objects, o[0], 30) end,
  function() local o = pick(objects) check(o.f1, "field") put(objects, o.f1, 30) end,
  function() local o = pick(objects) check(o.f2, "field") put(objects, o["f" .. random(4)], 30) end,
  function() local o = pick(objects) check(o.value, "value") end,
  function() local o = pick(objects) o["f" .. random(4)] = value_for(pick(types)) end,
  function() local o = pick(objects) o[0] = value_for(pick(types)) end,
  function() local o = pick(objects) o.value = value_for(pick(types)) end,
  function() local o = pick(objects) o.contents = pick(objects) end,
  function() local o = pick(objects) ct.resize(o, ct.sizeof(o) + random(5000)) end,
  function() local o = pick(objects) for _, v in ipairs(o:totable()) do check(v, "totable") end end,
  function() local o = pick(objects) o:set { value_for(ct.c_int), value_for(ct.c_char_p) } end,
  function() local o = pick(objects) put(objects, o:copy(), 30) end,
  function() local o = pick(objects) o:fill(value_for(pick(types))) end,
  function() for _, v in pairs(pick(objects)) do check(v, "pairs") end end,
  function() assert(#tostring(pick(objects)) > 0) end,
  function() assert(#ct.layout(pick(types)) > 0) end,
  function() table.remove(objects, random(#objects)) end,
  function() if #types > 12 then table.remove(types, 10 + random(#types - 10)) end end,
  function() collectgarbage() end,
  function() setmetatable({ pick(objects) }, { __gc = function(t) put(objects, t[1], 30) act() end }) end,
  function() -- a function object, now and then one that redeclares itself
    local f = ct.symbol(libc, pick { "labs", "strlen", "abs" })
    f.restype = ct.c_int
    f.argtypes = f.name == "strlen" and { ct.c_char_p }
      or pick { { ct.c_int }, { { from_param = function(v) act() return v end } } }
    if random(3) == 1 then f.errcheck = function(r) act() return r end end
    put(functions, f, 12)
  end,
  function() -- only what fits the declaration: text for strlen, numbers for the rest
    local f = pick(functions)
    local text = f.name == "strlen"
    f.argtypes = text and { ct.c_char_p } or { ct.c_int }
    check(f(text and "s" .. ("y"):rep(random(300)) or random(1000)), f.name)
  end,
  function()
    local t = { value_for(ct.c_int), 5, 6 }
    libc.memset.argtypes = { ct.inout(ct.c_int), ct.c_int, ct.c_size_t }
    libc.memset.restype = nil
    libc.memset(t, 0, 4)
  end,
  function() put(functions, Unary(function(v) act() return v end), 12) end,
  function()
    local f = pick(functions)
    if depth == 1 and random(4) == 1 then f:free() else check(f(random(1000)), "callback") end
  end,
  function() local f = pick(functions) check(f:map((ct.c_int * 4)(1, 2, 3, 4))[3], "map") end,
  function() -- sorting, with everything else going on in the comparison
    local a = (ct.c_int * random(12))()
    for i = 0, #a - 1 do a[i] = random(1000) end
    put(objects, a, 30)
    libc.qsort.restype = nil
    libc.qsort.argtypes = { pick { ct.POINTER(ct.c_int), ct.c_void_p }, ct.c_size_t, ct.c_size_t, Compare }
    libc.qsort(a, #a, 4, function(x, y)
      if random(5) == 1 then act() end
      return check(x[0], "compared") - check(y[0], "compared")
    end)
  end,
  function() -- sorting texts: C moves the pointers
    local a = (ct.c_char_p * random(6))()
    for i = 0, #a - 1 do a[i] = "s" .. random(1000) .. ("z"):rep(random(40)) end
    put(objects, a, 30)
    local C = ct.CFUNCTYPE(ct.c_int, ct.POINTER(ct.c_char_p), ct.POINTER(ct.c_char_p))
    local sort = ct.symbol(libc, "qsort")
    sort.restype, sort.argtypes = nil, { ct.POINTER(ct.c_char_p), ct.c_size_t, ct.c_size_t, C }
    sort(a, #a, 8, function(x, y) return check(x[0], "text") < check(y[0], "text") and -1 or 1 end)
    a[0] = "snew"
    collectgarbage()
    for i = 0, #a - 1 do check(a[i], "sorted text") end
  end,
}

function act()
  if depth > 3 then return end
  depth = depth + 1
  pcall(pick(actions))
  depth = depth - 1
end

-- A finalizer in nearly every step of the collector, and a step at nearly every allocation.
local function rearm()
  setmetatable({}, { __gc = function() if random(3) == 1 then act() end rearm() end })
end
rearm()
collectgarbage("incremental", 1, 100000, 20)
for _ = 1, 20 do put(objects, ct.c_int(random(1000)), 30) end
for _ = 1, operations do
  act()
  if #problems > 0 then break end
end
print(problems[1] or "nothing broken")
