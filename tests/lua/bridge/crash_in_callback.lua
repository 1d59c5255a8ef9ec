--- needs: gcc
--| crash	false	BridgeError: crash_divide: the bridge (pid N) died of SIGFPE in crash_divide of libcrash.so
--| inner	false	BridgeError: crash_divide: the bridge (pid N) died of SIGFPE in crash_divide of libcrash.so
--| caught	false	BridgeError: apply: the bridge (pid N) died of SIGFPE in crash_divide of libcrash.so
--| 1
--| 9	true
--| old function	false	BridgeError: c_int (*)(c_int): a pointer (ADDRESS in bridge N) is stale: the process it points into has ended
--| again	false	BridgeError: nest: the bridge (pid N) died of SIGFPE in crash_divide of libcrash.so
--| kill	false	BridgeError: apply: the bridge (pid N) was killed
--| shutdown	false	BridgeError: apply: the bridge (pid N) was shut down
--| false	ValueError: restart: a call is in progress
--| close	false	ValueError: close: libdistant.so is inside apply
--| 1
--| ValueError: callback made at bridge/crash_in_callback.lua:N: C called the callback made at bridge/crash_in_callback.lua:N, which was freed
--| 4	c_int_Array_4{77, 3, 2, 1}	77
--| sort	false	BridgeError: qsort: the bridge (pid N) died of SIGFPE in crash_divide of libcrash.so
--| c_int_Array_4{1, 2, 3, 77}
-- A process that ends while Lua runs in one of its callbacks: every call that it was in fails, whatever was called meanwhile.
local ct = require "ctypes"
local bridge = require "bridge"
local folder = os.getenv "MOONGLUE_FIXTURES32"
local lib, crash = ct.CDLL(folder .. "/libdistant.so"), ct.CDLL(folder .. "/libcrash.so")
local Unary = ct.CFUNCTYPE(ct.c_int, ct.c_int)
local apply, read = lib.apply, lib.read_int
apply.argtypes, read.argtypes = { Unary, ct.c_int }, { ct.POINTER(ct.c_int) }
local function say(name, ok, e)
  print(name, ok, (tostring(e):gsub("pid %d+", "pid N"):gsub("0x%x%x%x%x+", "ADDRESS"):gsub("bridge %d+", "bridge N"):gsub("/[^:]*/", "")))
end
local function fine()
  return apply(function(v)
    return v + 1
  end, 1) == 2
end
say("crash", pcall(apply, function()
  return crash.crash_divide(1, 0)
end, 5))
assert(fine())
say("caught", pcall(apply, function()
  say("inner", pcall(crash.crash_divide, 1, 0))
  return 1
end, 5))
assert(fine())
-- Called again from in there: that is another process already.
local numbers = (ct.c_int * 3)(1, 2, 3)
lib.nest.argtypes = { ct.CFUNCTYPE(ct.c_int, ct.c_int, Unary), ct.c_int }
say("again", pcall(lib.nest, function(_, triple)
  print(read(numbers))
  pcall(crash.crash_divide, 1, 0)
  numbers[0] = 9
  print(read(numbers), fine())
  say("old function", pcall(triple, 3))
  return 1
end, 5))
assert(fine())
say("kill", pcall(apply, function()
  bridge.kill(lib)
  return 1
end, 5))
say("shutdown", pcall(apply, function()
  bridge.shutdown(lib, 0.2)
  return 1
end, 5))
print(apply(function()
  print(pcall(bridge.restart, lib))
  say("close", pcall(ct.close, lib))
  return 1
end, 5))
lib.keep_call.argtypes = { Unary }
local callback = Unary(function(v)
  return v
end)
lib.keep_call(callback)
callback:free()
print((tostring(select(2, pcall(lib.kept_run, 1))):gsub(":%d+", ":N")))
assert(fine() and bridge.is_alive(lib))
-- What the outer call was given has no copy in the new process until it is given to that.
local libc = ct.CDLL("libc.so.6", { bridge = "i386-linux" })
local PI = ct.POINTER(ct.c_int)
libc.qsort.restype = nil
libc.qsort.argtypes = { PI, ct.c_size_t, ct.c_size_t, ct.CFUNCTYPE(ct.c_int, PI, PI) }
lib.write_int.restype, lib.write_int.argtypes = nil, { PI, ct.c_int }
local four, crashed = (ct.c_int * 4)(4, 3, 2, 1), false
say("sort", pcall(libc.qsort, four, 4, 4, function(a, b)
  if not crashed then
    crashed = true
    pcall(crash.crash_divide, 1, 0)
    local read_before = read(four)
    lib.write_int(four, 77)
    print(read_before, four, read(four))
  end
  return a[0] - b[0]
end))
libc.qsort(four, 4, 4, function(a, b)
  return a[0] - b[0]
end)
print(four)
