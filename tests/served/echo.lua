-- Gives back what it gets.
local ct = require "ctypes"

local echo = { version = "1.2", level = 3, nothing = false, settings = { a = 1, b = { 2, 3 } }, _hidden = "not for clients" }

function echo.echo(...) return ... end

function echo.count(...) return select("#", ...) end

function echo.kinds(...)
  local kinds = {}
  for k = 1, select("#", ...) do
    local value = select(k, ...)
    kinds[k] = math.type(value) or type(value)
  end
  return table.concat(kinds, " ")
end

-- Written as a method: the module comes first.
function echo:describe(what) return what .. " of version " .. self.version end

function echo.bits() return ct.sizeof(ct.c_void_p) * 8 end

function echo.size_of(object) return ct.sizeof(object) end

function echo.a_function() return { deep = { print } } end

function echo.pid() return "the module's own" end

echo.square_root = math.sqrt

return echo
