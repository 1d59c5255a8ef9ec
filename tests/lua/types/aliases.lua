--| ok
-- A fixed-size name is the platform's type itself, not a copy of it. `c_int64` is the type that has 64 bits on every platform.
local ct = require "ctypes"
local same = {
  { "c_int8", "c_byte" }, { "c_uint8", "c_ubyte" }, { "c_int16", "c_short" }, { "c_uint16", "c_ushort" },
  { "c_int32", "c_int" }, { "c_uint32", "c_uint" }, { "c_int64", "c_longlong" }, { "c_uint64", "c_ulonglong" },
  { "c_size_t", "c_ulong" }, { "c_ssize_t", "c_long" }, { "c_intptr_t", "c_long" }, { "c_uintptr_t", "c_ulong" },
}
for _, pair in ipairs(same) do
  assert(rawequal(ct[pair[1]], ct[pair[2]]), pair[1] .. " is not " .. pair[2])
end
assert(ct.c_int ~= ct.c_uint and ct.c_long ~= ct.c_ulong)
print "ok"
