-- What a program costs before it does anything.
local process = {}

-- Whether a command of the shell succeeds.
function process.succeeds(command)
  return os.execute(command .. " >/dev/null 2>&1") == true
end

function process.installed(program)
  return process.succeeds("command -v " .. program)
end

local function output(script)
  local pipe = io.popen(script)
  local text = pipe and pipe:read "a" or ""
  if pipe then pipe:close() end
  return tonumber(text:match "[%d.]+")
end

-- The best of `n` starts of `program -e ''`, by the clock on the wall.
function process.milliseconds(program, n)
  local best = output(([[best=
    for _ in $(seq %d); do
      start=$(date +%%s%%N); '%s' -e ''; end=$(date +%%s%%N)
      taken=$((end - start))
      [ -n "$best" ] && [ "$best" -le "$taken" ] || best=$taken
    done
    echo "$best"]]):format(n, program))
  return best and best / 1e6
end

-- What the program has in memory when a script has nothing to do.
function process.idle_megabytes(program)
  local script = [[for line in io.lines "/proc/self/status" do if line:match "^VmRSS" then print(line:match "%d+") end end]]
  local kilobytes = output(("'%s' -e '%s' 2>/dev/null"):format(program, script))
  return kilobytes and kilobytes / 1024
end

return process
