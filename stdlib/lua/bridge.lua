-- The module `bridge`: Lua modules that run in a process of another width, or in one that may crash.

local native = ...

local clients = require "bridge.client"
local files = require "bridge.files"
local told = require "bridge.options"

local bridge = {}
-- What can be asked of the processes of libraries.
for name, f in next, native.libraries do bridge[name] = f end

--- Runs a Lua module in a process of 32 bits, and gives an object whose methods call its functions.
function bridge.Client(module, options)
  native.expect("Client: the module", module, "string")
  if options == nil then options = {} end
  native.expect("Client: the options", options, "table")
  return clients.new(told.read(module, options, files.folder_of_caller()))
end

--- The clients that have not been collected and whose process runs.
function bridge.list()
  return clients.running()
end

local KINDS = { cdll = "CDLL", windll = "WinDLL", oledll = "OleDLL" }

local Server = { __name = "bridge.Server32" }

function Server:__tostring() return ("bridge.Server32(%s)"):format(self.path) end

--- The base of a module that wraps a library: `lib` is the library, opened in the process that runs this. Methods are added to it.
function bridge.Server32(path, kind, options)
  native.expect("Server32: the library", path, "string")
  kind = kind == nil and "cdll" or native.expect("Server32: the kind", kind, "string"):lower()
  if not KINDS[kind] then
    local near = native.suggest(kind, { "cdll", "windll", "oledll" })
    native.raise("ValueError", ("Server32: unknown kind '%s'%s"):format(kind, near))
  end
  local lib = require "ctypes"[KINDS[kind]](files.find_library(path, files.folder_of_caller()), options)
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
    local near = native.suggest(tostring(name), names)
    native.raise("AttributeError", ("bridge has no '%s'%s"):format(tostring(name), near))
  end,
})
