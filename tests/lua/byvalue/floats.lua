--- needs: gcc
--| F1
--| F2
--| F3
--| F4
--| F5
--| D1
--| D2
--| D3
--| DFF
--| 1	2.5
-- Structures of floats and doubles, which travel in vector registers.
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

local F1 = ct.Structure("F1", { { "a", float } })
local F2 = ct.Structure("F2", { { "a", float }, { "b", float } })
local F3 = ct.Structure("F3", { { "a", float }, { "b", float }, { "c", float } })
local F4 = ct.Structure("F4", { { "a", float * 4 } })
local F5 = ct.Structure("F5", { { "a", float * 5 } })
local D1 = ct.Structure("D1", { { "a", double } })
local D2 = ct.Structure("D2", { { "a", double }, { "b", double } })
local D3 = ct.Structure("D3", { { "a", double }, { "b", double }, { "c", double } })
local DFF = ct.Structure("DFF", { { "a", double }, { "b", float }, { "c", float } })
for _, T in ipairs { F1, F2, F3, F4, F5, D1, D2, D3, DFF } do
  check(T.__name, T)
  print(T.__name)
end
-- Built in Lua, seen by C.
local _, is_right = check("F3", F3)
print(is_right(11, 2.5, F3(1.5, 2.5, 3.5), 13, 4.5), check("D2", D2).b)
