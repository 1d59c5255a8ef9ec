-- What a client is told.

local native = ...

local files = require "bridge.files"

-- Seconds that a process may take to start.
local START = 10

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
      native.raise("ValueError", ("Client: unknown option '%s'%s"):format(tostring(name), near))
    end
  end
end

-- A string, or a list of strings, as a list.
local function strings(option, value)
  if value == nil then return {} end
  if type(value) == "string" then return { value } end
  local what = "Client: option '" .. option .. "'"
  native.expect(what, value, "table")
  for k, item in ipairs(value) do native.expect(("%s[%d]"):format(what, k), item, "string") end
  return value
end

local function seconds(option, value, default)
  if value == nil then return default end
  native.expect("Client: option '" .. option .. "'", value, "number")
  if not (value > 0) then
    native.raise("ValueError", ("Client: option '%s': expected seconds, got %s"):format(option, value))
  end
  return value ~= math.huge and value or nil
end

local function flag(option, value, default)
  if value == nil then return default end
  return native.expect("Client: option '" .. option .. "'", value, "boolean")
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
      native.expect("Client: option 'append_environ': a variable's name", name, "string")
      if type(value) == "table" then append(name, strings("append_environ", value))
      else variables[name] = tostring(value) end
    end
  else
    append("PATH", strings("append_environ", given))
  end
  local folders = strings("add_dll_directory", options.add_dll_directory)
  for _, folder in ipairs(folders) do
    if not native.is_folder(folder) then
      native.raise("OSError", ("Client: option 'add_dll_directory': no such folder: %s"):format(folder))
    end
  end
  append(separator == ";" and "PATH" or "LD_LIBRARY_PATH", folders)
  return variables
end

-- What a client of `module`, made by a script in `folder`, is told; checked, with what is left out filled in.
local function read(module, options, folder)
  check_names(options)
  local path = {}
  for _, item in ipairs(strings("append_path", options.append_path)) do
    path[#path + 1] = item:find("?", 1, true) and item or files.templates(item)
  end
  local file, search, name = files.find_module(module, folder, path)
  if options.args ~= nil then native.expect("Client: option 'args'", options.args, "table") end
  if options.name ~= nil then native.expect("Client: option 'name'", options.name, "string") end
  if options.executable ~= nil then native.expect("Client: option 'executable'", options.executable, "string") end
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

return { read = read }
