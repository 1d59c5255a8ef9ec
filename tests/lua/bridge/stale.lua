--- needs: gcc
--| 2	1	2
--| true
--| false	the bridge (pid N) was killed	1
--| field	BridgeError: Point: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| store	BridgeError: Point: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| text	Point(of a process that has ended)
--| item	BridgeError: Point_Array_3: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| pointer	BridgeError: LP_Point: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| sum	BridgeError: LP_Point: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| contents	BridgeError: LP_Point: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| function	BridgeError: c_int (*)(c_int): a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| string	BridgeError: string_at: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| variable	BridgeError: c_char_p: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| memory	BridgeError: c_int_Array_4: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| free	BridgeError: free: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| argument	BridgeError: read_int: argument 1: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| callback	BridgeError: apply: argument 1: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| inside	BridgeError: tree_sum: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| follow	BridgeError: LP_Tree: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| keep	BridgeError: Tree.left: a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| 3	6	2.5	2
--| 65	true
--| false
--| true	3	7
--| false	the bridge (pid N) was shut down	1
--| 8	4
-- What belongs to a process that has ended says so; libraries and their functions go on in the new one.
local ct = require "ctypes"
local bridge = require "bridge"
local folder = os.getenv "MOONGLUE_FIXTURES32"
local lib, crash = ct.CDLL(folder .. "/libdistant.so"), ct.CDLL(folder .. "/libcrash.so")
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_double } })
local Tree = ct.Structure "Tree"
Tree._fields_ = { { "left", ct.POINTER(Tree) }, { "right", ct.POINTER(Tree) }, { "value", ct.c_int } }
local Unary = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local function fn(name, result, ...)
  local f = ct.symbol(lib, name)
  f.restype, f.argtypes = result, { ... }
  return f
end
local apply = fn("apply", ct.c_int, Unary, ct.c_int)
local read = fn("read_int", ct.c_int, ct.POINTER(ct.c_int))
local sum = fn("tree_sum", ct.c_int, ct.POINTER(Tree))

local path = (Point * 3):in_dll(lib, "path")
local point = fn("point_at", ct.POINTER(Point), ct.POINTER(Point), ct.c_int)(path, 1)
local view = point.contents
local chosen = fn("chosen", Unary, ct.c_int)(0)
local address = fn("chosen", ct.c_void_p, ct.c_int)(0)
local title = ct.c_char_p:in_dll(lib, "title")
local memory = bridge.alloc(lib, ct.c_int * 4)
local shared = bridge.buffer(lib, 16)
local tree = Tree { left = fn("tree_new", ct.POINTER(Tree), ct.c_int)(1) }
local callback = Unary(function(v)
  return v + 1
end)
print(apply(callback, 1), sum(tree), view.x)

crash.crash_kill(0)
print(pcall(bridge.kill, lib))
print(bridge.is_alive(lib), bridge.info(lib).death:gsub("%d+", "N"))
local function say(name, f, ...)
  local _, e = pcall(f, ...)
  print(name, (tostring(e):gsub("0x%x+", "ADDRESS"):gsub("bridge %d+", "bridge N")))
end
say("field", function() return view.x end)
say("store", function() view.x = 5 end)
say("text", tostring, view)
say("item", function() return path[0].x end)
say("pointer", function() return point[0] end)
say("sum", function() return (point + 1)[0] end)
say("contents", function() return point.contents end)
say("function", chosen, 3)
say("string", ct.string_at, address, 2)
say("variable", function() return title.value end)
say("memory", function() return memory[0] end)
say("free", bridge.free, memory)
say("argument", read, memory)
say("callback", apply, chosen, 1)
say("inside", sum, tree)
say("follow", function() return tree.left.contents.value end)
say("keep", function() bridge.alloc(lib, Tree).left = tree.left end)
print(#path, apply(callback, 5), (Point * 3):in_dll(lib, "path")[1].y, bridge.info(lib).generation)
-- Shared memory is this process's as well: its content is still there, and is copied as any other.
shared[0] = 65
print(shared[0], read(ct.cast(shared, ct.POINTER(ct.c_int))) == 65)
print(point == fn("point_at", ct.POINTER(Point), ct.POINTER(Point), ct.c_int)((Point * 3):in_dll(lib, "path"), 1))

local pid = bridge.restart(lib)
print(pid == bridge.info(crash).pid, bridge.info(lib).generation, apply(callback, 6))
bridge.shutdown(lib)
print(bridge.is_alive(crash), bridge.info(lib).death:gsub("%d+", "N"))
print(apply(callback, 7), bridge.info(lib).generation)
