--- needs: gcc
--| IF FI DI LD CD SC LC FSD Nested PF Points2
--| 2.5	7	1
-- Structures that mix integers and floating point, class by class.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libbyvalue.so")
local int, float, double, long, char, short = ct.c_int, ct.c_float, ct.c_double, ct.c_long, ct.c_char, ct.c_short
local function check(name, T)
  local function fn(prefix, restype, ...)
    local f = lib[prefix .. name]
    f.restype, f.argtypes = restype, { ... }
    return f
  end
  local is_right = fn("check_", int, int, double, T, int, float)
  local made = fn("make_", T)()
  assert(is_right(11, 2.5, made, 13, 4.5) == 1, name .. ": result, then argument")
  local echoed = fn("echo_", T, T)(made)
  assert(is_right(11, 2.5, echoed, 13, 4.5) == 1, name .. ": argument and result")
  assert(fn("twice_", int, T, T)(made, echoed) == 1, name .. ": two of them")
  local F = ct.CFUNCTYPE(T, T, int, double)
  local relayed = fn("relay_", T, F, T)(function(v, n, d)
    assert(n == 21 and d == 1.25, name .. ": arguments beside it in a callback")
    return v
  end, made)
  assert(is_right(11, 2.5, relayed, 13, 4.5) == 1, name .. ": through a callback")
  assert(is_right(11, 2.5, ct.CFUNCTYPE(T, T)(lib["echo_" .. name].address)(made), 13, 4.5) == 1, name .. ": raw address")
  return made, is_right
end

local Inner = ct.Structure("Inner", { { "a", char }, { "b", float } })
local types = {
  ct.Structure("IF", { { "a", int }, { "b", float } }),
  ct.Structure("FI", { { "a", float }, { "b", int } }),
  ct.Structure("DI", { { "a", double }, { "b", int } }),
  ct.Structure("LD", { { "a", long }, { "b", double } }),
  ct.Structure("CD", { { "a", char }, { "b", double } }),
  ct.Structure("SC", { { "a", short }, { "b", char } }),
  ct.Structure("LC", { { "a", ct.c_int64 }, { "b", char } }),
  ct.Structure("FSD", { { "a", float }, { "b", short }, { "c", double } }),
  ct.Structure("Nested", { { "in_", Inner }, { "c", int } }),
  ct.Structure("PF", { { "a", ct.c_void_p }, { "b", float } }),
  ct.Structure("Points2", { { "p", ct.Structure("XY", { { "x", double }, { "y", double } }) * 2 } }),
}
local names = {}
for i, T in ipairs(types) do
  check(T.__name, T)
  names[i] = T.__name
end
print(table.concat(names, " "))
local made, is_right = check("DI", types[3])
print(made.a, made.b, is_right(11, 2.5, types[3](2.5, 7), 13, 4.5))
