--| mock	64
--| isolated	64
--| 32 bits	32
--| TypeError: argument 2: a function cannot be sent
--| TypeError: argument 1: field 'x.y[3]': a function cannot be sent
--| TypeError: argument 1: a key: a function cannot be sent
--| TypeError: argument 1: field 'list[1]["a b"]': a coroutine cannot be sent
--| TypeError: argument 1: a userdata (FILE*) cannot be sent
--| TypeError: argument 1: a userdata (the type c_int) cannot be sent
--| TypeError: argument 1: a C function (void (*)()) cannot be sent
--| TypeError: argument 1: a reference (byref) cannot be sent
--| TypeError: argument 1: field '[1]': a pointer (LP_c_int) cannot be sent
--| TypeError: argument 1: a pointer (c_char_p) cannot be sent
--| TypeError: argument 1: Node.next: a pointer (c_void_p) cannot be sent
--| BridgeError: a_function: TypeError: result 1: field 'deep[1]': a function cannot be sent
-- Values keep their types, identity and number on the way to a module and back, whatever process it runs in.
local bridge = require "bridge"
local ct = require "ctypes"

local function check(client)
  local function same(value)
    local back = client:echo(value)
    assert(math.type(back) == math.type(value) and type(back) == type(value) and back == value, tostring(value))
  end
  for _, value in ipairs {
    0, 1, -1, math.maxinteger, math.mininteger, 0.0, 1.0, 1.5, -1e300, 5e-324, math.huge, -math.huge,
    true, false, "", "text", "\0\1\255 binary", ("x"):rep(100000), "grüße",
  } do
    same(value)
  end
  assert(client:echo(nil) == nil)
  local nan = client:echo(0 / 0)
  assert(nan ~= nan)
  assert(1 / client:echo(-0.0) == -math.huge)

  -- How many there are is kept, nils included.
  assert(client:count() == 0 and client:count(nil) == 1 and client:count(nil, nil, 1, nil) == 4)
  assert(select("#", client:echo()) == 0)
  assert(select("#", client:echo(nil, 1, nil)) == 3)
  assert(client:kinds(1, 1.0, "1", nil, true, {}) == "integer float string nil boolean table")

  -- Tables: lists, maps, mixed, with holes, with keys of every type.
  local mixed = { 1, "two", nil, 4, x = 1, [true] = "yes", [1.5] = "float", [-1] = "minus", ["not a name"] = {} }
  local back = client:echo(mixed)
  assert(back[1] == 1 and back[2] == "two" and back[3] == nil and back[4] == 4 and back.x == 1)
  assert(back[true] == "yes" and back[1.5] == "float" and back[-1] == "minus" and type(back["not a name"]) == "table")
  assert(back ~= mixed)

  -- What is shared arrives shared, cycles as cycles, in one message.
  local shared = { name = "shared" }
  local graph = { shared, shared, { shared } }
  graph.self, graph[graph] = graph, "a key that is the table"
  local a, b = client:echo(graph, shared)
  assert(a[1] == a[2] and a[1] == a[3][1] and a[1] == b and b.name == "shared")
  assert(a.self == a and a[a] == "a key that is the table")

  -- Depth has no limit.
  local deep = {}
  for _ = 1, 100000 do deep = { deep } end
  local levels, level = 0, client:echo(deep)
  while level[1] do levels, level = levels + 1, level[1] end
  assert(levels == 100000)

  -- Metatables stay where they are, and are not asked.
  local strange = setmetatable({ raw = 1 }, { __index = error, __pairs = error, __len = error, __metatable = "no" })
  local plain = client:echo(strange)
  assert(plain.raw == 1 and getmetatable(plain) == nil)

  -- Complex numbers, and errors.
  assert(client:echo(ct.complex(1, -0.0)) == ct.complex(1, -0.0))
  local _, problem = pcall(function() return ct.c_int("x") end)
  local raised = client:echo(problem)
  assert(tostring(raised) == tostring(problem) and raised.kind == "TypeError" and raised.traceback == problem.traceback)

  -- Ten thousand of everything.
  local many = {}
  for k = 1, 10000 do many[k] = { k, k + 0.5, tostring(k) } end
  local copy = client:echo(many)
  assert(#copy == 10000 and copy[9999][2] == 9999.5 and copy[10000][3] == "10000")
end

local function refuse(client)
  for _, call in ipairs {
    function() client:echo(1, print) end,
    function() client:echo { x = { y = { 1, 2, function() end } } } end,
    function() client:echo { [print] = 1 } end,
    function() client:echo { list = { { ["a b"] = coroutine.create(print) } } } end,
    function() client:echo(io.stdout) end,
    function() client:echo(ct.c_int) end,
    function() client:echo(ct.CFUNCTYPE(nil)(print)) end,
    function() client:echo(ct.byref(ct.c_int(1))) end,
    function() client:echo { ct.pointer(ct.c_int(1)) } end,
    function() client:echo(ct.c_char_p("text")) end,
    function() client:echo(ct.Structure("Node", { { "n", ct.c_int }, { "next", ct.c_void_p } })()) end,
  } do
    local ok, problem = pcall(call)
    assert(not ok)
    print(problem)
  end
  print(select(2, pcall(client.a_function, client)))
end

local places = { { "mock", { mock = true } }, { "isolated", { isolate = true } }, { "32 bits", {} } }
for _, place in ipairs(places) do
  local options = place[2]
  options.append_path = "../served"
  local client <close> = bridge.Client("echo", options)
  check(client)
  print(place[1], client:bits())
  if place[1] == "32 bits" then refuse(client) end
end
