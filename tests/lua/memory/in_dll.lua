--- needs: gcc
--| 42	43	43
--| 100	101
--| 1.2.3
--| 2.5
--| AttributeError
--| TypeError
--| 5
--| nil
-- Exported variables are objects in the library's memory.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local counter = ct.c_int:in_dll(lib, "counter")
io.write(counter.value, "\t")
io.write(lib.bump_counter(), "\t")
print(counter.value)
counter.value = 100
print(counter.value, lib.bump_counter())
print(ct.c_char_p:in_dll(lib, "version_text").value)
print((ct.c_double * 4):in_dll(lib, "table")[2])
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(function() return ct.c_int:in_dll(lib, "countre") end))
print(kind(function() return ct.c_int:in_dll(lib, 5) end))
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int)
print(F:in_dll(lib, "current_operation")(2, 3))
print(ct.c_void_p:in_dll(lib, "null_variable").value)
