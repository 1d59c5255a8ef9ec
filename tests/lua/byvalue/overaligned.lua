--- needs: gcc
--| Over32	32	32
--| Over64	64	64
--| Over128	256	128
--| 2224.0
--| 2224.0
--| 2.5	36.25	3738.5
--| 1	1.5	7	2.5	2.5	3.5	9	7	2.5	21.0
--| 1017	6.0	25.0
--| false	no answer
--| 17	2.5	21.5
--| 1.0
-- Structures and unions aligned beyond the 16 bytes that a stack has by itself.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libbyvalue.so")
local int, long, double, float, char = ct.c_int, ct.c_long, ct.c_double, ct.c_float, ct.c_char
local Over32 = ct.Structure("Over32", { { "a", double }, { "b", int } }, { align = 32 })
local Over64 = ct.Union("Over64", { { "a", float }, { "b", char * 5 } }, { align = 64 })
local Over128 = ct.Structure("Over128", { { "a", int }, { "b", Over64 }, { "c", ct.c_longdouble } }, { align = 128 })
local Pair = ct.Structure("Pair", { { "a", long }, { "b", long } })
local function fn(name, restype, ...)
  local f = ct.symbol(lib, name)
  f.restype, f.argtypes = restype, { ... }
  return f
end

for _, T in ipairs { Over32, Over64, Over128 } do
  local name = T.__name
  local is_right = fn("check_" .. name, int, int, double, T, int, float)
  local made = fn("make_" .. name, T)()
  assert(is_right(11, 2.5, made, 13, 4.5) == 1, name .. ": result, then argument")
  local echo = fn("echo_" .. name, T, T)
  assert(is_right(11, 2.5, echo(made), 13, 4.5) == 1, name .. ": argument and result")
  assert(fn("twice_" .. name, int, T, T)(made, echo(made)) == 1, name .. ": two of them")
  local relay = fn("relay_" .. name, T, ct.CFUNCTYPE(T, T, int, double), T)
  local relayed = relay(function(v, n, d)
    assert(n == 21 and d == 1.25, name .. ": arguments beside it in a callback")
    return v
  end, made)
  assert(is_right(11, 2.5, relayed, 13, 4.5) == 1, name .. ": through a callback")
  local at = ct.CFUNCTYPE(T, T)(echo.address)
  assert(is_right(11, 2.5, at(made), 13, 4.5) == 1, name .. ": at an address")
  at = ct.CFUNCTYPE(T, T)({ "echo_" .. name, lib })
  assert(is_right(11, 2.5, at(made), 13, 4.5) == 1, name .. ": by a prototype")
  print(name, ct.sizeof(T), ct.alignment(T))
end

-- Among others, on the stack and in registers.
local a, b, c = Over32(1.5, 7), Over64(2.5), Over128(7, { 2.5 }, 21)
local mixed = fn("over_mixed", double, int, Over32, double, long, long, long, long, Over64, long, Pair, long, Over128, char)
print(mixed(1, a, 2.5, 4, 5, 6, 7, b, 8, Pair(9, 10), 11, c, "A"))
-- Each by what it is: without declarations, and behind an ellipsis.
mixed = ct.symbol(lib, "over_mixed")
mixed.restype = double
print(mixed(1, a, 2.5, long(4), long(5), long(6), long(7), b, long(8), Pair(9, 10), long(11), c, char("A")))
local variadic = fn("over_variadic", double, Over64, int)
print(variadic(b, 0), variadic(b, 1, a, 0.25, b), variadic(b, 3, a, 0.25, b, Over32(3, 4), 0.5, b, a, 1.0, Over64(4)))

-- A callback with several, which makes one.
local Ask = ct.CFUNCTYPE(Over128, int, Over32, double, Over64, Over32, Over128)
local ask = fn("over_ask", Over128, Ask, Over128)
local answer = ask(function(n, v, d, u, w, last)
  print(n, v.a, v.b, d, u.a, w.a, w.b, last.a, last.b.a, last.c)
  return Over128(n + v.b + w.b, { u.a + w.a }, last.c + v.a + d)
end, c)
print(answer.a, answer.b.a, answer.c)
print(pcall(ask, function() error("no answer", 0) end, c))

-- A function at an address calls Lua, and takes and gives what C would.
local direct = Ask(function(n, v, _, u, w, last) return Over128(n + v.b, u, last.c + w.a) end)
local made = direct(10, a, 0, b, Over32(0.5, 1), c)
print(made.a, made.b.a, made.c)

-- The place of a result is aligned, too.
print(fn("where_Over32", Over32)().a)
