-- A module that is served: its names looked up, its functions called, and errors told with where they happened. The same code
-- runs in a bridge process and, for a client without one, in the client's own.
--
-- Requests and answers are packed values. A request is an operation's name and what it needs. An answer is "results" and those;
-- or "missing" and a message, for a name that there is not; or "error" and its kind, message, traceback, and the value itself
-- where it can be sent.

local native = ...

local served = {}

-- Errors of this kind had none.
local PLAIN = "Error"

-- What is raised for a name that there is not.
local Missing = {}

local function missing(message)
  error(setmetatable({ message = message }, Missing), 0)
end

local function is_public(name)
  return type(name) == "string" and name:sub(1, 1) ~= "_"
end

-- The names of `object` that clients can reach, by the tables they are in.
local function each_name(object, visit)
  local seen = {}
  while type(object) == "table" and not seen[object] do
    seen[object] = true
    for name, value in next, object do
      if is_public(name) then visit(name, value) end
    end
    local metatable = debug.getmetatable(object)
    object = metatable and rawget(metatable, "__index")
  end
end

local function names_of(object)
  local names, known = {}, {}
  each_name(object, function(name)
    if not known[name] then
      known[name] = true
      names[#names + 1] = name
    end
  end)
  table.sort(names)
  return names
end

local function functions_of(object)
  local kinds, functions = {}, {}
  each_name(object, function(name, value)
    if kinds[name] == nil then kinds[name] = type(value) end
  end)
  for name, kind in next, kinds do
    if kind == "function" then functions[#functions + 1] = name end
  end
  return functions
end

-- Whether a function was written as a method: its first parameter is called `self`.
local function is_method(f)
  return debug.getlocal(f, 1) == "self"
end

local Service = {}
Service.__index = Service

function Service:lookup(name)
  if not is_public(name) then
    missing(("%s: names that begin with '_' are the module's own: '%s'"):format(self.name, name))
  end
  local value = self.object[name]
  if value == nil then
    local near = native.suggest(name, names_of(self.object))
    missing(("%s has no '%s'%s"):format(self.name, name, near))
  end
  return value
end

local operations = {}

-- Loads the module. `settings`: its `file` and `name`, and the `path` that `require` is to search.
function operations:open(settings, args)
  package.path = settings.path
  self.name = settings.name
  local chunk, problem = loadfile(settings.file)
  if not chunk then native.raise("SyntaxError", problem) end
  local object = chunk(settings.name, settings.file)
  if type(object) == "function" then
    object = object(args or {})
  elseif args then
    native.raise("TypeError", ("%s takes no args: it returns a %s, not a function"):format(self.name, type(object)))
  end
  if type(object) ~= "table" then
    local text = "%s returned %s; a module that is served returns a table, or a function that returns one"
    native.raise("TypeError", text:format(self.name, type(object) == "nil" and "nothing" or "a " .. type(object)))
  end
  self.object = object
  local metatable = debug.getmetatable(object)
  local library = metatable and metatable.__name == "bridge.Server32" and object.path or nil
  return functions_of(object), library
end

function operations:call(name, ...)
  local member = self:lookup(name)
  if type(member) == "function" then
    if is_method(member) then return member(self.object, ...) end
    return member(...)
  end
  local metatable = debug.getmetatable(member)
  if metatable and metatable.__call then return member(...) end
  if select("#", ...) > 0 then
    native.raise("TypeError", ("%s.%s is a %s, not a function"):format(self.name, name, type(member)))
  end
  return member
end

-- A value, after whether it is a function.
function operations:get(name)
  local value = self:lookup(name)
  if type(value) == "function" then return true end
  return false, value
end

function operations:set(name, value)
  if not is_public(name) then self:lookup(name) end
  if type(self.object[name]) == "function" then
    missing(("%s.%s is a function: it cannot be set"):format(self.name, name))
  end
  self.object[name] = value
end

function operations:names()
  return names_of(self.object)
end

-- What there is to do before the process ends.
function operations:close()
  local object = self.object
  self.object = nil
  local handler = object and object.shutdown_handler
  if handler then
    if is_method(handler) then handler(object) else handler() end
  end
end

-- The frames of a traceback that are above those of this file.
local function trimmed(traceback)
  local own = traceback:find("\n%s*%[bridge%.served%]:")
  local text = own and traceback:sub(1, own - 1) or traceback
  return (text:gsub("\n%s*%(%.%.%.tail calls%.%.%.%)$", ""):gsub("^\n", ""))
end

-- What an error value says of itself; one that has no text is named by its type, as Lua's own command line does.
local function text_of(value)
  local metatable = debug.getmetatable(value)
  local has_text = type(value) == "string" or type(value) == "number" or metatable and metatable.__tostring
  return has_text and tostring(value) or ("(error object is a %s value)"):format(type(value))
end

-- What an error is to somebody who has not seen it happen.
local function describe(value)
  if debug.getmetatable(value) == Missing then return value end
  local description = { kind = PLAIN, message = text_of(value), value = value }
  local traceback
  if type(value) == "table" or type(value) == "userdata" then
    local readable, kind, message, place = pcall(function() return value.kind, value.message, value.traceback end)
    if readable and type(kind) == "string" and type(message) == "string" then
      description.kind, description.message = kind, message
      traceback = type(place) == "string" and place
    end
  end
  description.traceback = trimmed(traceback or debug.traceback("", 2))
  return description
end

local function failed(description)
  if debug.getmetatable(description) == Missing then return native.pack("", 2, "missing", description.message) end
  local kind, message, traceback = description.kind, description.message, description.traceback
  local packed, bytes = pcall(native.pack, "", 5, "error", kind, message, traceback, description.value)
  if packed then return bytes end
  return native.pack("", 4, "error", kind, message, traceback)
end

local function answer(service, operation, ...)
  local perform = operations[operation]
  if not perform then native.raise("ValueError", "an unknown request") end
  -- Beside the results there is what this file adds.
  local own = operation == "get" and 2 or 1
  return native.pack("result ", own, "results", perform(service, ...))
end

--- A service that has no module yet: a function from the bytes of a request to those of its answer, and one to end it when no
--- client has.
function served.new()
  local service = setmetatable({ name = "the module" }, Service)
  local function reply(request)
    local function perform() return answer(service, native.unpack(request)) end
    local ok, result = xpcall(perform, describe)
    if ok then return result end
    return failed(result)
  end
  local function close() operations.close(service) end
  return reply, close
end

return served
