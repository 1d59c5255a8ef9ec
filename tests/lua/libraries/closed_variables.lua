--- needs: gcc
--- bridge: none variables of another process are views, which know their process
--| a variable of a closed library	a variable of a closed library
--| TypeError: expected a simple C object, got a variable of a closed library
--| TypeError: expected an array, got a variable of a closed library
--| TypeError: string_at: argument 1: expected an address, pointer or array, got a variable of a closed library
-- A variable of a library that was closed says so, whatever its type was.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local counter = ct.c_int:in_dll(lib, "counter")
local items = (ct.c_double * 4):in_dll(lib, "table")
ct.close(lib)
print(counter, items)
print((select(2, pcall(function() return counter.value end))))
print((select(2, pcall(function() return items[0] end))))
print((select(2, pcall(ct.string_at, items, 1))))
