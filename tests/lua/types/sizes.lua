--| 1 1 4
--| 1 1 2 2 4 4 8 8 8 8
--| 1 1 2 2 4 4 8 8
--| 8 8 8 8 8
--| 4 8 16
--| 8 16 32
--| 8 8 8 8 4
--| 1	2	4	8	16	8
-- Sizes and alignments of all simple types on 64-bit Linux.
local ct = require "ctypes"
local function sizes(...)
  local t = {}
  for i, T in ipairs { ... } do t[i] = ct.sizeof(T) end
  print(table.concat(t, " "))
end
sizes(ct.c_bool, ct.c_char, ct.c_wchar)
sizes(ct.c_byte, ct.c_ubyte, ct.c_short, ct.c_ushort, ct.c_int, ct.c_uint, ct.c_long, ct.c_ulong, ct.c_longlong,
  ct.c_ulonglong)
sizes(ct.c_int8, ct.c_uint8, ct.c_int16, ct.c_uint16, ct.c_int32, ct.c_uint32, ct.c_int64, ct.c_uint64)
sizes(ct.c_size_t, ct.c_ssize_t, ct.c_intptr_t, ct.c_uintptr_t, ct.c_time_t)
sizes(ct.c_float, ct.c_double, ct.c_longdouble)
sizes(ct.c_float_complex, ct.c_double_complex, ct.c_longdouble_complex)
sizes(ct.c_char_p, ct.c_wchar_p, ct.c_void_p, ct.const_char_p, ct.HRESULT)
print(ct.alignment(ct.c_char), ct.alignment(ct.c_short), ct.alignment(ct.c_int), ct.alignment(ct.c_double),
  ct.alignment(ct.c_longdouble), ct.alignment(ct.c_double_complex))
