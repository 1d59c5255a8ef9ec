-- Measures every row for every participant and prints one table: nanoseconds, and ratios to the module written by hand.
-- Arguments: the program itself, fixture, peer module, rounds, seconds for one measurement. `scripts/bench` builds what it
-- needs and starts it.
local program, fixture_path, peer_path = arg[1], arg[2], arg[3]
local rounds, seconds = tonumber(arg[4]), tonumber(arg[5])
local folder = arg[0]:match "^(.*)/" or "."
package.path = folder .. "/?.lua;" .. package.path
package.cpath = peer_path .. ";" .. package.cpath

local measure = require "measure"
local participants = require "participants"
local process = require "process"
local rows = require "rows"

-- Where a row is marked whatever its target: slower than this many times the module written by hand.
local LIMIT = 1.5

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- Participants with a process of their own print one round as `row<TAB>nanoseconds`. `found` is a command that succeeds where
-- the participant is installed, `package` what installs it.
local others, columns = {}, {}
local function other(name, width, package, found, command, ...)
  columns[#columns + 1] = { name = name, width = width }
  if not process.succeeds(found) then
    print(("%s is not installed: its column stays empty (%s)"):format(name, package))
    return
  end
  local words = { command }
  for _, word in ipairs { ... } do words[#words + 1] = quoted(word) end
  others[#others + 1] = { name = name, command = table.concat(words, " ") }
end
-- koffi is looked for where `npm install --global` puts it, too.
local node = [[NODE_PATH="$NODE_PATH:$(npm root --global 2>/dev/null)" node]]
other("ctypes", 10, "apt-get install python3", "python3 -c 'import ctypes'", "python3 -B", folder .. "/ctypes_rows.py", fixture_path, tostring(seconds))
other("cffi", 8, "pip install cffi", "python3 -c 'import cffi'", "python3 -B", folder .. "/cffi_rows.py", fixture_path, tostring(seconds))
other("koffi", 8, "npm install --global koffi", node .. [[ -e 'require("koffi")']], node, folder .. "/koffi_rows.js", fixture_path, tostring(seconds))
other("LuaJIT", 8, "apt-get install luajit", "command -v luajit", "luajit", folder .. "/luajit_rows.lua", folder, fixture_path, tostring(seconds))
other("its interpreter", 17, "that of LuaJIT", "command -v luajit", "luajit -joff", folder .. "/luajit_rows.lua", folder, fixture_path, tostring(seconds))

local best = {} -- best[participant][row]: nanoseconds
local function note(participant, row, ns)
  local column = best[participant]
  column[row] = math.min(column[row] or math.huge, ns)
end

local ours = participants.moonglue(fixture_path)
local hand = participants.by_hand(require "peer")
best.moonglue, best.hand = {}, {}

-- The loops of some rows; a participant that cannot run one is reported and left out.
local function loops_of(first, last)
  local loops = {}
  for i = first, last do
    local row = rows[i]
    for name, participant in pairs { moonglue = ours, hand = hand } do
      local made, loop = xpcall(row.make, debug.traceback, participant)
      local counted, n = false, loop
      if made then counted, n = xpcall(measure.count, debug.traceback, loop, seconds) end
      if counted then
        loops[#loops + 1] = { participant = name, row = row, run = loop, n = n }
      else
        io.stderr:write(("%s cannot run `%s`: %s\n"):format(name, row.name, tostring(n)))
      end
    end
  end
  return loops
end

local function run_other(participant)
  best[participant.name] = best[participant.name] or {}
  local pipe = assert(io.popen(participant.command))
  for line in pipe:lines() do
    local name, ns = line:match "^(.-)\t(.+)$"
    note(participant.name, name, tonumber(ns))
  end
  if not pipe:close() then io.stderr:write(participant.name, " failed\n") end
end

-- Rounds are interleaved, so that a machine that is slow for a while is slow for all.
local function run_rounds(loops, participants_elsewhere)
  for _ = 1, rounds do
    for _, loop in ipairs(loops) do
      collectgarbage()
      note(loop.participant, loop.row.name, measure.once(loop.run, loop.n) / loop.row.elements)
    end
    for _, participant in ipairs(participants_elsewhere) do run_other(participant) end
  end
end

run_rounds(loops_of(1, rows.first_with_callbacks - 1), others)
run_rounds(loops_of(rows.first_with_callbacks, #rows), {})

local function cell(ns, width)
  return ns and ("%" .. width .. "." .. (ns < 100 and 1 or 0) .. "f"):format(ns) or (" "):rep(width - 1) .. "-"
end

local function ratio(a, b)
  return a and b and ("%8.2f"):format(a / b) or "       -"
end

print(("Nanoseconds per operation, loop included, best of %d interleaved rounds of %g ms processor time."):format(rounds, seconds * 1e3))
print "`hand` is the C module written against lua.h, `x hand` is ours divided by it. Trust ratios in a row, not numbers of two runs.\n"
local names = {}
for i, column in ipairs(columns) do names[i] = ("%" .. column.width .. "s"):format(column.name) end
print(("%-32s%10s%10s%8s  %-14s%s  %s"):format("", "moonglue", "hand", "x hand", "target", table.concat(names), "marks"))

local met, missed, marked = 0, 0, 0

-- Whether a target is met; counts.
local function verdict(reached)
  if reached then met = met + 1 else missed = missed + 1 end
  return reached and "met" or "missed"
end

local function target_of(row, ours_ns, hand_ns)
  local target = row.target
  if not target or not ours_ns then return "" end
  if type(target) == "table" then
    return ("%g ns %s"):format(target.nanoseconds, verdict(ours_ns <= target.nanoseconds))
  end
  return hand_ns and ("%.2f %s"):format(target, verdict(ours_ns <= target * hand_ns)) or ""
end

for _, row in ipairs(rows) do
  local name = row.name
  local a, b = best.moonglue[name], best.hand[name]
  local cells, marks = {}, {}
  for i, column in ipairs(columns) do cells[i] = cell((best[column.name] or {})[name], column.width) end
  if not a then marks[1] = "did not run" end
  if name ~= "loop alone" then
    if a and b and a > LIMIT * b then marks[#marks + 1] = ("> %g x hand"):format(LIMIT) end
    local c = (best.ctypes or {})[name]
    if a and c and a > c then marks[#marks + 1] = "slower than ctypes" end
  end
  if #marks > 0 then marked = marked + 1 end
  print(("%-32s%s%s%s  %-14s%s  %s"):format(name, cell(a, 10), cell(b, 10), ratio(a, b), target_of(row, a, b), table.concat(cells), table.concat(marks, ", ")))
end

-- How many times faster than a peer, loops included.
print "\nheld against the peers"
for _, row in ipairs(rows) do
  for _, column in ipairs(row.faster and columns or {}) do
    local wanted = row.faster[column.name]
    if wanted then
      local a, peer = best.moonglue[row.name], (best[column.name] or {})[row.name]
      local text = "not measured"
      if a and peer then
        text = ("%7.2f x faster, target %g: %s"):format(peer / a, wanted, verdict(peer / a >= wanted))
      end
      print(("%-32s%-17s%s"):format(row.name, column.name, text))
    end
  end
end
local looked_up, in_a_local = best.moonglue["lib.add(int, int)"], best.moonglue["add(int, int)"]
if looked_up and in_a_local then
  local times = looked_up / in_a_local
  print(("%-32s%-17s%7.2f x as long, target 1.15: %s"):format("lib.add(int, int)", "add(int, int)", times, verdict(times <= 1.15)))
end

-- The process itself: milliseconds from start to end of an empty script, and memory at its end.
local start = process.milliseconds(program, 40)
local stock = process.installed "lua5.4" and process.milliseconds("lua5.4", 40)
if start and stock then
  local reached = verdict(start <= 1.5 * stock + 2)
  print(("\nstart-up: %.1f ms, lua5.4 %.1f ms (target: 1.5 times that and 2 ms, %s)"):format(start, stock, reached))
end
local memory = process.idle_megabytes(program)
if memory then
  print(("idle memory: %.1f MB (target: 8, %s)"):format(memory, verdict(memory < 8)))
end
print(("\n%d targets met, %d missed; %d of %d rows marked."):format(met, missed, marked, #rows))
