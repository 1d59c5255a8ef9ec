-- The benchmark's rows in LuaJIT's ffi: one round, printed as `row<TAB>nanoseconds`.
-- Arguments: the folder of the shared Lua files, the fixture, seconds for one measurement.
local folder, fixture_path, seconds = arg[1], arg[2], tonumber(arg[3])
package.path = folder .. "/?.lua;" .. package.path

local ffi = require "ffi"
local measure = require "measure"

ffi.cdef [[
  typedef struct { double x, y; } pair;
  void nop(void);
  int add_i(int, int);
  double add_d(double, double);
  int sum6(int, int, int, int, int, int);
  double sin(double);
  size_t length(const char *);
  double norm2(pair);
  pair add_pair(pair, pair);
  double poly(double);
  int repeat_(int (*)(int), int) __asm__("repeat");
  void shuffle(int *, int);
  int is_sorted(const int *, int);
  void qsort(void *, size_t, size_t, int (*)(const int *, const int *));
]]

local C, fixture = ffi.C, ffi.load(fixture_path)
local Pair = ffi.typeof "pair"
local Doubles, Ints = ffi.typeof "double[?]", ffi.typeof "int[?]"

local ours = {
  nop = fixture.nop,
  add_i = fixture.add_i,
  add_d = fixture.add_d,
  sum6 = fixture.sum6,
  sin = ffi.load("m").sin,
  length = function(s) return tonumber(fixture.length(s)) end,
  norm2 = fixture.norm2,
  add_pair = fixture.add_pair,
  pair = Pair,
  doubles = function(n) return Doubles(n) end,
  from_table = function(t) return Doubles(#t, t) end,
  to_table = function(array)
    local t, n = {}, ffi.sizeof(array) / 8
    for i = 1, n do t[i] = array[i - 1] end
    return t
  end,
  callback = function(f) return ffi.cast("int (*)(int)", f) end,
  each = function(callback, n) return fixture.repeat_(callback, n) end,
  comparator = function()
    return ffi.cast("int (*)(const int *, const int *)", function(a, b) return a[0] - b[0] end)
  end,
  sort = function(comparator, n)
    local items = Ints(n)
    fixture.shuffle(items, n)
    C.qsort(items, n, ffi.sizeof "int", comparator)
    return fixture.is_sorted(items, n) == 1
  end,
  map_poly = function(from, to)
    for i = 0, ffi.sizeof(from) / 8 - 1 do to[i] = fixture.poly(from[i]) end
  end,
  map_sin = function(from, to)
    for i = 0, ffi.sizeof(from) / 8 - 1 do to[i] = C.sin(from[i]) end
  end,
  library = fixture,
}
-- A C function that calls back must not be entered from compiled code.
jit.off(ours.each)
jit.off(ours.sort)

for _, row in ipairs(require "rows") do
  local loop = row.make(ours)
  local n = measure.count(loop, seconds)
  local best = math.min(measure.once(loop, n), measure.once(loop, n))
  print(("%s\t%.17g"):format(row.name, best / row.elements))
end
