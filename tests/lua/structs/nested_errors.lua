--| TypeError	true
--| AttributeError	true
--| OverflowError	true
--| IndexError	true
--| TypeError	true
-- An error inside nested initialisers keeps its kind and tells the path to the place.
local ct = require "ctypes"
local Phone = ct.Structure("Phone", { { "area", ct.c_ubyte }, { "digits", ct.c_int * 3 } })
local Person = ct.Structure("Person", { { "age", ct.c_int }, { "phone", Phone } })
local function try(path, ...)
  local ok, e = pcall(Person, ...)
  assert(not ok, "nothing was raised")
  print(e.kind, e.message:find(path, 1, true) ~= nil or e.message)
end
try("Person.phone.area", { phone = { area = "x" } })
try("Person.phone", { phone = { aera = 1 } })
try("Person.phone.area", { 30, { 300 } })
try("Person.phone.digits", { 30, { 1, { 1, 2, 3, 4 } } })
try("Person.phone", { 30, { 1, {}, 3 } })
