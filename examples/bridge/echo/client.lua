--| integer, float, string, string, boolean, table, userdata
--| 7	7.0	inf	true	nil	last
--| true	true	true
--| Record{id=5, values={0.5, 0.25}}	true
--| TypeError: argument 1: field 'callback': a function cannot be sent
-- Values go to a 32-bit process and back, and are the same afterwards.
local bridge = require "bridge"
local ct = require "ctypes"

local client <close> = bridge.Client("server.lua")

print(client:received(1, 1.0, "text", "\0\255", true, { 1, 2 }, ct.c_int(5)))

-- Numbers keep their type, strings their bytes, and nil is a value like any other.
print(client:back(7, 7.0, math.huge, "\0\1\2" == client:back "\0\1\2", nil, "last"))

-- Tables keep what they share, and may contain themselves.
local node = { name = "node" }
local graph = { first = node, second = node }
graph.self = graph
local same = client:back(graph)
print(same.first == same.second, same.self == same, same ~= graph)

-- C objects have the other side's sizes while they are there, and this side's when they are back.
local Record = ct.Structure("Record", { { "id", ct.c_long }, { "values", ct.c_double * 2 } })
print(client:back(Record(5, { 0.5, 0.25 })), ct.complex(1, -2) == client:back(ct.complex(1, -2)))

-- What belongs to one process is refused.
print(select(2, pcall(client.back, client, { callback = print })))
