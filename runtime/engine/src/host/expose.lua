-- Makes typed objects of the host: a description and an address become a function or a view.
local ct, seal = ...
local structs = {} -- one type object per type of the host
local ipairs = ipairs

-- The table library may not be there.
local function unpack(list, i)
  i = i or 1
  if i <= #list then
    return list[i], unpack(list, i + 1)
  end
end

local build

local builders = {
  void = function() return ct.void end,
  simple = function(spec) return ct[spec.name] end,
  pointer = function(spec) return ct.POINTER(build(spec.of)) end,
  array = function(spec) return build(spec.of) * spec.length end,
  struct = function(spec)
    local known = structs[spec.key]
    if known then
      return known
    end
    local fields = {}
    for i, field in ipairs(spec.fields) do
      fields[i] = { field[1], build(field[2]) }
    end
    structs[spec.key] = ct.Structure(spec.name, fields)
    return structs[spec.key]
  end,
  ["function"] = function(spec)
    local parameters = {}
    for i, parameter in ipairs(spec.parameters) do
      parameters[i] = build(parameter)
    end
    return ct.CFUNCTYPE(build(spec.result), unpack(parameters))
  end,
}

function build(spec)
  return builders[spec.kind](spec)
end

return function(spec, address)
  local made = build(spec)
  if not address then
    return made
  elseif spec.kind == "function" then
    -- A script that may not touch memory must not declare other types for the function either.
    return seal and seal(made(address)) or made(address)
  end
  return made:from_address(address)
end
