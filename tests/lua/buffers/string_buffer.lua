--| 10	
--| 6	hello	6
--| 10	hello
--| 5	hello
--| hello
--| 4
--| ValueError	ValueError	TypeError	TypeError
-- create_string_buffer: a size, or initial bytes, or both.
local ct = require "ctypes"
local b = ct.create_string_buffer(10)
print(ct.sizeof(b), b.value)
b = ct.create_string_buffer("hello")
print(#b, b.value, #b.raw)
b = ct.create_string_buffer("hello", 10)
print(#b, b.value)
-- Exactly the length: no room for the NUL, and none is written.
b = ct.create_string_buffer("hello", 5)
print(#b, b.value)
b[0] = "j"
b[0] = 104
print(b.value)
print(ct.sizeof(ct.create_string_buffer("a\0b")))
local function kind(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "nothing was raised")
  return e.kind
end
print(kind(ct.create_string_buffer, -1), kind(ct.create_string_buffer, "hello", 3), kind(ct.create_string_buffer),
  kind(ct.create_string_buffer, 1.5))
