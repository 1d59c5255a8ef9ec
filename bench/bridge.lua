-- Measures what a call costs when its library is in a 32-bit process, beside what no bridge can do without: a message there
-- and back over a socket pair, and one copy into shared memory. `scripts/bench --bridge` builds what it needs and starts it.
-- Arguments: the 32-bit library, its 64-bit twin, the raw program for 64 and for 32 bits, the bridge's program.
local ct = require "ctypes"
local bridge = require "bridge"
local path, twin, ping, ping32, program = arg[1], arg[2], arg[3], arg[4], arg[5]

local raw = {}
for line in assert(io.popen(("'%s' '%s'"):format(ping, ping32))):lines() do
  local name, microseconds = line:match "^(.-)\t(.+)$"
  raw[name] = tonumber(microseconds)
end

local function open(file, options)
  local lib = ct.CDLL(file, options)
  lib.add.restype, lib.add.argtypes = ct.c_int, { ct.c_int, ct.c_int }
  return lib
end

local lib = open(path)
local add = lib.add
-- The best of some rounds of microseconds for a call.
local function microseconds(f, ...)
  local best = math.huge
  for _ = 1, 3 do
    best = math.min(best, ct.time(f, ...) / 1e3)
  end
  return best
end

local met, missed = 0, 0
local function row(name, value, unit, target, note)
  local verdict = ""
  if target then
    local reached = value <= target
    met, missed = met + (reached and 1 or 0), missed + (reached and 0 or 1)
    verdict = ("at most %.3g: %s"):format(target, reached and "met" or "missed")
  end
  print(("%-44s%10.2f %-3s  %-26s%s"):format(name, value, unit, verdict, note or ""))
end

print "Libraries in a 32-bit process; wall-clock time, the best of three rounds.\n"
row("raw message and answer over a socket pair", raw.socket, "us")
row("raw copy of 64 MiB into shared memory", raw.copy / 1e3, "ms")

local call = microseconds(add, 1, 2)
row("add(int, int), shared memory", call, "us", 2, "with two processors free")
row("the same library isolated in 64 bits", microseconds(open(twin, { isolate = true }).add, 1, 2), "us")

local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.each.argtypes = { F, ct.c_int }
local f = F(function(n) return n end)
local calls = 1000
local callback = (microseconds(lib.each, f, calls) - microseconds(lib.each, f, 0)) / calls
row("a callback from there", callback, "us", 1.3 * call, "1.3 x add")

local batch = microseconds(function()
  bridge.batch(lib, function(note)
    for n = 1, 1000 do note(add, n, n) end
  end)
end) / 1000
row("one of a batch of 1000 adds", batch, "us", 1)

lib.somewhere.restype = ct.POINTER(ct.c_char)
local there = lib.somewhere()
row("reading 64 bytes over there", microseconds(ct.string_at, there, 64), "us", 3)

-- What C may not write goes there only; what it may write is compared when it comes back.
local into = ct.symbol(lib, "first")
into.restype, into.argtypes = ct.c_double, { ct.const_char_p }
local text = ("\0"):rep(64 << 20)
row("64 MiB in", microseconds(into, text) / 1e3, "ms", 1.5 * raw.copy / 1e3, "1.5 x raw copy")
lib.first.restype, lib.first.argtypes = ct.c_double, { ct.POINTER(ct.c_double) }
local items = (ct.c_double * (8 << 20))()
row("64 MiB in and out, unchanged", microseconds(lib.first, items) / 1e3, "ms")
text, items = nil, nil
collectgarbage()

local start = microseconds(function()
  bridge.kill(lib)
  add(1, 2)
end) / 1e3
row("from nothing to the first result", start, "ms", 10)

local function megabytes_of(pid)
  for line in io.lines(("/proc/%d/status"):format(pid)) do
    local kilobytes = line:match "^VmRSS:%s+(%d+)"
    if kilobytes then return kilobytes / 1024 end
  end
end
bridge.kill(lib)
add(1, 2)
row("resident memory of the bridge", megabytes_of(bridge.info(lib).pid), "MB", 6)
local file = assert(io.open(program, "rb"))
row("size of the bridge's program", file:seek "end" / (1 << 20), "MB", 4)
file:close()

-- The socket alone: a new bridge that is told so.
local moonglue = arg[-1]
local script = ([[local ct = require 'ctypes'
  local add = ct.CDLL(arg[1]).add
  add.restype, add.argtypes = ct.c_int, { ct.c_int, ct.c_int }
  local best = math.huge
  for _ = 1, 3 do best = math.min(best, ct.time(add, 1, 2)) end
  print(best / 1e3)]]):gsub("\n%s*", " ")
local pipe = assert(io.popen(('MOONGLUE_BRIDGE_TRANSPORT=socket %s -e "%s" - "%s" < /dev/null'):format(moonglue, script, path)))
local socket = tonumber(pipe:read "a")
pipe:close()
if socket then row("add(int, int), the socket alone", socket, "us", 1.5 * raw.socket, "1.5 x raw message") end

local msl = io.popen(("python3 '%s/msl_rows.py' '%s' 2>/dev/null"):format(arg[0]:match "^(.*)/" or ".", path))
local theirs = msl and tonumber(msl:read "a")
if theirs then
  row("add(int, int) through msl-loadlib", theirs, "us", nil, ("%.0f times ours"):format(theirs / call))
else
  print "msl-loadlib does not run here: its row stays empty (pip install msl-loadlib; its server wants lib32z1)"
end
print(("\n%d targets met, %d missed"):format(met, missed))
