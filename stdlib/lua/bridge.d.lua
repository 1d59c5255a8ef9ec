---@meta bridge

-- Annotations for editors (LuaLS): what `require "bridge"` gives. Nothing here runs.

---@class bridge
local bridge = {}

---What a client is started with.
---@class bridge.Options
---@field args? table for a module that returns a function
---@field timeout? number seconds for the start; 10
---@field rpc_timeout? number seconds for each call; no limit
---@field append_environ? string|string[]|table<string, string|string[]> folders at the end of PATH, or variables
---@field append_path? string|string[] folders or templates that `require` looks at over there
---@field add_dll_directory? string|string[] folders in which libraries are looked for
---@field quiet? boolean `false`: what it prints is printed here, too
---@field executable? string the bridge to start
---@field isolate? boolean a process of this width
---@field mock? boolean no process
---@field name? string what messages call it

---A Lua module in another process. The module's own names are its methods and fields.
---@class bridge.Client
---@field pid integer? its process
---@field stdout string the end of what it has printed
---@field stderr string
---@field path string the module's file
---@field lib32_path string? the library that `Server32` opened
---@field [string] any
local Client = {}

---Calls the module's function of that name, or gets its value.
---@param name string
---@param ... any
---@return any ...
function Client:request32(name, ...) end

---The same client with another limit for its calls.
---@param seconds number
---@return bridge.Client
function Client:within(seconds) end

---The public names of the module.
---@return string[]
function Client:names() end

---@return boolean
function Client:is_alive() end

---Ends the process and starts a new one.
---@return bridge.Client
function Client:restart() end

---Ends the process; what it has printed.
---@return string stdout
---@return string stderr
function Client:shutdown() end

---Runs a module in a process of 32 bits.
---@param module string a name or a path
---@param options? bridge.Options
---@return bridge.Client
function bridge.Client(module, options) end

---An object to add methods to, over a library that is opened in this process.
---@class bridge.Server
---@field lib ctypes.Library
---@field path string
---@field [string] any

---@param path string
---@param kind? "cdll"|"windll"|"oledll"
---@param options? table as for `ctypes.CDLL`
---@return bridge.Server
function bridge.Server32(path, kind, options) end

---The clients whose processes run.
---@return bridge.Client[]
function bridge.list() end

---Whether this runs in a bridge, for a client.
---@return boolean
function bridge.is_server() end

---A library that lives in another process, or a function, pointer or view of it.
---@alias bridge.Remote ctypes.Library|ctypes.Object

---What is known of the process.
---@param library bridge.Remote
---@return table
function bridge.info(library) end

---@param library bridge.Remote
---@return boolean
function bridge.is_alive(library) end

---The seconds that a message and its answer take.
---@param library bridge.Remote
---@return number
function bridge.ping(library) end

---@param library bridge.Remote
---@return table<string, number>
function bridge.statistics(library) end

---What is mapped over there.
---@param library bridge.Remote
---@return table[]
function bridge.memory_map(library) end

---How long a call may take; the limit there was.
---@param library bridge.Remote
---@param seconds number?
---@return number?
function bridge.set_timeout(library, seconds) end

---Whether a call of a process that has died starts a new one, as it does at first; the setting there was.
---@param library bridge.Remote
---@param on boolean
---@return boolean
function bridge.set_restart(library, on) end

---A line on stderr for each call.
---@param library bridge.Remote
---@param on boolean
function bridge.trace(library, on) end

---Ends the process at once.
---@param library bridge.Remote
function bridge.kill(library) end

---Ends the process in good order.
---@param library bridge.Remote
function bridge.shutdown(library) end

---@param library bridge.Remote
function bridge.restart(library) end

---Runs the callbacks that the library's own threads wait for; their number.
---@param library bridge.Remote
---@return integer
function bridge.poll(library) end

---Memory over there.
---@param library bridge.Remote
---@param what ctypes.Type|integer
---@return ctypes.Object
function bridge.alloc(library, what) end

---Gives such memory back.
---@param object ctypes.Object
function bridge.free(object) end

---Memory that both sides have.
---@param library bridge.Remote
---@param what ctypes.Type|integer
---@return ctypes.Object
function bridge.buffer(library, what) end

---The results of the calls that `note` asks for, made with one message.
---@param library bridge.Remote
---@param note fun(call: fun(fn: function, ...))
---@return table
function bridge.batch(library, note) end

return bridge
