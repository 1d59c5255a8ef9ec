-- The module `bridge`: Lua modules that run in a process of another width, or in one that may crash.

local native = ...

local bridge = {}
-- What can be asked of the processes of libraries.
for name, f in next, native.libraries do bridge[name] = f end

-- Seconds that a process may take to start, and to end in good order.
local START, FAREWELL = 10, 10

local function raise(kind, message, fields)
  error(native.failure(kind, message, fields), 0)
end

local function expect(what, value, expected)
  if type(value) ~= expected then
    raise("TypeError", ("%s: expected a %s, got %s"):format(what, expected, native.describe(value)))
  end
  return value
end

-- Files and folders ----------------------------------------------------------------------------------------------------

local function is_file(path)
  local file = io.open(path, "rb")
  if not file then return false end
  local readable = file:read(0) ~= nil or file:seek("end") == 0
  file:close()
  return readable
end

local function is_absolute(path)
  return path:match "^[/\\]" ~= nil or path:match "^%a:[/\\]" ~= nil
end

-- The folder of the innermost file of Lua outside of this module, without a slash at its end.
local function folder_of_caller()
  local level = 2
  while true do
    local frame = debug.getinfo(level, "S")
    if not frame then return nil end
    local path = frame.source:match "^@(.*)$"
    if path then return path:match "^(.*)[/\\][^/\\]*$" or "." end
    level = level + 1
  end
end

local function templates(folder)
  return folder .. "/?.lua;" .. folder .. "/?/init.lua"
end

-- The file of a module given by its name or its path, and what `require` is to look at on the other side.
local function find_module(module, folder, more)
  local path = { table.unpack(more) }
  if folder then path[#path + 1] = templates(folder) end
  path[#path + 1] = package.path
  path = table.concat(path, ";")
  if not (module:find "[/\\]" or module:match "%.lua$") then
    local file, tried = package.searchpath(module, path)
    if file then return file, path, module end
    raise("OSError", ("Client: module '%s' was not found\n  %s"):format(module, tried:gsub("\n\t", "\n  ")))
  end
  local places = { module }
  if folder and not is_absolute(module) then places[2] = folder .. "/" .. module end
  for _, place in ipairs(places) do
    if is_file(place) then
      local inside = place:match "^(.*)[/\\][^/\\]*$"
      if inside and inside ~= folder then path = templates(inside) .. ";" .. path end
      return place, path, module:match "([^/\\]+)$":gsub("%.lua$", "")
    end
  end
  raise("OSError", ("Client: no such file: %s\n  tried: %s"):format(module, table.concat(places, "\n  tried: ")))
end

-- Options --------------------------------------------------------------------------------------------------------------

local OPTIONS = {
  "args", "timeout", "rpc_timeout", "append_environ", "append_path", "add_dll_directory", "quiet", "executable", "name",
  "isolate", "mock",
}

local function check_names(options)
  for name in next, options do
    local known = false
    for _, option in ipairs(OPTIONS) do known = known or option == name end
    if not known then
      local near = native.suggest(tostring(name), OPTIONS)
      raise("ValueError", ("Client: unknown option '%s'%s"):format(tostring(name), near))
    end
  end
end

-- A string, or a list of strings, as a list.
local function strings(option, value)
  if value == nil then return {} end
  if type(value) == "string" then return { value } end
  local what = "Client: option '" .. option .. "'"
  expect(what, value, "table")
  for k, item in ipairs(value) do expect(("%s[%d]"):format(what, k), item, "string") end
  return value
end

local function seconds(option, value, default)
  if value == nil then return default end
  expect("Client: option '" .. option .. "'", value, "number")
  if not (value > 0) then raise("ValueError", ("Client: option '%s': expected seconds, got %s"):format(option, value)) end
  return value ~= math.huge and value or nil
end

local function flag(option, value, default)
  if value == nil then return default end
  return expect("Client: option '" .. option .. "'", value, "boolean")
end

-- The variables that the other process gets beside this one's own.
local function environment(options)
  local variables = {}
  local separator = package.config:sub(1, 1) == "\\" and ";" or ":"
  local function append(name, items)
    local before = variables[name] or os.getenv(name)
    if #items == 0 then return end
    local after = table.concat(items, separator)
    variables[name] = before and before ~= "" and before .. separator .. after or after
  end
  local given = options.append_environ
  if type(given) == "table" and next(given) ~= nil and #given == 0 then
    for name, value in next, given do
      expect("Client: option 'append_environ': a variable's name", name, "string")
      if type(value) == "table" then append(name, strings("append_environ", value))
      else variables[name] = tostring(value) end
    end
  else
    append("PATH", strings("append_environ", given))
  end
  local folders = strings("add_dll_directory", options.add_dll_directory)
  for _, folder in ipairs(folders) do
    if not native.is_folder(folder) then
      raise("OSError", ("Client: option 'add_dll_directory': no such folder: %s"):format(folder))
    end
  end
  append(separator == ";" and "PATH" or "LD_LIBRARY_PATH", folders)
  return variables
end

local function read_options(module, options, folder)
  check_names(options)
  local path = {}
  for _, item in ipairs(strings("append_path", options.append_path)) do
    path[#path + 1] = item:find("?", 1, true) and item or templates(item)
  end
  local file, search, name = find_module(module, folder, path)
  if options.args ~= nil then expect("Client: option 'args'", options.args, "table") end
  if options.name ~= nil then expect("Client: option 'name'", options.name, "string") end
  if options.executable ~= nil then expect("Client: option 'executable'", options.executable, "string") end
  return {
    name = options.name or name,
    file = file,
    path = search,
    args = options.args,
    rpc_timeout = seconds("rpc_timeout", options.rpc_timeout),
    mock = flag("mock", options.mock, false),
    start = {
      isolate = flag("isolate", options.isolate, false),
      executable = options.executable,
      timeout = seconds("timeout", options.timeout, START),
      quiet = flag("quiet", options.quiet, true),
      environment = environment(options),
    },
  }
end

-- Conversations --------------------------------------------------------------------------------------------------------

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
  raise("BridgeError", message, { remote = remote })
end

-- Sends a request, and gives the results of an answer that has some. `what`: the name of the function, for messages.
local function request(state, limit, what, ...)
  local process = state.process
  if not process then
    raise("BridgeError", ("%s: the client was shut down\n  help: client:restart() starts it anew"):format(state.name))
  end
  local operation = ...
  local named = operation == "open" and "Client: option 'args'" or operation == "set" and state.name .. "." .. what or "argument "
  local sent = native.pack(named, 2, ...)
  local answered, reply = process:request(sent, limit or nil, what, state.name)
  if not answered then fail(state, reply) end
  local function finish(readable, outcome, ...)
    if not readable then raise("BridgeError", ("%s: its answer cannot be read: %s"):format(what, outcome)) end
    if outcome == "results" then return ... end
    local kind, message, traceback, value = ...
    if outcome == "missing" then raise("AttributeError", kind) end
    local text = kind == "Error" and message or ("%s: %s"):format(kind, message)
    raise("BridgeError", ("%s: %s"):format(what, text), {
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
  if not process then raise("OSError", ("Client: %s: %s"):format(state.name, problem)) end
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

-- Clients --------------------------------------------------------------------------------------------------------------

local Client = { __name = "bridge.Client", __metatable = false }
local methods, properties = {}, {}

-- A method that calls the module's function of that name. One function for each name, so that clients of one name compare.
local forwards = setmetatable({}, {
  __index = function(forwards, name)
    local function forward(client, ...)
      local state = states[client]
      if not state then
        raise("TypeError", ("%s: call it with a colon, as a method of the client"):format(name))
      end
      return request(state, state.limit, name, "call", name, ...)
    end
    forwards[name] = forward
    return forward
  end,
})

local function state_of(client, what)
  local state = states[client]
  if not state then raise("TypeError", ("%s: call it with a colon, as a method of a client"):format(what)) end
  return state
end

--- Calls the module's function of that name, also where the client has one of its own; of a name that is no function, the value.
function methods:request32(name, ...)
  local state = state_of(self, "request32")
  expect("request32: the name", name, "string")
  return request(state, state.limit, name, "call", name, ...)
end

--- The same client, whose calls may take that many seconds.
function methods:within(limit)
  local state = state_of(self, "within")
  if limit ~= nil then
    expect("within", limit, "number")
    if not (limit > 0) then raise("ValueError", ("within: expected seconds, got %s"):format(limit)) end
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
    raise("BridgeError", ("%s: the process has ended; its shutdown_handler failed: %s"):format(state.name, problem))
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
    raise("AttributeError", ("%s: names are strings, got %s"):format(state.name, native.describe(name)))
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
    raise("AttributeError", ("%s.%s is the client's own: it cannot be set"):format(state.name, name))
  end
  if type(name) ~= "string" then
    raise("AttributeError", ("%s: names are strings, got %s"):format(state.name, native.describe(name)))
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

--- Runs a Lua module in a process of 32 bits, and gives an object whose methods call its functions.
function bridge.Client(module, options)
  expect("Client: the module", module, "string")
  if options == nil then options = {} end
  expect("Client: the options", options, "table")
  local read = read_options(module, options, folder_of_caller())
  local state = { name = read.name, options = read, limit = read.rpc_timeout }
  start(state)
  local client = setmetatable({}, Client)
  states[client] = state
  return client
end

--- The clients that have not been collected and whose process runs.
function bridge.list()
  local clients = {}
  for client, state in next, states do
    if not state.is_view and state.process and state.process:is_alive() then clients[#clients + 1] = client end
  end
  return clients
end

-- Servers --------------------------------------------------------------------------------------------------------------

local KINDS = { cdll = "CDLL", windll = "WinDLL", oledll = "OleDLL" }

local Server = { __name = "bridge.Server32" }

function Server:__tostring() return ("bridge.Server32(%s)"):format(self.path) end

-- A library beside the module that asks for it is meant before one of that name elsewhere.
local function find_library(path, folder)
  if is_absolute(path) then return path end
  local endings = path:find "%.[%w_]+[%d.]*$" and { "" } or { "", package.config:sub(1, 1) == "\\" and ".dll" or ".so" }
  for _, place in ipairs { folder or false, "." } do
    for _, ending in ipairs(endings) do
      local file = place and place .. "/" .. path .. ending
      if file and is_file(file) then return file end
    end
  end
  return path
end

--- The base of a module that wraps a library: `lib` is the library, opened in the process that runs this. Methods are added to it.
function bridge.Server32(path, kind, options)
  expect("Server32: the library", path, "string")
  kind = kind == nil and "cdll" or expect("Server32: the kind", kind, "string"):lower()
  if not KINDS[kind] then
    raise("ValueError", ("Server32: unknown kind '%s'%s"):format(kind, native.suggest(kind, { "cdll", "windll", "oledll" })))
  end
  local lib = require "ctypes"[KINDS[kind]](find_library(path, folder_of_caller()), options)
  return setmetatable({ lib = lib, path = lib._path }, Server)
end

--- Whether this runs in a bridge process, for a client.
function bridge.is_server()
  return native.is_server()
end

return setmetatable(bridge, {
  __name = "bridge",
  __index = function(_, name)
    local names = {}
    for known in next, bridge do names[#names + 1] = known end
    table.sort(names)
    raise("AttributeError", ("bridge has no '%s'%s"):format(tostring(name), native.suggest(tostring(name), names)))
  end,
})
