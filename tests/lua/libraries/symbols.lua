--- needs: gcc g++
--| true	true
--| true
--| 6
--| TypeError
-- The exported names of a library; C++ ones can be called by their mangled name.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libnames.so")
local listed = {}
for _, name in ipairs(ct.symbols(lib)) do listed[name] = true end
print(listed.plain_name, listed._ZN6shapes4areaEii)
print(not listed.malloc)
print(ct.symbol(lib, "_ZN6shapes4areaEii")(2, 3))
print(select(2, pcall(ct.symbols, 5)).kind)
