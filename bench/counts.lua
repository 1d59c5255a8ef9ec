-- Counts the instructions of every row, ours and those of the module written by hand, and holds their ratio against a budget.
-- Instructions do not depend on how busy the machine is. `scripts/counts` builds what is needed and starts this.
-- Arguments: the program itself, fixture, peer module, file of budgets, `check` or `update`, names of rows (none: all).
local program, fixture_path, peer_path, budgets_path, mode = table.unpack(arg)
local folder = arg[0]:match "^(.*)/" or "."
package.path = folder .. "/?.lua;" .. package.path

local rows = require "rows"

-- Budgets are this much above what was counted: compilers and C libraries differ a little.
local HEADROOM = 1.1
-- Lua seeds its hashes with the clock, and a look-up that meets another name on its way takes longer. Where it matters, the
-- least of so many counts is taken.
local TRIES = 3

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function start(participant, row, times, environment)
  local words = {
    environment or "", "valgrind --tool=callgrind --callgrind-out-file=/dev/null", quoted(program), quoted(folder .. "/counted.lua"),
    quoted(fixture_path), quoted(peer_path), participant, quoted(row), times, "2>&1",
  }
  return assert(io.popen(table.concat(words, " ")))
end

-- What one process took in all, and for how many operations.
local function finish(pipe)
  local output = pipe:read "a"
  local ended_well = pipe:close()
  local instructions = tonumber(output:match "Collected : (%d+)")
  local operations = tonumber(output:match "operations%s+(%d+)")
  if not (ended_well and instructions and operations) then return nil, output end
  return instructions, operations
end

-- Instructions for one operation of each participant, start and preparation left out. All processes run at once.
local function count(row, participants, environment)
  local running, counts = {}, {}
  for _, participant in ipairs(participants) do
    running[participant] = {
      few = start(participant, row, "few", environment),
      many = start(participant, row, "many", environment),
    }
  end
  for _, participant in ipairs(participants) do
    local few, few_operations = finish(running[participant].few)
    local many, many_operations = finish(running[participant].many)
    if not (few and many) then
      io.stderr:write(("%s cannot run `%s`:\n%s\n"):format(participant, row, many_operations or few_operations))
      os.exit(2)
    end
    counts[participant] = (many - few) / (many_operations - few_operations)
  end
  return counts
end

local BOTH = { "moonglue", "hand" }

-- The least of what was counted and a new count.
local function count_again(row, counts)
  local again = count(row, BOTH)
  return { moonglue = math.min(counts.moonglue, again.moonglue), hand = math.min(counts.hand, again.hand) }
end

local function ratio(counts)
  return counts.moonglue / counts.hand
end

local function read_budgets()
  local budgets, file = {}, io.open(budgets_path)
  if not file then return budgets end
  for line in file:lines() do
    local budget, name = line:match "^([%d.]+)%s+(.+)$"
    if budget then budgets[name] = tonumber(budget) end
  end
  file:close()
  return budgets
end

local function write_budgets(budgets)
  local file = assert(io.open(budgets_path, "w"))
  file:write "# The most that a row may cost: our instructions divided by those of the module written by hand.\n"
  file:write "# Written by `scripts/counts --update`: what it counts, and a tenth more.\n"
  for _, row in ipairs(rows) do
    if budgets[row.name] then file:write(("%.3f  %s\n"):format(budgets[row.name], row.name)) end
  end
  file:close()
end

local wanted = {}
for i = 6, #arg do wanted[arg[i]] = true end
local counted_rows, known = {}, {}
for _, row in ipairs(rows) do
  known[row.name] = true
  -- The loop has no call in it.
  if row.name ~= "loop alone" and (next(wanted) == nil or wanted[row.name]) then counted_rows[#counted_rows + 1] = row.name end
end
for name in pairs(wanted) do
  if not known[name] then
    io.stderr:write(("there is no row `%s` in bench/rows.lua\n"):format(name))
    os.exit(2)
  end
end

local budgets, complaints = read_budgets(), {}
local function complain(...)
  complaints[#complaints + 1] = string.format(...)
end

print "Instructions per operation, loop included; `hand` is the C module written against lua.h. Bulk rows work on less than in scripts/bench."
print(("%-32s%10s%10s%9s%9s"):format("", "moonglue", "hand", "ratio", "budget"))
for _, row in ipairs(counted_rows) do
  local counts, budget = count(row, BOTH), budgets[row]
  local tries = 1
  while tries < TRIES and (mode == "update" or budget and ratio(counts) > budget) do
    counts, tries = count_again(row, counts), tries + 1
  end
  local verdict = ""
  if mode == "update" then
    budget = ratio(counts) * HEADROOM
    budgets[row] = budget
  elseif not budget then
    verdict = "no budget"
    complain("`%s` has no budget: scripts/counts --update writes one", row)
  elseif ratio(counts) > budget then
    verdict = "over"
    complain("`%s` costs %.1f instructions, %.3f times the %.1f of the module written by hand; its budget is %.3f",
      row, counts.moonglue, ratio(counts), counts.hand, budget)
  elseif ratio(counts) * HEADROOM ^ 2 < budget then
    verdict = "could be lower"
  end
  print(("%-32s%10.1f%10.1f%9.3f%9s  %s"):format(row, counts.moonglue, counts.hand, ratio(counts),
    budget and ("%.3f"):format(budget) or "-", verdict))
end

if mode == "update" then
  for name in pairs(budgets) do
    if not known[name] then budgets[name] = nil end
  end
  write_budgets(budgets)
  print(("\n%s is written."):format(budgets_path))
  return
end

for name in pairs(budgets) do
  if not known[name] then complain("there is a budget for `%s`, and no such row", name) end
end

-- Whether a call that takes a slower path would be noticed.
local noticed = "add(int, int)"
if next(wanted) == nil and budgets[noticed] then
  local slow = count(noticed, { "moonglue" }, "MOONGLUE_CALL_PATH=api").moonglue
  local hand = count(noticed, { "hand" }).hand
  print(("\n`%s` through Lua's API: %.1f instructions, %.3f of the module's."):format(noticed, slow, slow / hand))
  if slow / hand <= budgets[noticed] then complain("that is within the budget: this check would notice nothing") end
end

if #complaints > 0 then
  io.stderr:write("\n", table.concat(complaints, "\n"), "\n(budgets are in bench/budgets.txt)\n")
  os.exit(1)
end
print(("\nRows within their budgets: %d."):format(#counted_rows))
