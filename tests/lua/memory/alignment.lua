--| 0 of 800 misaligned
-- Objects have the alignment of their types, wherever the allocator puts them.
local ct = require "ctypes"
local Wide = ct.Structure("Wide", { { "a", ct.c_double } }, { align = 64 })
local misaligned, junk = 0, {}
local function check(object, T)
  if ct.addressof(object) % ct.alignment(T) ~= 0 then misaligned = misaligned + 1 end
end
for i = 1, 200 do
  junk[i] = ct.create_string_buffer(i)
  check(ct.c_longdouble(), ct.c_longdouble)
  check(Wide(), Wide)
  check((Wide * 2)(), Wide)
  check(ct.c_longdouble_complex(), ct.c_longdouble_complex)
end
print(misaligned .. " of 800 misaligned")
