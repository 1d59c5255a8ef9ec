--- needs: gcc
--| 138 226 {20 21 22 23} {23 21} 100 2 true
--| 354 true false
--| 21 21
--| 77 77 77 11 10 6 c_int_Array_2{11, 10}
--| 3 50.0 2 2 true 2
--| 11 59 nil 1060
--| b c_long_Array_3{-1, -2, -3} Point_Array_2{Point{x=1, y=1.5}, Point{x=2, y=3.5}} me 6.0
--| n c_long_Array_3{-1, -2, -3} mixed 19.0 19.0 19.0
--| mixed 2
--| 119.0
--| Packed{a=2, b=-1, c=4, d=274877906945, e=-99}
--| 223 c_char_Array_12('written') c_wchar_Array_6('wd') other
--| 1285 -3 -4 4000 nil -1 4
--| 6 nil 15
--| 234
--| false raised in a callback
--| false TypeError: callback made at bridge/transparency.lua:N: result: expected c_int, got string
--| 7 33 33 15
--| 1.0 1099511627779.0 6.75
--| 6.5 9.0 7.0
--| 6 hello! 6 hel
--| -3 text 2.50 -7 1099511627776 A ff   1.2|5   |
--| 3 12 2.5 word
--| 3 4 1
--| 42 {4} {1}
--| 21 true 10 2
--| got 9 6
--| kept
--| ArgumentError: read_int: argument 1: expected LP_c_int, got string
--| ArgumentError: read_int: argument 1: expected LP_c_int, got number
--| ArgumentError: apply: argument 1: expected c_int (*)(c_int), got number
--| ArgumentError: point_at: argument 2: expected c_int, got string
--| ArgumentError: mixed_total: argument 1: expected LP_Mixed, got Point_Array_3
-- The same program with the library here, in another process, and in a 32-bit one: whatever crosses, it prints the same.
local ct = require "ctypes"
local bridge = require "bridge"
local PI, PPI = ct.POINTER(ct.c_int), ct.POINTER(ct.POINTER(ct.c_int))
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_double } })
local Mixed = ct.Structure("Mixed", {
  { "tag", ct.c_char }, { "numbers", ct.c_long * 3 }, { "points", Point * 2 }, { "name", ct.c_char_p },
})
local Packed = ct.Structure("Packed", {
  { "a", ct.c_uint, 3 }, { "b", ct.c_int, 5 }, { "c", ct.c_uint, 24 }, { "d", ct.c_ulonglong, 40 }, { "e", ct.c_short, 9 },
})
local Texts = ct.Structure("Texts", { { "name", ct.c_char * 12 }, { "wide", ct.c_wchar * 6 }, { "text", ct.c_wchar_p } })
local Unary = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local Calls = ct.Structure("Calls", { { "call", Unary }, { "table", Unary * 2 }, { "user", ct.c_void_p } })
local Tree = ct.Structure "Tree"
Tree._fields_ = { { "left", ct.POINTER(Tree) }, { "right", ct.POINTER(Tree) }, { "value", ct.c_int } }

local function everything(lib, libc, open)
  local out = {}
  local function say(...)
    local t = table.pack(...)
    for i = 1, t.n do
      t[i] = type(t[i]) == "table" and not t[i].kind and "{" .. table.concat(t[i], " ") .. "}" or tostring(t[i]):gsub("lua:%d+", "lua:N")
    end
    out[#out + 1] = table.concat(t, " ")
  end
  local function fn(name, result, ...)
    local f = ct.symbol(lib, name)
    f.restype, f.argtypes = result, { ... }
    return f
  end

  -- Pointers to pointers.
  local rows, sum = fn("rows_new", PPI, ct.c_int, ct.c_int)(3, 4), fn("rows_sum", ct.c_int, PPI, ct.c_int, ct.c_int)
  local before = sum(rows, 3, 4)
  rows[1][2] = 100
  say(before, sum(rows, 3, 4), rows[2]:slice(0, 4), rows[2]:slice(3, -1, -2), (rows + 1)[0][2], (rows + 2) - rows, rows < rows + 1)
  local saved = rows[0]
  rows[0] = rows[1]
  say(sum(rows, 3, 4), rows[0] == rows[1], rows[0] == saved)
  rows[0] = saved
  fn("rows_free", nil, PPI, ct.c_int)(rows, 3)
  local one, two = (ct.c_int * 3)(1, 2, 3), (ct.c_int * 3)(4, 5, 6)
  say(sum((PI * 2)(one, two), 2, 3), sum({ one, two }, 2, 3))

  -- By reference in every form.
  local read, write = fn("read_int", ct.c_int, PI), fn("write_int", nil, PI, ct.c_int)
  local v, a = ct.c_int(5), (ct.c_int * 2)(8, 9)
  write(ct.byref(v), 77)
  write(ct.byref(a, 4), 10)
  write(ct.pointer(a), 11)
  say(v.value, read(v), read(ct.pointer(v)), read(a), read(ct.byref(a, 4)), read { 6 }, a)
  local at = fn("point_at", ct.POINTER(Point), ct.POINTER(Point), ct.c_int)
  local points = (Point * 3)({ 1, 1 }, { 2, 2 }, { 3, 3 })
  local p, q = at(points, 2), at(points, 0)
  p.contents.y = 50
  say(p.contents.x, points[2].y, p - q, q[1].x, q == at(points, 0), at((Point * 3):in_dll(lib, "path"), 1).contents.x)

  -- Structures that point to structures, wherever those are.
  local new, total = fn("tree_new", ct.POINTER(Tree), ct.c_int), fn("tree_sum", ct.c_int, ct.POINTER(Tree))
  local tree = new(3)
  local first = total(tree)
  tree.contents.left.contents.value = 50
  say(first, total(tree), tree.contents.left.contents.left.contents.left, total(Tree { value = 1000, left = tree, right = ct.pointer(Tree { value = 1 }) }))
  fn("tree_free", nil, ct.POINTER(Tree))(tree)

  -- By value.
  local next_mixed, mixed_total = fn("mixed_next", Mixed, Mixed), fn("mixed_total", ct.c_double, ct.POINTER(Mixed))
  local mixed = next_mixed(Mixed { "a", { 1, 2, 3 }, { { 1, 1.5 }, { 2, 2.5 } }, "me" })
  say(mixed.tag, mixed.numbers, mixed.points, mixed.name, mixed_total(mixed))
  local variable = Mixed:in_dll(lib, "mixed")
  local copy = (Mixed * 2)()
  copy[1] = next_mixed(variable)
  say(copy[1].tag, copy[1].numbers, copy[1].name, mixed_total(variable), mixed_total(ct.byref(variable)), mixed_total(ct.pointer(variable)))
  say(fn("with_mixed", ct.c_double, ct.CFUNCTYPE(Mixed, Mixed))(function(m)
    say(m.name, m.numbers[1])
    m.name, m.numbers[0] = "longer", 100
    return m
  end))
  say(fn("packed_next", Packed, Packed)(Packed { 1, -2, 3, 1 << 38, -100 }))
  local texts = Texts { "nm", "w\u{ef}", "abc" }
  local length = fn("texts_length", ct.c_int, Texts)(texts)
  fn("texts_set", nil, ct.POINTER(Texts))(texts)
  say(length, texts.name, texts.wide, texts.text)

  -- Functions in fields, as results, as arguments.
  local calls = Calls { call = function(x) return x + 1 end, table = { function(x) return x * 2 end, Unary:in_dll(lib, "action") } }
  local run, apply, chosen = fn("calls_run", ct.c_int, ct.POINTER(Calls)), fn("apply", ct.c_int, Unary, ct.c_int), fn("chosen", Unary, ct.c_int)
  say(run(calls, 4), chosen(1)(3), apply(chosen(1), 4), apply(function(x) return x * 1000 end, 4), chosen(2), apply(nil, 3), apply(lib.errno_set, 4))
  local same, callback = fn("same_function", Unary, Unary), Unary(function(x) return x + 5 end)
  say(same(callback)(1), same(nil), same(chosen(0))(5))
  local function nested(depth, triple)
    return triple(depth) + lib.nest(nested, depth - 1)
  end
  lib.nest.argtypes = { ct.CFUNCTYPE(ct.c_int, ct.c_int, Unary), ct.c_int }
  say(lib.nest(nested, 12))
  say(pcall(apply, function() error("raised in a callback", 0) end, 1))
  say(pcall(apply, function() return "text" end, 1))

  -- errno, variadic functions, text.
  local checked = open { use_errno = true }
  ct.set_errno(0)
  checked.errno_set(7)
  local left = ct.get_errno()
  ct.set_errno(33)
  say(left, checked.errno_get(), ct.get_errno(), lib.sum_of(5, 1, 2, 3, 4, 5))
  local various = fn("mixed_sum", ct.c_double, ct.c_char_p)
  say(various("i", 1), various("ilq", 1, ct.c_long(2), ct.c_longlong(1 << 40)), various("ddi", 1.5, ct.c_float(2.25), 3))
  say(various("sds", "abc", 1.5, "de"), various("p", ct.byref(ct.c_int(9))), various("dPi", 1.5, Point(1, 2.5), 3))
  local text, short = ct.create_string_buffer(20), ct.create_string_buffer(4)
  say(lib.shout("hello", text, 20), text.value, lib.shout("hello", short, 4), short.value)
  libc.snprintf.argtypes = { ct.c_char_p, ct.c_size_t, ct.c_char_p }
  local line = ct.create_string_buffer(80)
  libc.snprintf(line, 80, "%d %s %.2f %ld %lld %c %x %5.1f|%-4d|", -3, "text", 2.5, ct.c_long(-7), ct.c_longlong(1 << 40), 65, 255, 1.25, 5)
  say(line.value)
  libc.sscanf.argtypes = { ct.c_char_p, ct.c_char_p }
  local i, d, s = ct.c_int(), ct.c_double(), ct.create_string_buffer(10)
  say(libc.sscanf("12 2.5 word", "%d %lf %9s", ct.byref(i), ct.byref(d), s), i.value, d.value, s.value)

  -- Parameters that come back, checks, converters.
  local halves = ct.CFUNCTYPE(nil, ct.c_int, PI, PI)({ "halves", lib }, { { 1, "v" }, { 2, "half" }, { 2, "rest" } })
  say(halves(7), halves { v = 9 })
  local doubled, number, x, y = fn("doubled", nil, ct.inout(ct.c_int), PI), ct.c_int(6), {}, {}
  doubled(number, { 7 })
  fn("halves", nil, ct.c_int, ct.out(ct.c_int, 1), ct.out(ct.c_int, 1))(9, x, y)
  say(number.value, x, y)
  local errchecked = fn("apply", ct.c_int, Unary, ct.c_int)
  errchecked.errcheck = function(result, f, args)
    return result + 1, f == errchecked, args[2], args.n
  end
  say(errchecked(function(w) return w * 2 end, 10))
  local told = fn("sum_of", function(r) return "got " .. r end)
  say(told(2, 4, 5), apply(function(w) return w end, setmetatable({}, { __index = { _as_parameter_ = 6 } })))
  fn("keep_copy", nil, ct.c_char_p) "kept"
  say(fn("kept_copy", ct.c_char_p)())
  for _, bad in ipairs { { "read_int", "text" }, { "read_int", 5 }, { "apply", 5, 1 }, { "point_at", points, "x" }, { "mixed_total", points } } do
    local f = ct.symbol(lib, bad[1])
    f.argtypes = ({ read_int = { PI }, apply = { Unary, ct.c_int }, point_at = { ct.POINTER(Point), ct.c_int }, mixed_total = { ct.POINTER(Mixed) } })[bad[1]]
    say(select(2, pcall(f, table.unpack(bad, 2))))
  end
  return table.concat(out, "\n")
end

local function at(folder, options, libc)
  local function open(more)
    local all = {}
    for _, t in ipairs { options, more } do
      for k, w in pairs(t) do
        all[k] = w
      end
    end
    return ct.CDLL(os.getenv(folder) .. "/libdistant.so", all)
  end
  return everything(open {}, ct.CDLL("libc.so.6", libc), open)
end
local here = at("MOONGLUE_FIXTURES", {}, {})
print(here)
for place, there in pairs {
  isolated = at("MOONGLUE_FIXTURES", { isolate = "group" }, { isolate = "group" }),
  narrow = at("MOONGLUE_FIXTURES32", {}, { bridge = "i386-linux" }),
} do
  if here ~= there then
    local lines = there:gmatch "[^\n]+"
    for line in here:gmatch "[^\n]+" do
      local other = lines()
      assert(line == other, ("%s: %s, not %s"):format(place, other, line))
    end
  end
end
