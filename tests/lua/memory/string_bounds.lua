--| 4	4
--| string_at: argument 1: 5 bytes are more than the string's 3
--| memoryview_at: argument 1: 5 bytes are more than the string's 3
--| memmove: argument 2: 5 bytes are more than the string's 3
--| string_at: argument 1: 1099511627776 bytes are more than the string's 3
--| true	string_at: argument 1 is NULL
-- A Lua string that stands for memory has the bytes of its text and the NUL behind them, no more.
local ct = require "ctypes"
local function text(f, ...) return (select(2, pcall(f, ...)).message) end
print(#ct.string_at("abc", 4), #ct.memoryview_at("abc", 4))
print(text(ct.string_at, "abc", 5))
print(text(ct.memoryview_at, "abc", 5))
print(text(ct.memmove, ct.create_string_buffer(9), "abc", 5))
print(text(ct.string_at, "abc", 1 << 40))
-- Nothing of a NULL is nothing: an empty buffer of C's may have no address.
print(ct.string_at(nil, 0) == "", text(ct.string_at, nil, 1))
