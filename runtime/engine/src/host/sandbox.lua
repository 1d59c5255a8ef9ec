-- Precompiled chunks are not verified by Lua: a hostile one can corrupt memory. Text is all a safe runtime takes.
local load, loadfile, select, error = load, loadfile, select, error

function _G.load(chunk, name, mode, ...)
  if select("#", ...) == 0 then
    return load(chunk, name, "t")
  end
  return load(chunk, name, "t", (...))
end

if loadfile then
  function _G.loadfile(path, mode, ...)
    if select("#", ...) == 0 then
      return loadfile(path, "t")
    end
    return loadfile(path, "t", (...))
  end

  function _G.dofile(path)
    local chunk, message = loadfile(path, "t")
    if not chunk then
      error(message, 0)
    end
    return chunk()
  end
end

if package and package.searchers then
  local package, searchpath = package, package.searchpath
  package.searchers[2] = function(name)
    local path, tried = searchpath(name, package.path)
    if not path then
      return tried
    end
    local chunk, message = loadfile(path, "t")
    if not chunk then
      error(("error loading module '%s' from file '%s':\n\t%s"):format(name, path, message), 0)
    end
    return chunk, path
  end
end
