-- Files of modules and libraries, and how they are found.

local native = ...

local files = {}

function files.is_file(path)
  local file = io.open(path, "rb")
  if not file then return false end
  local readable = file:read(0) ~= nil or file:seek("end") == 0
  file:close()
  return readable
end

function files.is_absolute(path)
  return path:match "^[/\\]" ~= nil or path:match "^%a:[/\\]" ~= nil
end

-- A library beside the module that asks for it is meant before one of that name elsewhere.
function files.find_library(path, folder)
  if files.is_absolute(path) then return path end
  local endings = path:find "%.[%w_]+[%d.]*$" and { "" } or { "", package.config:sub(1, 1) == "\\" and ".dll" or ".so" }
  for _, place in ipairs { folder or false, "." } do
    for _, ending in ipairs(endings) do
      local file = place and place .. "/" .. path .. ending
      if file and files.is_file(file) then return file end
    end
  end
  return path
end

-- The folder of the innermost file of Lua outside of this module, without a slash at its end.
function files.folder_of_caller()
  local level = 2
  while true do
    local frame = debug.getinfo(level, "S")
    if not frame then return nil end
    local path = frame.source:match "^@(.*)$"
    if path then return path:match "^(.*)[/\\][^/\\]*$" or "." end
    level = level + 1
  end
end

function files.templates(folder)
  return folder .. "/?.lua;" .. folder .. "/?/init.lua"
end

-- The file of a module given by its name or its path, and what `require` is to look at on the other side.
function files.find_module(module, folder, more)
  local path = { table.unpack(more) }
  if folder then path[#path + 1] = files.templates(folder) end
  path[#path + 1] = package.path
  path = table.concat(path, ";")
  if not (module:find "[/\\]" or module:match "%.lua$") then
    local file, tried = package.searchpath(module, path)
    if file then return file, path, module end
    native.raise("OSError", ("Client: module '%s' was not found\n  %s"):format(module, tried:gsub("\n\t", "\n  ")))
  end
  local places = { module }
  if folder and not files.is_absolute(module) then places[2] = folder .. "/" .. module end
  for _, place in ipairs(places) do
    if files.is_file(place) then
      local inside = place:match "^(.*)[/\\][^/\\]*$"
      if inside and inside ~= folder then path = files.templates(inside) .. ";" .. path end
      return place, path, module:match "([^/\\]+)$":gsub("%.lua$", "")
    end
  end
  native.raise("OSError", ("Client: no such file: %s\n  tried: %s"):format(module, table.concat(places, "\n  tried: ")))
end

return files
