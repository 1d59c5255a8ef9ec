--- needs: gcc
--| 13 kinds of misuse, then: 5	2.5	3
-- One script full of mistakes, each caught, and everything still works afterwards.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
local a = (ct.c_int * 3)(1, 2, 3)
local p = Point(1, 2)
lib.halve.argtypes, lib.halve.restype = { ct.c_double }, ct.c_double
local mistakes = {
  { "ArgumentError", function() lib.halve "x" end },
  { "ArgumentError", function() lib.halve() end },
  { "TypeError", function() ct.c_int "5" end },
  { "TypeError", function() p.x = {} end },
  { "ValueError", function() ct.create_string_buffer(-1) end },
  { "IndexError", function() a[3] = 1 end },
  { "AttributeError", function() return p.z end },
  { "AttributeError", function() return lib.no_such_name end },
  { "OverflowError", function() p.x = 1 << 40 end },
  { "OSError", function() ct.CDLL "libnope.so.1" end },
  { "NullPointerError", function() return ct.POINTER(ct.c_int)()[0] end },
  { "NullPointerError", function() ct.CFUNCTYPE(nil)(0)() end },
  { "TypeError", function() ct.Structure("S", { { "x", 5 } }) end },
}
for round = 1, 20 do
  for _, mistake in ipairs(mistakes) do
    local ok, e = pcall(mistake[2])
    assert(not ok and e.kind == mistake[1], ("%s instead of %s"):format(not ok and tostring(e), mistake[1]))
    assert(tostring(e):sub(1, #e.kind + 2) == e.kind .. ": ", tostring(e))
  end
end
print(#mistakes .. " kinds of misuse, then: " .. lib.add(2, 3), lib.halve(5), a[0] + p.y)
