--- needs: gcc
--| 101	102	103	103	104
--| 105	106	107	108	200
--| true	true	true	true
--| 8	group	nil	i386-linux
--| 103	false
--| false	true	true	101
--| -1	2	3
--| 210
--| 1260
--| false	false	ValueError: apply: its library is closed
--| false	false	ValueError: library: $FIXTURES/libdistant.so is closed
--| TypeError: CDLL: isolate: expected a boolean or the name of a group, got number
--| ValueError: CDLL: unknown option 'isolated', did you mean 'isolate'?
--| ValueError: CDLL: bridge: unknown value 'sometimes'
--| TypeError: CDLL: bridge: expected "auto", "never", "always" or a target, got number
--| ValueError: CDLL: handle: a handle of this process means nothing in a bridge
--| OSError: there is no bridge for i386-windows on this system
-- Which libraries share a process: those of one group, all 32-bit ones; each isolated one has its own.
local ct = require "ctypes"
local bridge = require "bridge"
local folder, folder32 = os.getenv "MOONGLUE_FIXTURES", os.getenv "MOONGLUE_FIXTURES32"
local function open(name, options, where)
  local lib = ct.CDLL((where or folder) .. "/lib" .. name .. ".so", options)
  return { lib = lib, pid = bridge.info(lib).pid, counter = name == "distant" and ct.c_int:in_dll(lib, "an_int") or nil }
end
local alone, alone2 = open("distant", { isolate = true }), open("distant", { isolate = true })
local group, group2 = open("distant", { isolate = "group" }), open("distant", { isolate = "group" })
local member, others = open("scalars", { isolate = "group" }), open("distant", { isolate = "others" })
local always, always2 = open("distant", { bridge = "always" }), open("scalars", { bridge = "always" })
local narrow, narrow2 = open("distant", nil, folder32), open("scalars", nil, folder32)
local narrow_alone, narrow_group = open("distant", { isolate = true }, folder32), open("distant", { isolate = "group" }, folder32)
local here = ct.c_int:in_dll(ct.CDLL(folder .. "/libdistant.so"), "an_int")

for k, process in ipairs { alone, alone2, group, others, always, narrow, narrow_alone, narrow_group } do
  process.counter.value = 100 + k
end
here.value = 200
print(alone.counter.value, alone2.counter.value, group.counter.value, group2.counter.value, others.counter.value)
print(always.counter.value, narrow.counter.value, narrow_alone.counter.value, narrow_group.counter.value, here.value)
print(group.pid == group2.pid, group.pid == member.pid, always.pid == always2.pid, narrow.pid == narrow2.pid)
local pids, count = {}, 0
for _, process in ipairs { alone, alone2, group, others, always, narrow, narrow_alone, narrow_group } do
  assert(not pids[process.pid])
  pids[process.pid], count = true, count + 1
end
print(count, bridge.info(group.lib).group, bridge.info(alone.lib).group, bridge.info(narrow_group.lib).abi)

-- Within a process pointers are good for all its libraries.
local PI = ct.POINTER(ct.c_int)
group2.lib.read_int.argtypes, alone.lib.read_int.argtypes = { PI }, { PI }
print(group2.lib.read_int(group.counter), (pcall(alone.lib.read_int, group.counter)))

-- One that dies takes nobody along.
bridge.kill(group.lib)
print(bridge.is_alive(group2.lib), bridge.is_alive(alone.lib), bridge.is_alive(narrow.lib), alone.counter.value)
print(group2.lib.apply(nil, 1), bridge.info(member.lib).generation, member.lib.add(1, 2))

-- Many at once, each in the middle of a call of the one before.
local Unary = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local all = {}
for k = 1, 20 do
  all[k] = open("distant", { isolate = true }, k % 2 == 0 and folder32 or folder)
  all[k].lib.apply.argtypes = { Unary, ct.c_int }
  all[k].counter.value = k
end
local function through(k)
  return all[k].lib.apply(function(v)
    return (k < #all and through(k + 1) or 0) + v
  end, all[k].counter.value)
end
print(through(1))
-- Coroutines take turns in the middle of nothing, whichever process they call.
local threads, sum = {}, 0
for k = 1, 20 do
  threads[k] = coroutine.wrap(function()
    for v = 1, 3 do
      sum = sum + all[k].lib.apply(function(w)
        return w * k
      end, v)
      coroutine.yield()
    end
  end)
end
for _ = 1, 3 do
  for k = 1, 20 do
    threads[k]()
  end
end
print(sum)
-- A closed library that was alone leaves no process behind.
all[1].lib_apply = all[1].lib.apply
ct.close(all[1].lib)
print(bridge.is_alive(all[1].lib), pcall(all[1].lib_apply, nil, 1))
print(bridge.is_alive(all[1].lib), pcall(function() return all[1].lib.apply end))

for _, options in ipairs {
  { isolate = 5 }, { isolated = true }, { bridge = "sometimes" }, { bridge = 7 }, { isolate = true, handle = 5 }, { bridge = "i386-windows" },
} do
  print((tostring(select(2, pcall(ct.CDLL, "libc.so.6", options)))))
end
