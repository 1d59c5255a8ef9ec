--| bridge.Client(wrapper: pid N)	true	integer	../served/wrapper.lua
--| 4	5	true	libc
--| BridgeError: magnitude: OverflowError: labs: argument 1: -1099511627776 does not fit c_int (32 bits)
--| BridgeError: lib: TypeError: result 1: a library cannot be sent
--| the wrapper
--| true	true	5	the wrapper
--| farewell of the wrapper
--| 	
--| false	nil	bridge.Client(wrapper: shut down)
--| farewell of the wrapper
--| 	
--| BridgeError: wrapper: the client was shut down
--|   help: client:restart() starts it anew
--| BridgeError: wrapper: the client was shut down
--|   help: client:restart() starts it anew
--| 4
--| 1	true
--| 0	false
--| false
--| 20
--| farewell of the wrapper
--| bridge.Client(wrapper: shut down)	4	false	true		
--| false	AttributeError: bridge has no 'client', did you mean 'Client'?
--| ValueError: Server32: unknown kind 'clr'	TypeError: Server32: the library: expected a string, got nil
-- From the start of a client's process to its end.
local bridge = require "bridge"

local options = { append_path = "../served", args = { library = "libc.so.6", title = "the wrapper" } }
local client = bridge.Client("wrapper", options)
local pid = client.pid
print((tostring(client):gsub("%d+", "N")), client:is_alive(), math.type(pid), client.path)

-- Server32 has opened the library over there.
print(client:length "four", client:magnitude(-5), client:is_server(), client.lib32_path:match "libc")
print(select(2, pcall(client.magnitude, client, -1 << 40)))
print(select(2, pcall(function() return client.lib end)))
print(client:args().title)

-- Restarted, it is another process with the same module and args.
print(client:restart() == client, client.pid ~= pid, client:length "again", client:args().title)

-- Ended: the module says farewell; a second time does nothing more.
print(client:shutdown())
print(client:is_alive(), client.pid, client)
print(client:shutdown())
print(select(2, pcall(client.length, client, "x")))
print(select(2, pcall(function() return client.anything end)))
print(client:restart():length "back")

-- All that run, and how they go when nobody has them any more.
print(#bridge.list(), bridge.list()[1] == client)
local function alive(pid)
  local status = io.open("/proc/" .. pid .. "/status")
  local state = status and status:read "a":match "State:%s*(%a)"
  if status then status:close() end
  return state ~= nil and state ~= "Z"
end
pid = client.pid
assert(alive(pid))
client = nil
collectgarbage() collectgarbage()
print(#bridge.list(), alive(pid))
do
  local scoped <close> = bridge.Client("wrapper", options)
  pid = scoped.pid
  -- What comes of `within` is the same client; it going does nothing.
  do local view <close> = scoped:within(5) end
  assert(alive(pid) and scoped:length "x" == 1)
end
print(alive(pid))

-- Twenty at a time.
local clients = {}
for k = 1, 20 do clients[k] = bridge.Client("echo", { append_path = "../served" }) end
local pids, count = {}, 0
for k, c in ipairs(clients) do
  assert(c:echo(k) == k)
  if not pids[c.pid] then pids[c.pid], count = true, count + 1 end
end
print(count)
for _, c in ipairs(clients) do c:shutdown() end

-- Without a process.
local mock <close> = bridge.Client("wrapper", { append_path = "../served", mock = true, args = options.args })
print(mock, mock:length "mock", mock:is_server(), mock:is_alive(), mock:shutdown())
print(bridge.is_server(), select(2, pcall(function() return bridge.client end)))
print(select(2, pcall(bridge.Server32, "libc.so.6", "clr")), select(2, pcall(bridge.Server32)))
