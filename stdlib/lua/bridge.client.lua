-- Clients: their processes, what is asked of them, and what scripts see.

local native = ...

-- Seconds that a process may take to end in good order.
local FAREWELL = 10

-- A client that has no process: the module runs in this one. Values are packed all the same, so that what cannot be sent is an
-- error here too.
local Mock = {}
Mock.__index = Mock

local function mock(path)
  local answer = require "bridge.served".new()
  return setmetatable({ answer = answer, path = path, is_open = true }, Mock)
end

function Mock:request(bytes)
  local own = package.path
  package.path = self.path
  local reply = self.answer(bytes)
  package.path = own
  return true, reply
end

function Mock:is_alive() return self.is_open end
function Mock:pid() return native.pid() end
function Mock:output() return "" end
function Mock:shutdown() self.is_open = false end

-- What each client is, by the client.
local states = setmetatable({}, { __mode = "k" })

-- Raises what a request failed with. `remote`: what is known of it.
local function fail(state, remote)
  local process, message = state.process, remote.message
  remote.stdout, remote.stderr = process:output "stdout", process:output "stderr"
  if not process:is_alive() then message = message .. "\n  help: client:restart() starts it anew" end
  native.raise("BridgeError", message, { remote = remote })
end

-- Sends a request, and gives the results of an answer that has some. `what`: the name of the function, for messages.
local function request(state, limit, what, ...)
  local process = state.process
  if not process then
    native.raise("BridgeError", ("%s: the client was shut down\n  help: client:restart() starts it anew"):format(state.name))
  end
  local operation = ...
  local named = operation == "open" and "Client: option 'args'" or operation == "set" and state.name .. "." .. what or "argument "
  local sent = native.pack(named, 2, ...)
  local answered, reply = process:request(sent, limit or nil, what, state.name)
  if not answered then fail(state, reply) end
  local function finish(readable, outcome, ...)
    if not readable then native.raise("BridgeError", ("%s: its answer cannot be read: %s"):format(what, outcome)) end
    if outcome == "results" then return ... end
    local kind, message, traceback, value = ...
    if outcome == "missing" then native.raise("AttributeError", kind) end
    local text = kind == "Error" and message or ("%s: %s"):format(kind, message)
    native.raise("BridgeError", ("%s: %s"):format(what, text), {
      remote = {
        kind = kind,
        message = message,
        traceback = traceback,
        value = value,
        stdout = process:output "stdout",
        stderr = process:output "stderr",
      },
    })
  end
  return finish(pcall(native.unpack, reply))
end

local function stop(state)
  local process = state.process
  if not process then return end
  state.process = nil
  state.stdout, state.stderr = nil, nil
  if process:is_alive() then
    -- The module's own farewell; an error of it is the caller's to know, after the process has ended.
    local bytes = native.pack("argument ", 1, "close")
    local answered, reply = process:request(bytes, FAREWELL, "shutdown_handler", state.name)
    process:shutdown()
    state.stdout, state.stderr = process:output "stdout", process:output "stderr"
    if not answered then return reply.message end
    local outcome, kind, message = native.unpack(reply)
    if outcome ~= "results" then return ("%s: %s"):format(kind, message) end
  end
  state.stdout, state.stderr = process:output "stdout", process:output "stderr"
end

local function start(state)
  local options = state.options
  local process, problem
  if options.mock then process = mock(options.path) else process, problem = native.start(options.start) end
  if not process then native.raise("OSError", ("Client: %s: %s"):format(state.name, problem)) end
  state.process = process
  state.functions = {}
  local settings = { name = state.name, file = options.file, path = options.path }
  local what = "loading " .. state.name
  local opened, functions, library = pcall(function()
    return request(state, options.start.timeout, what, "open", settings, options.args)
  end)
  if not opened then
    stop(state)
    error(functions, 0)
  end
  for _, name in ipairs(functions) do state.functions[name] = true end
  state.library = library
end

local Client = { __name = "bridge.Client", __metatable = false }
local methods, properties = {}, {}

local function state_of(client, what)
  local state = states[client]
  if not state then native.raise("TypeError", ("%s: call it with a colon, as a method of the client"):format(what)) end
  return state
end

-- A method that calls the module's function of that name. One function for each name, so that clients of one name compare.
local forwards = setmetatable({}, {
  __index = function(forwards, name)
    local function forward(client, ...)
      local state = state_of(client, name)
      return request(state, state.limit, name, "call", name, ...)
    end
    forwards[name] = forward
    return forward
  end,
})

--- Calls the module's function of that name, also where the client has one of its own; of a name that is no function, the value.
function methods:request32(name, ...)
  local state = state_of(self, "request32")
  native.expect("request32: the name", name, "string")
  return request(state, state.limit, name, "call", name, ...)
end

--- The same client, whose calls may take that many seconds.
function methods:within(limit)
  local state = state_of(self, "within")
  if limit ~= nil then
    native.expect("within", limit, "number")
    if not (limit > 0) then native.raise("ValueError", ("within: expected seconds, got %s"):format(limit)) end
  end
  local limited = setmetatable({}, Client)
  -- It is the client in all but the limit, and keeps it.
  local view = { limit = limit ~= math.huge and limit or false, is_view = true, client = self }
  states[limited] = setmetatable(view, { __index = state, __newindex = state })
  return limited
end

--- Ends the process after the module's `shutdown_handler`; all that it has printed, as far as it is kept.
function methods:shutdown()
  local state = state_of(self, "shutdown")
  local problem = stop(state)
  if problem then
    native.raise("BridgeError", ("%s: the process has ended; its shutdown_handler failed: %s"):format(state.name, problem))
  end
  return state.stdout or "", state.stderr or ""
end

--- Ends the process, if it runs, and starts it anew.
function methods:restart()
  local state = state_of(self, "restart")
  stop(state)
  start(state)
  return self
end

function methods:is_alive()
  local state = state_of(self, "is_alive")
  return state.process ~= nil and state.process:is_alive()
end

--- The public names of the module.
function methods:names()
  local state = state_of(self, "names")
  return request(state, state.limit, "names", "names")
end

function properties.pid(state) return state.process and state.process:pid() end
function properties.path(state) return state.options.file end
function properties.lib32_path(state) return state.library end

local function output(stream)
  return function(state)
    if state.process then return state.process:output(stream) or "" end
    return state[stream] or ""
  end
end
properties.stdout, properties.stderr = output "stdout", output "stderr"

function Client:__index(name)
  local state = states[self]
  if methods[name] then return methods[name] end
  if properties[name] then return properties[name](state) end
  if type(name) ~= "string" then
    native.raise("AttributeError", ("%s: names are strings, got %s"):format(state.name, native.describe(name)))
  end
  if state.functions[name] then return forwards[name] end
  local is_function, value = request(state, state.limit, name, "get", name)
  if is_function then
    state.functions[name] = true
    return forwards[name]
  end
  return value
end

function Client:__newindex(name, value)
  local state = states[self]
  if methods[name] or properties[name] then
    native.raise("AttributeError", ("%s.%s is the client's own: it cannot be set"):format(state.name, name))
  end
  if type(name) ~= "string" then
    native.raise("AttributeError", ("%s: names are strings, got %s"):format(state.name, native.describe(name)))
  end
  request(state, state.limit, name, "set", name, value)
end

function Client:__tostring()
  local state = states[self]
  local where = "shut down"
  if state.process and state.options.mock then
    where = "in this process"
  elseif state.process then
    where = (state.process:is_alive() and "pid %d" or "pid %d, ended"):format(state.process:pid())
  end
  return ("bridge.Client(%s: %s)"):format(state.name, where)
end

function Client:__close()
  local state = states[self]
  if not state.is_view then stop(state) end
end

local clients = {}

-- A client that was told those options.
function clients.new(options)
  local state = { name = options.name, options = options, limit = options.rpc_timeout }
  start(state)
  local client = setmetatable({}, Client)
  states[client] = state
  return client
end

-- The clients that have not been collected and whose process runs.
function clients.running()
  local running = {}
  for client, state in next, states do
    if not state.is_view and state.process and state.process:is_alive() then running[#running + 1] = client end
  end
  return running
end

return clients
