--- needs: gcc
--| 64 sizes as argument and result
--| 64 sizes between other arguments
--| 64 sizes through callbacks
--| 64 sizes through raw addresses
-- Structures of 1 to 64 bytes, as argument, result, callback parameter and callback result.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libbyvalue.so")
local passed = { 0, 0, 0, 0 }
for n = 1, 64 do
  local T = ct.Structure("Bytes" .. n, { { "b", ct.c_ubyte * n } })
  local v, weight = T(), 0
  for i = 0, n - 1 do
    v.b[i] = (i * 7 + n) % 256
    weight = weight + v.b[i] * (i + 1)
  end
  local function is_turned(r)
    for i = 0, n - 1 do
      if r.b[i] ~= v.b[n - 1 - i] then return false end
    end
    return true
  end
  local turn = lib["turn_" .. n]
  turn.argtypes, turn.restype = { T }, T
  assert(is_turned(turn(v)), "turn_" .. n)
  passed[1] = passed[1] + 1

  local weigh = lib["weigh_" .. n]
  weigh.argtypes, weigh.restype = { ct.c_int, T, ct.c_double }, ct.c_long
  assert(weigh(3, v, 4.5) == 3000000 + weight + 45, "weigh_" .. n)
  passed[2] = passed[2] + 1

  local F = ct.CFUNCTYPE(T, ct.c_int, T, ct.c_double)
  local relay = lib["relay_" .. n]
  relay.argtypes, relay.restype = { F, T }, T
  local r = relay(function(before, got, after)
    assert(before == 7 and after == 0.5, "arguments beside Bytes" .. n)
    return turn(got)
  end, v)
  assert(is_turned(r), "relay_" .. n)
  passed[3] = passed[3] + 1

  assert(is_turned(ct.CFUNCTYPE(T, T)(turn.address)(v)), "address of turn_" .. n)
  passed[4] = passed[4] + 1
end
print(passed[1] .. " sizes as argument and result")
print(passed[2] .. " sizes between other arguments")
print(passed[3] .. " sizes through callbacks")
print(passed[4] .. " sizes through raw addresses")
