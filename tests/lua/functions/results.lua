--- needs: gcc
--| 5
--| 0
--| hello	héllo	nil
--| 104
--| 12	0
--| true	nil
--| TypeError	TypeError
--| 5
-- restype: unset is int, nil and ct.void are void, a Lua function gets the int.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
print(lib.add(2, 3))
lib.nothing.restype = nil
print(select("#", lib.nothing()))
lib.greeting.restype, lib.wide_greeting.restype, lib.no_text.restype = ct.c_char_p, ct.c_wchar_p, ct.c_char_p
print(lib.greeting(), lib.wide_greeting(), lib.no_text())
lib.greeting.restype = ct.POINTER(ct.c_ubyte)
print(lib.greeting()[0])
lib.triple.restype = function(n) return n + 6 end
io.write(lib.triple(2), "\t")
lib.nothing.restype = ct.void
print(select("#", lib.nothing()))
lib.echo_pointer.restype = ct.c_void_p
print(math.type(lib.echo_pointer(ct.byref(ct.c_int(1)))) == "integer", lib.echo_pointer(nil))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() lib.add.restype = 5 end), kind(function() lib.add.restype = "int" end))
print(lib.add(2, 3))
