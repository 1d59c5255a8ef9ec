--- needs: g++
--| 32 bits
--| 17	40.0	-1.0
--| 2.0 5.0 -6.0
--| !dlrow olleh	ytniatrecnu
--| 3.0
--| 500.0
--| 5.0	6.0
--| ArgumentError	add: argument 2: expected c_int, got string
--| 1 path deleted
-- A 32-bit library in C++, wrapped by a module that runs where the library does.
local bridge = require "bridge"

local here = arg[0]:match "^(.*)/" or "."
package.path = here .. "/?.lua;" .. package.path
local points = require "points"
local build = dofile(here .. "/../build.lua")

local library, remove = build("g++", here .. "/library.cpp")
local opened, cpp = pcall(bridge.Client, "server.lua", { args = { library = library } })
remove()
if not opened then error(cpp, 0) end

print(cpp.bits .. " bits")
print(cpp:add(3, 14), cpp:subtract(43.2, 3.2), cpp:add_or_subtract(1.0, 2.0, false))
print(table.concat(cpp:scalar_multiply(2.0, { 1.0, 2.5, -3.0 }), " "))
print(cpp:reverse_string "hello world!", cpp:reversed_copy "uncertainty")

-- Structures are made here and used there.
local square = points.FourPoints { points = { { 0, 0 }, { 0, 1 }, { 1, 1 }, { 1, 0 } } }
print(cpp:path_of_four(square))
local list = {}
for k = 0, 100 do list[#list + 1] = points.Point(3 * k, 4 * k) end
print(cpp:path_of_many(list))

-- An object over there.
local path = cpp:new_path()
print(cpp:extend_path(path, points.Point(0, 0), points.Point(3, 4)), cpp:extend_path(path, points.Point(3, 5)))

-- Errors of the module are errors here.
local ok, problem = pcall(cpp.add, cpp, 1, "two")
print(problem.remote.kind, problem.remote.message)

io.write((cpp:shutdown()))
