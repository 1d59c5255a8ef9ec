-- Runs in the 32-bit process: says what it was given, and gives it back.
local Echo = {}

function Echo.received(...)
  local kinds = {}
  for k, value in ipairs(table.pack(...)) do
    kinds[k] = math.type(value) or type(value)
  end
  return table.concat(kinds, ", ")
end

function Echo.back(...) return ... end

return Echo
