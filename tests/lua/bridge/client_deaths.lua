--| BridgeError: the bridge (pid N) died of SIGSEGV at address 0x2000 in segfault of deadly
--|   help: client:restart() starts it anew
--| 	Crash	SIGSEGV	nil
--| BridgeError: the bridge (pid N) died of SIGFPE in raise of deadly
--|   help: client:restart() starts it anew
--| 	Crash	SIGFPE	nil
--| BridgeError: the bridge (pid N) ended because exit(3) was called in exit of deadly
--|   help: client:restart() starts it anew
--| 	Exit	nil	3
--| BridgeError: the bridge (pid N) ended because exit(4) was called in c_exit of deadly
--|   help: client:restart() starts it anew
--| 	Exit	nil	4
--| BridgeError: the bridge (pid N) died of SIGSEGV at address 0x2000 in last_words of deadly
--|   its last output:
--|     the last words
--|   help: client:restart() starts it anew
--| 	Crash	SIGSEGV	nil
--| the last words
--|
--| BridgeError: sleep of deadly took longer than 0.2 s; the bridge was killed
--|   help: client:restart() starts it anew
--| 	Timeout	nil	nil
--| BridgeError: spin of deadly took longer than 0.2 s; the bridge was killed
--|   help: client:restart() starts it anew
--| 	Timeout	nil	nil
--| BridgeError: sleep of deadly took longer than 0.2 s; the bridge was killed
--|   help: client:restart() starts it anew
--| 	Timeout	nil	nil
--| ValueError: within: expected seconds, got 0	TypeError: within: expected a number, got string
--| false	BridgeError: loading endless of endless took longer than 0.2 s; the bridge was killed
--|   help: client:restart() starts it anew
--| pong	true
-- The process of a module dies, or is killed because it takes too long: an error that says what happened, and a client that
-- can be restarted.
local bridge = require "bridge"

local function try(client, call, ...)
  local ok, problem = pcall(call, client, ...)
  assert(not ok and problem.kind == "BridgeError" and not client:is_alive())
  local remote = problem.remote
  print((tostring(problem):gsub("pid %d+", "pid N")))
  print("", remote.kind, remote.signal_name, remote.code)
  -- Whatever is asked of it then, it says so again; restarted, it works.
  local again, same = pcall(client.ping, client)
  assert(not again and same.kind == "BridgeError" and same.message:find "restart")
  assert(client:restart():ping() == "pong")
  return remote
end

local client <close> = bridge.Client("deadly", { append_path = "../served" })
local other <close> = bridge.Client("deadly", { append_path = "../served" })
local pid = other.pid

local remote = try(client, client.segfault)
assert(remote.signal == 11 and remote.address == 0x2000 and remote.func and remote.stdout == "")
assert(try(client, client.raise, 8).signal == 8)
try(client, client.exit, 3)
try(client, client.c_exit, 4)
print(try(client, client.last_words).stdout)

-- Limits: of one call, of the client.
assert(client:within(20):sleep(0.01) == "slept")
local function within(limit, name, ...)
  return function(_, ...) return client:within(limit):request32(name, ...) end
end
local started = os.time()
try(client, within(0.2, "sleep"), 30)
try(client, within(0.2, "spin"))
local hasty <close> = bridge.Client("deadly", { append_path = "../served", rpc_timeout = 0.2 })
try(hasty, hasty.sleep, 30)
assert(hasty:within(math.huge):sleep(0.4) == "slept")
assert(os.time() - started < 20)
print(select(2, pcall(client.within, client, 0)), select(2, pcall(client.within, client, "soon")))

-- A module that never gets ready.
local ok, problem = pcall(bridge.Client, "../served/endless.lua", { timeout = 0.2 })
print(ok, problem)

-- The others have noticed nothing.
print(other:ping(), other.pid == pid)
