--- needs: gcc
--| false	true
--| true	nil
--| true	true
--| table	5
--| TypeError	OverflowError	TypeError
--| 6
-- An error in a callback is raised again when the outer call returns; C gets zero meanwhile.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libcallbacks.so")
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int)
lib.count_up.argtypes, lib.call_twice.argtypes = { F, ct.c_int }, { F, ct.c_int }
local calls = 0
local ok, e = pcall(lib.count_up, function(i)
  calls = calls + 1
  if i == 0 then error "first" end
  error "later"
end, 3)
print(ok, tostring(e):find("first", 1, true) ~= nil)
print(calls > 0, tostring(e):find("later", 1, true))
-- Both tracebacks: where it was raised, and the call that it went through.
local function thrower() ct.c_int "x" end
local function outer() lib.call_twice(function(i) thrower() end, 1) end
ok, e = pcall(outer)
print(e.traceback:find("thrower", 1, true) ~= nil, e.traceback:find("call_twice", 1, true) ~= nil)
-- Any value can be raised, and stays what it is.
ok, e = pcall(lib.call_twice, function() error { code = 5 } end, 1)
print(type(e), e.code)
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(lib.call_twice, function() return "x" end, 1), kind(lib.call_twice, function() return 1 << 40 end, 1),
  kind(lib.call_twice, function() return {} end, 1))
print(lib.call_twice(function(i) return i + 1 end, 4))
