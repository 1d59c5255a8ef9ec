--- needs: gcc
--| UDI	8
--| UFI	4
--| UFD	16
--| UDC	16
--| SU	16
--| U24	24
--| 42
-- Unions by value, where the classes of all members count.
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

local function union(name, fields) return ct.Union(name, fields) end
local types = {
  union("UDI", { { "d", double }, { "i", ct.c_int64 } }),
  union("UFI", { { "f", float }, { "i", int } }),
  union("UFD", { { "f", float * 4 }, { "d", double * 2 } }),
  union("UDC", { { "d", double }, { "c", char * 12 } }),
  ct.Structure("SU", { { "a", double }, { "u", union("FI", { { "f", float }, { "i", int } }) } }),
  union("U24", { { "d", double * 3 }, { "i", long } }),
}
for _, T in ipairs(types) do
  check(T.__name, T)
  print(T.__name, ct.sizeof(T))
end
print(check("UDI", types[1]).i)
