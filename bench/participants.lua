-- The two participants that run in this process: our own calls, and the module written by hand in C.
local ct = require "ctypes"

local participants = {}

-- Ours: the fixture declared as a script would declare it.
function participants.moonglue(fixture_path)
  local fixture, libm, libc = ct.CDLL(fixture_path), ct.CDLL(ct.find_library "m"), ct.CDLL(ct.find_library "c")

  local function declare(library, name, restype, ...)
    local fn = library[name]
    fn.restype, fn.argtypes = restype, { ... }
    return fn
  end

  local Pair = ct.Structure("Pair", { { "x", ct.c_double }, { "y", ct.c_double } })
  local Int = ct.CFUNCTYPE(ct.c_int, ct.c_int)
  local Compare = ct.CFUNCTYPE(ct.c_int, ct.POINTER(ct.c_int), ct.POINTER(ct.c_int))
  local shuffle = declare(fixture, "shuffle", nil, ct.POINTER(ct.c_int), ct.c_int)
  local is_sorted = declare(fixture, "is_sorted", ct.c_int, ct.POINTER(ct.c_int), ct.c_int)
  local qsort = declare(libc, "qsort", nil, ct.c_void_p, ct.c_size_t, ct.c_size_t, Compare)
  local poly = declare(fixture, "poly", ct.c_double, ct.c_double)
  local sine = declare(libm, "sin", ct.c_double, ct.c_double)

  return {
    nop = declare(fixture, "nop", nil),
    add_i = declare(fixture, "add_i", ct.c_int, ct.c_int, ct.c_int),
    add_d = declare(fixture, "add_d", ct.c_double, ct.c_double, ct.c_double),
    sum6 = declare(fixture, "sum6", ct.c_int, ct.c_int, ct.c_int, ct.c_int, ct.c_int, ct.c_int, ct.c_int),
    sin = sine,
    length = declare(fixture, "length", ct.c_size_t, ct.c_char_p),
    norm2 = declare(fixture, "norm2", ct.c_double, Pair),
    add_pair = declare(fixture, "add_pair", Pair, Pair, Pair),
    pair = Pair,
    doubles = function(n) return (ct.c_double * n)() end,
    from_table = function(t) return (ct.c_double * #t)(t) end,
    to_table = function(array) return array:totable() end,
    callback = Int,
    each = declare(fixture, "repeat", ct.c_int, Int, ct.c_int),
    comparator = function() return Compare(function(a, b) return a[0] - b[0] end) end,
    sort = function(comparator, n)
      local items = (ct.c_int * n)()
      shuffle(items, n)
      qsort(items, n, ct.sizeof(ct.c_int), comparator)
      return is_sorted(items, n) == 1
    end,
    map_poly = function(from, to) poly:map(from, to) end,
    map_sin = function(from, to) sine:map(from, to) end,
    library = fixture,
  }
end

-- The peer: it takes Lua functions where C wants callbacks, and hands a comparator the two ints themselves.
function participants.by_hand(peer)
  return setmetatable({
    callback = function(f) return f end,
    comparator = function() return function(a, b) return a - b end end,
    library = peer,
  }, { __index = peer })
end

return participants
