--| close(-1) returned -1, errno 9: Bad file descriptor
--| set by the script: 2
--| open: No such file or directory (errno 2)
--| strtol: 42, errno 0
--| strtol: 9223372036854775807, errno 34: Numerical result out of range
-- C's errno, as a private copy that only calls of libraries opened with `use_errno` touch.
local ct = require "ctypes"

local libc = ct.CDLL(ct.find_library "c", { use_errno = true })
libc.strerror.restype = ct.c_char_p
libc.strerror.argtypes = { ct.c_int }

local result = libc.close(-1)
local errno = ct.get_errno()
print(("close(-1) returned %d, errno %d: %s"):format(result, errno, libc.strerror(errno)))

ct.set_errno(2)
print("set by the script: " .. ct.get_errno())

-- `errcheck` turns a failed call into a Lua error once and for all.
local function checked(value, fn)
  if value < 0 then
    local code = ct.get_errno()
    error(("%s: %s (errno %d)"):format(fn.name, libc.strerror(code), code), 0)
  end
  return value
end
libc.open.argtypes = { ct.c_char_p, ct.c_int }
libc.open.errcheck = checked
print(select(2, pcall(libc.open, "/no/such/file", 0)))

-- strtol reports a number that is too large only through errno, so it is cleared first.
libc.strtol.restype = ct.c_long
libc.strtol.argtypes = { ct.c_char_p, ct.POINTER(ct.c_char_p), ct.c_int }
for _, text in ipairs { "42", "99999999999999999999" } do
  ct.set_errno(0)
  local number = libc.strtol(text, nil, 10)
  local code = ct.get_errno()
  print(("strtol: %d, errno %d%s"):format(number, code, code ~= 0 and ": " .. libc.strerror(code) or ""))
end
