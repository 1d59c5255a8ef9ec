--- needs: gcc
--| -5 -7 31
--| 7 7 Either 7 7
--| 7 7 7 7 7
--| 7 7
--| -1 -1
--| 5 1.5 text inside text inside 0 -1 5.0 1.5 11.0
--| 4.0 2.5 4.0
--| 7.25 4.0 mine
--| 5.0 5 3.0
--| 1.5 1.5 0.25
--| 11.0 text inside 11.0
--| 1 99 5 7 111.0 1 5
--| 2 1.5 -1.5 -9 -9.0
--| -39.5 -40
--| 46.0
--| 0.75 30.0
--| 2.0
-- Unions whose members lie differently on both sides: the members that are written or looked into cross, and one that comes is
-- read as what each member is over there, addresses included.
local ct = require "ctypes"
local bridge = require "bridge"
local Either = ct.Union("Either", {
  { "pointer", ct.c_void_p }, { "number", ct.c_int }, { "longs", ct.c_long * 3 }, { "real", ct.c_double },
})
local Value = ct.Union("Value", { { "i", ct.c_int }, { "d", ct.c_double }, { "text", ct.c_char_p } })
local Halves = ct.Structure("Halves", { { "low", ct.c_short }, { "high", ct.c_short } })
local Variant = ct.Structure(
  "Variant",
  { { "kind", ct.c_int }, { "value", Value }, { "halves", Halves } },
  { anonymous = { "value", "halves" } }
)
local Key = ct.Structure("Key", { { "type", ct.c_int }, { "time", ct.c_ulong }, { "window", ct.c_void_p }, { "code", ct.c_int } })
local Move = ct.Structure("Move", { { "type", ct.c_int }, { "x", ct.c_double }, { "y", ct.c_double }, { "by", ct.c_long } })
local Event = ct.Union("Event", { { "type", ct.c_int }, { "key", Key }, { "move", Move }, { "pad", ct.c_long * 6 } })
local PI = ct.POINTER(ct.c_int)

local function everything(lib)
  local out = {}
  local function say(...)
    out[#out + 1] = table.concat({ ... }, " ")
  end
  local function fn(name, result, ...)
    local f = ct.symbol(lib, name)
    f.restype, f.argtypes = result, { ... }
    return f
  end
  local number, through = fn("either_number", ct.c_int, Either), fn("either_through", ct.c_int, Either)
  local mine = ct.c_int(31)
  say(number(Either { number = -5 }), number(Either { longs = { -7, 8, 9 } }), through(Either { pointer = ct.cast(ct.pointer(mine), ct.c_void_p) }))
  local either = fn("either_pointing", Either)()
  local function follow(e)
    return ct.cast(e.pointer, PI)[0]
  end
  say(follow(either), through(either), tostring(either):match "^%a+", follow(either), through(either))
  local two = (Either * 2)()
  two[1] = either
  local nested = ct.Structure("Nested", { { "pad", ct.c_int }, { "either", Either } })(1, either)
  say(follow(two[1]), through(two[1]), follow(nested.either), through(nested.either), follow(Either { pointer = either.pointer }))
  local changed = Either { number = 3 }
  fn("either_point", nil, ct.POINTER(Either))(changed)
  say(follow(changed), through(changed))
  changed.longs[0] = -1
  say(number(changed), changed.longs[0])

  local make, value = fn("variant_of", Variant, ct.c_int), fn("variant_value", ct.c_double, Variant)
  local a, b, c = make(0), make(1), make(2)
  say(a.i, b.d, c.text, c.value.text, a.low, b.halves.high, value(a), value(b), value(c))
  say(value(Variant { kind = 0, i = 4 }), value(Variant { kind = 1, d = 2.5 }), value(Variant { kind = 2, text = "four" }))
  c.kind, c.d = 1, 7.25
  local d = value(c)
  c.kind, c.text = 2, "mine"
  say(d, value(c), c.text)

  local with = fn("with_variant", ct.c_double, ct.CFUNCTYPE(Variant, Variant, ct.c_int), ct.c_int)
  for kind = 0, 2 do
    local given
    say(with(function(v, k)
      given = k == 0 and v.i or k == 1 and v.d or v.text
      return v
    end, kind), given, with(function()
      return { kind = kind, i = kind == 0 and 3 or nil, d = kind == 1 and 0.25 or nil, text = kind == 2 and "text of Lua" or nil }
    end, kind))
  end

  local key, move, check = fn("event_key", Event, ct.c_int), fn("event_move", Event, ct.c_double), fn("event_sum", ct.c_double, ct.POINTER(Event))
  local e, m = key(5), move(1.5)
  say(e.type, e.key.time, e.key.code, ct.cast(e.key.window, PI)[0], check(e), e.pad[0], e.key.code)
  say(m.type, m.move.x, m.move.y, m.move.by, check(m))
  m.move.by, m.move.x = -40, 2
  say(check(m), m.move.by)
  m.type = 1
  m.key.time, m.key.code, m.key.window = 7, 8, ct.cast(ct.pointer(mine), ct.c_void_p)
  say(check(m))
  local made = Event { move = { 2, 1.25, 2.5, -3 } }
  say(check(made), check(Event { key = { 1, 10, nil, 20 } }))
  made.key = { 1, 1, nil, 1 }
  say(check(made))
  return table.concat(out, "\n")
end

local here = everything(ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libdistant.so"))
print(here)
for folder, options in pairs { MOONGLUE_FIXTURES32 = {}, MOONGLUE_FIXTURES = { isolate = true } } do
  local lib = ct.CDLL(os.getenv(folder) .. "/libdistant.so", options)
  local there = everything(lib)
  assert(there == here, there)
  -- One that is left of a process that has ended knows it.
  lib.either_pointing.restype, lib.either_number.argtypes = Either, { Either }
  local either = lib.either_pointing()
  bridge.restart(lib)
  local _, e = pcall(function()
    return ct.cast(either.pointer, PI)[0]
  end)
  assert(e.kind == "BridgeError" and e.message:find "stale", e)
  assert(not pcall(lib.either_number, either))
end
