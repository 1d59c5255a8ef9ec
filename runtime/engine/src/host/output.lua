-- Puts streams of the host in the place of the process's own.
local stdout, stderr = ...
local tostring, select = tostring, select

if stdout then
  function _G.print(...)
    local n = select("#", ...)
    for i = 1, n do
      stdout:write(i > 1 and "\t" or "", tostring((select(i, ...))))
    end
    stdout:write("\n")
    stdout:flush()
  end
end

if io then
  local write, output, kind = io.write, io.output, io.type
  local redirected = stdout ~= nil
  if stdout then
    io.stdout = stdout
    function io.write(...)
      if redirected then
        return stdout:write(...)
      end
      return write(...)
    end
    function io.output(file)
      if file == nil then
        return redirected and stdout or output()
      elseif file == stdout then
        redirected = true
        return stdout
      end
      local opened = output(file)
      redirected = false
      return opened
    end
  end
  if stderr then
    io.stderr = stderr
  end
  function io.type(value)
    if value ~= nil and (value == stdout or value == stderr) then
      return "file"
    end
    return kind(value)
  end
end
