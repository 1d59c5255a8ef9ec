--- needs: gcc
--| 17 refused
-- What function objects and their arguments refuse.
local ct = require "ctypes"
local s = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local I = ct.c_int
local P = ct.POINTER(ct.c_int)
local refused = 0
local function expect(kind, what, f, ...)
  local ok, e = pcall(f, ...)
  if not ok and e.kind == kind then
    refused = refused + 1
  else
    print(what, "expected " .. kind, ok and "nothing was raised" or tostring(e))
  end
end
expect("ArgumentError", "table arg", s.add, {}, 1)
expect("TypeError", "argtypes 5", function() s.add.argtypes = 5 end)
expect("TypeError", "argtypes item", function() s.add.argtypes = { 5 } end)
expect("TypeError", "restype 5", function() s.add.restype = 5 end)
expect("TypeError", "errcheck 5", function() s.add.errcheck = 5 end)
expect("AttributeError", "fn.nope", function() s.add.nope = 5 end)
s.halve.argtypes = { ct.c_double }
expect("ArgumentError", "too few", s.halve)
expect("ArgumentError", "str for double", s.halve, "1")
s.count_bytes.argtypes = { ct.c_char_p }
expect("ArgumentError", "int for char_p", s.count_bytes, 5)
expect("ArgumentError", "wchar array for char_p", s.count_bytes, ct.create_unicode_buffer "x")
s.is_null.argtypes = { ct.c_void_p }
expect("ArgumentError", "float for void_p", s.is_null, 1.5)
expect("ArgumentError", "c_int for void_p", s.is_null, I(1))
s.sum_ints.argtypes = { P, I }
expect("ArgumentError", "wrong ptr", s.sum_ints, ct.pointer(ct.c_short(1)), 1)
expect("ArgumentError", "int for ptr", s.sum_ints, 5, 1)
s.add.argtypes = { I, I }
expect("ArgumentError", "c_double obj for int", s.add, ct.c_double(1), 1)
expect("ArgumentError", "nil for int", s.add, nil, 1)
expect("ArgumentError", "bool for int", s.add, true, 1)
print(refused .. " refused")
