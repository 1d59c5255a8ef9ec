--| true
--| nothing crashed
-- Random values in random places: each is refused or works. What reads through made-up addresses stays out.
local ct = require "ctypes"
math.randomseed(20261125)
local S = ct.Structure("S", { { "a", ct.c_int }, { "b", ct.c_double }, { "c", ct.c_char * 4 }, { "d", ct.c_uint, 3 } })
local types = { S, ct.Union("U", { { "i", ct.c_int }, { "s", S } }), ct.Structure("Later"), S * 2, ct.c_int * 3, ct.c_int * 2 * 2,
  ct.c_char * 5, ct.c_wchar * 2, ct.c_double * 0, ct.c_int.__ctype_be__, ct.POINTER(S), ct.POINTER(ct.c_int) }
for _, name in ipairs { "c_bool", "c_char", "c_wchar", "c_byte", "c_ushort", "c_int", "c_ulong", "c_float", "c_double", "c_longdouble",
  "c_double_complex", "void" } do types[#types + 1] = ct[name] end
local plain = { 0, 1, -1, 3, 255, 1 << 62, math.maxinteger, math.mininteger, 0.5, 1e300, 1 / 0, 0 / 0, "", "a", "a\0b", "é", "\xff", true,
  function() return 1 end, coroutine.create(print), io.stdout }
local names = { "value", "raw", "contents", "a", "b", "d", "i", "s", "_fields_", "_type_", "_length_", "__name", "nope", "slice", "offset",
  "size", "__index", 0, 1, -1, 1.0 }
local functions = { "sizeof", "alignment", "addressof", "byref", "pointer", "POINTER", "create_string_buffer", "create_unicode_buffer",
  "resize", "is_null", "u64", "complex", "layout", "Structure", "Union", "BigEndianStructure", "CFUNCTYPE", "inout", "out", "find_library" }
local methods = { "slice", "fill", "set", "copy", "totable", "iter" }
local pool = { ct.c_int(1), S(), (ct.c_int * 3)() }
local function pick(from) return from[math.random(#from)] end
local function value(depth)
  local choice = math.random(8)
  if choice <= 3 then return pick(plain) end
  if choice <= 5 then return pick(pool) end
  if choice == 6 then return pick(types) end
  if choice == 7 and depth > 0 then
    local t = {}
    for i = 1, math.random(0, 4) do t[math.random(3) > 1 and i or pick { "a", "b", "i", "x" }] = value(depth - 1) end
    return t
  end
end
local worked = 0
local function try(f, ...)
  local ok, result = pcall(f, ...)
  if not ok then return end
  worked = worked + 1
  if type(result) == "userdata" then pool[#pool < 50 and #pool + 1 or math.random(50)] = result end
end
-- p[i] is as unchecked as it is in C.
local function is_raw(object) return not pcall(ct.sizeof, object) or tostring(object):find "LP_" or tostring(object):find "^byref" end
for step = 1, 20000 do
  local choice, a, b, c = math.random(6), value(2), value(2), value(2)
  local object, name = pick(pool), pick(names)
  if choice == 1 then try(pick(types), a, b, c)
  elseif choice == 2 then try(ct[pick(functions)], a, b, c)
  elseif is_raw(object) then try(tostring, object)
  elseif choice == 3 then try(function() return object[name] end)
  elseif choice == 4 then try(function() object[name] = a end)
  elseif choice == 5 then try(function() return object[pick(methods)](object, a, b, c) end)
  else try(function() return #object + #tostring(object) end) end
  if step % 100 == 0 then collectgarbage() end
end
print(worked > 1000)
print "nothing crashed"
