--| 5
--| text
--| 1 2 3
--| 7
--| 9
--| hello
-- Everything reachable through objects stays alive under full collections.
local ct = require "ctypes"
local function collect()
  collectgarbage()
  collectgarbage()
  -- Freed memory is likely to be taken by these.
  local junk = {}
  for i = 1, 200 do junk[i] = ct.create_string_buffer(("x"):rep(i % 40 + 1)) end
end
local p = ct.pointer(ct.c_int(5))
collect()
print(p[0])
local S = ct.Structure("S", { { "s", ct.c_char_p }, { "p", ct.POINTER(ct.c_int) } })
local s = S("te" .. "xt", (ct.c_int * 3)(1, 2, 3))
collect()
print(s.s)
print(table.concat(s.p:slice(0, 3), " "))
local a = (ct.POINTER(ct.c_int) * 2)()
a[1] = ct.pointer(ct.c_int(7))
collect()
print(a[1].contents.value)
local c = ct.cast(ct.pointer(ct.c_int(9)), ct.c_void_p)
collect()
print(ct.cast(c, ct.POINTER(ct.c_int))[0])
local text = ct.cast(ct.c_char_p("hel" .. "lo"), ct.POINTER(ct.c_char))
collect()
print(text:slice(0, 5))
