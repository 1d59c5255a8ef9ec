--- needs: gcc
--| 32	32	1.5	7
--| TypeError	true
--| 1.5	7
-- A structure aligned beyond 16 bytes is laid out as C does it; as an argument it is refused, not guessed.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libbyvalue.so")
local Over32 = ct.Structure("Over32", { { "a", ct.c_double }, { "b", ct.c_int } }, { align = 32 })
local v = Over32(1.5, 7)
print(ct.sizeof(Over32), ct.alignment(Over32), v.a, v.b)
local function refused(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  print(e.kind, e.message:find("32 bytes", 1, true) ~= nil)
end
lib.check_Over32.argtypes = { ct.c_int, ct.c_double, Over32, ct.c_int, ct.c_float }
refused(lib.check_Over32, 11, 2.5, v, 13, 4.5)
lib.make_Over32.restype = Over32
local made = lib.make_Over32()
print(made.a, made.b)
