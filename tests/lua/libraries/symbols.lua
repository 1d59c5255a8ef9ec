--- needs: gcc g++
--| true	true
--| true
--| shapes::area(int, int)	shapes::Circle::size() const	nil
--| 6
--| TypeError
-- The exported names of a library; C++ ones can be called by their mangled name.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libnames.so")
local names, written = ct.symbols(lib)
local listed = {}
for _, name in ipairs(names) do listed[name] = true end
print(listed.plain_name, listed._ZN6shapes4areaEii)
print(not listed.malloc)
-- What their author wrote, beside them.
print(written._ZN6shapes4areaEii, written._ZNK6shapes6Circle4sizeEv, written.plain_name)
print(ct.symbol(lib, "_ZN6shapes4areaEii")(2, 3))
print(select(2, pcall(ct.symbols, 5)).kind)
