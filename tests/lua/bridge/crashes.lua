--- needs: gcc
--! out of cheese
--! terminate called after throwing
--| Crash SIGSEGV crash_segv libcrash.so: crash_segv: the bridge (pid N) died of SIGSEGV at address 0x0 in crash_segv of libcrash.so
--| Crash SIGSEGV crash_segv libcrash.so: crash_segv: the bridge (pid N) died of SIGSEGV at address 0x10 in crash_segv of libcrash.so
--| Crash SIGABRT crash_abort libcrash.so: crash_abort: the bridge (pid N) died of SIGABRT in crash_abort of libcrash.so
--| Crash SIGABRT crash_abort_saying libcrash.so: crash_abort_saying: the bridge (pid N) died of SIGABRT in crash_abort_saying of libcrash.so
--| Exit 3 crash_exit libcrash.so: crash_exit: the bridge (pid N) ended because exit(3) was called in crash_exit of libcrash.so
--| Exit 0 crash_exit libcrash.so: crash_exit: the bridge (pid N) ended because exit(0) was called in crash_exit of libcrash.so
--| Exit 5 crash_exit_at_once libcrash.so: crash_exit_at_once: the bridge (pid N) ended with exit code 5 in crash_exit_at_once of libcrash.so
--| Crash SIGFPE crash_divide libcrash.so: crash_divide: the bridge (pid N) died of SIGFPE in crash_divide of libcrash.so
--| Crash SIGSEGV crash_overflow libcrash.so: crash_overflow: the bridge (pid N) died of SIGSEGV at address HIGH in crash_overflow of libcrash.so
--| Crash SIGABRT crash_heap libcrash.so: crash_heap: the bridge (pid N) died of SIGABRT in crash_heap of libcrash.so
--| Crash SIGKILL crash_kill libcrash.so: crash_kill: the bridge (pid N) died of SIGKILL in crash_kill of libcrash.so
--| Crash SIGTERM crash_kill libcrash.so: crash_kill: the bridge (pid N) died of SIGTERM in crash_kill of libcrash.so
--| Crash SIGSEGV crash_segv libcrash.so: crash_in_thread: the bridge (pid N) died of SIGSEGV at address 0x10 in crash_segv of libcrash.so, called by crash_in_thread of libcrash.so
--| Crash SIGSEGV crash_in_thread libcrash.so: crash_in_thread: the bridge (pid N) died of SIGSEGV in crash_in_thread of libcrash.so
--| Crash SIGABRT crash_in_thread libcrash.so: crash_in_thread: the bridge (pid N) died of SIGABRT in crash_in_thread of libcrash.so
--| Crash SIGABRT throw_uncaught libthrows.so: throw_uncaught: the bridge (pid N) died of SIGABRT in throw_uncaught of libthrows.so
--| Crash SIGABRT throw_through_noexcept libthrows.so: throw_through_noexcept: the bridge (pid N) died of SIGABRT in throw_through_noexcept of libthrows.so
-- A library that ends its process is an error that says how and where; the next call finds a new process. Other bridges do
-- not notice, and neither does this one.
local ct = require "ctypes"
local bridge = require "bridge"

local function end_of(fn, ...)
  local ok, e = pcall(fn, ...)
  assert(not ok and e.kind == "BridgeError", e)
  local r = e.remote
  local text = e.message:gsub("pid %d+", "pid N"):gsub("address 0x%x%x%x%x%x%x+", "address HIGH")
  assert(r.pid > 0 and r.message)
  return table.concat({ r.kind, r.signal_name or r.code, r.func, r.module }, " ") .. ": " .. text
end

local seen = {}
for bits, options in pairs { [32] = {}, [64] = { isolate = "victims" } } do
  local folder = os.getenv(bits == 32 and "MOONGLUE_FIXTURES32" or "MOONGLUE_FIXTURES")
  local lib, throws = ct.CDLL(folder .. "/libcrash.so", options), ct.CDLL(folder .. "/libthrows.so", options)
  local bystander = ct.CDLL(folder .. "/libscalars.so", { isolate = true })
  lib.crash_segv.argtypes = { ct.c_void_p }
  local pid, text = bridge.info(bystander).pid, {}
  for _, call in ipairs {
    { lib.crash_segv, nil },
    { lib.crash_segv, 16 },
    { lib.crash_abort },
    { lib.crash_abort_saying, "out of cheese\n" },
    { lib.crash_exit, 3 },
    { lib.crash_exit, 0 },
    { lib.crash_exit_at_once, 5 },
    { lib.crash_divide, 1, 0 },
    { lib.crash_overflow, 0 },
    { lib.crash_heap },
    { lib.crash_kill, 9 },
    { lib.crash_kill, 15 },
    { lib.crash_in_thread, "fault" },
    { lib.crash_in_thread, "overflow" },
    { lib.crash_in_thread, "abort" },
    { throws.throw_uncaught, "thrown" },
    { throws.throw_through_noexcept, "thrown" },
  } do
    text[#text + 1] = end_of(table.unpack(call, 1, 3))
    assert(lib.crash_add(1, 2) == 3)
  end
  assert(bystander.add(3, 4) == 7 and bridge.info(bystander).pid == pid and bridge.info(lib).generation == 18)
  seen[bits] = table.concat(text, "\n")
end
print(seen[32])
assert(seen[32] == seen[64], seen[64])
