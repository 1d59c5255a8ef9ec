-- What lies behind a Lua string is not read.
local ct = require "ctypes"
print(select(2, pcall(ct.string_at, "abc", 1 << 20)).kind)
print(select(2, pcall(ct.memoryview_at, "abc", 1 << 20)).kind)
print(ct.string_at("abc", 3))
--| IndexError
--| IndexError
--| abc
