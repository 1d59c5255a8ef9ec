--- env: TZ=UTC
--| tm{tm_sec=31, tm_min=31, tm_hour=23, tm_mday=13, tm_mon=1, tm_year=109, tm_wday=5, tm_yday=43, tm_isdst=0}
--| Friday, 13 February 2009, 23:31:31
--| and back again: 1234567891
--| a day later it was Saturday
--| the clock runs: true
-- Dates through the C library: time, gmtime_r, strftime and timegm, with its struct tm.
local ct = require "ctypes"

local libc = ct.CDLL(ct.find_library "c")

-- struct tm as glibc, musl and macOS have it, without the two members behind these that portable programs do not touch.
local tm = ct.Structure("tm", {
  { "tm_sec", ct.c_int },
  { "tm_min", ct.c_int },
  { "tm_hour", ct.c_int },
  { "tm_mday", ct.c_int },
  { "tm_mon", ct.c_int },
  { "tm_year", ct.c_int },
  { "tm_wday", ct.c_int },
  { "tm_yday", ct.c_int },
  { "tm_isdst", ct.c_int },
})
-- C may write the members we left out, so what is passed to it has room for them.
local room = ct.Structure("tm_with_zone", { { "gmtoff", ct.c_long }, { "zone", ct.c_void_p } }, { base = tm })

local function declare(name, restype, ...)
  local fn = libc[name]
  fn.restype, fn.argtypes = restype, { ... }
  return fn
end

local time = declare("time", ct.c_time_t, ct.POINTER(ct.c_time_t))
local gmtime_r = declare("gmtime_r", ct.c_void_p, ct.POINTER(ct.c_time_t), ct.POINTER(room))
local strftime = declare("strftime", ct.c_size_t, ct.c_void_p, ct.c_size_t, ct.c_char_p, ct.POINTER(room))
local timegm = declare("timegm", ct.c_time_t, ct.POINTER(room))

local function formatted(format, when)
  local buffer = ct.create_string_buffer(64)
  local length = strftime(buffer, #buffer, format, ct.byref(when))
  return ct.string_at(buffer, length)
end

local seconds = ct.c_time_t(1234567891)
local when = room()
gmtime_r(ct.byref(seconds), ct.byref(when))
print(tm:from_buffer_copy(when))
print(formatted("%A, %d %B %Y, %H:%M:%S", when))
print("and back again: " .. timegm(ct.byref(when)))

-- timegm repairs a date that is out of its month.
when.tm_mday = when.tm_mday + 1
timegm(ct.byref(when))
print("a day later it was " .. formatted("%A", when))

print("the clock runs: " .. tostring(time(nil) > seconds.value))
