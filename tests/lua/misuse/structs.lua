--| 37 refused
-- What structures refuse: definitions, initialisers, fields.
local ct = require "ctypes"
local I = ct.c_int
local P = ct.POINTER(ct.c_int)
local S = ct.Structure("S", {
  { "x", I }, { "p", P }, { "name", ct.c_char * 6 }, { "w", ct.c_wchar * 3 }, { "f", ct.CFUNCTYPE(I, I) }, { "a", I * 2 },
})
local T2 = ct.Structure("T2", { { "x", I } })
local refused = 0
local function expect(kind, what, f, ...)
  local ok, e = pcall(f, ...)
  if not ok and e.kind == kind then
    refused = refused + 1
  else
    print(what, "expected " .. kind, ok and "nothing was raised" or tostring(e))
  end
end
expect("TypeError", "fields not seq", ct.Structure, "A", "x")
expect("TypeError", "fields bad item", ct.Structure, "A", { { "x", I, 3, 4 } })
expect("TypeError", "fields no type", ct.Structure, "A", { { "x", nil } })
expect("TypeError", "abstract", ct.Structure("A"))
expect("AttributeError", "fields final", function() T2._fields_ = { { "y", I } } end)
expect("AttributeError", "fields final after pointer use", function() T2._fields_ = {} end)
expect("ValueError", "pack 3", ct.Structure, "A", { { "x", I } }, { pack = 3 })
expect("ValueError", "pack -1", ct.Structure, "A", { { "x", I } }, { pack = -1 })
expect("ValueError", "align 3", ct.Structure, "A", { { "x", I } }, { align = 3 })
expect("ValueError", "pack huge", ct.Structure, "A", { { "x", I } }, { pack = 1 << 40 })
expect("ValueError", "align huge", ct.Structure, "A", { { "x", I } }, { align = 1 << 62 })
expect("ValueError", "layout", ct.Structure, "A", { { "x", I } }, { layout = "x" })
expect("TypeError", "anonymous not seq", ct.Structure, "A", { { "x", T2 } }, { anonymous = "x" })
expect("AttributeError", "anonymous unknown", ct.Structure, "A", { { "x", T2 } }, { anonymous = { "y" } })
expect("AttributeError", "anonymous scalar", ct.Structure, "A", { { "x", I } }, { anonymous = { "x" } })
expect("TypeError", "base", ct.Structure, "A", { { "x", I } }, { base = 5 })
expect("ValueError", "dup with base", ct.Structure, "A", { { "x", I } }, { base = T2 })
expect("TypeError", "BE pointer", ct.BigEndianStructure, "A", { { "x", P } })
expect("TypeError", "BE func", ct.BigEndianStructure, "A", { { "x", ct.CFUNCTYPE(I) } })
expect("TypeError", "too many init", T2, 1, 2)
expect("TypeError", "nested wrong struct", ct.Structure("O", { { "t", T2 } }), S())
expect("AttributeError", "read unknown", function() return S().zz end)
expect("AttributeError", "write unknown", function() S().zz = 1 end)
expect("TypeError", "field scalar str", function() S().x = "1" end)
expect("TypeError", "field scalar other obj", function() S().x = ct.c_short(1) end)
expect("ValueError", "char too long", function() S().name = "1234567" end)
expect("TypeError", "char int", function() S().name = 5 end)
expect("TypeError", "char nil", function() S().name = nil end)
expect("ValueError", "wchar too long", function() S().w = "abcd" end)
expect("TypeError", "ptr int", function() S().p = 5 end)
expect("TypeError", "ptr byref", function() S().p = ct.byref(I(1)) end)
expect("TypeError", "ptr pointee", function() S().p = I(1) end)
expect("TypeError", "ptr wrong array", function() S().p = (ct.c_byte * 2)() end)
expect("TypeError", "func wrong type", function() S().f = ct.CFUNCTYPE(ct.c_double)(print) end)
expect("TypeError", "func int", function() S().f = 5 end)
expect("AttributeError", "descriptor write", function() T2.x.size = 3 end)
expect("AttributeError", "type attr unknown", function() return T2.zz end)
print(refused .. " refused")
