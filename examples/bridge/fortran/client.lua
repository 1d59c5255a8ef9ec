--- needs: gfortran
--| 60	16383	123456789	1152921504606846977
--| 12.0	2e+30
--| true	false
--| 3000	-1000
--| 2.4329020081766e+18	0.014622991279
--| !dlrow olleh
--| 2.738613
--| 4.0 4.0 4.0
--| 22.0 28.0
--| 49.0 64.0
--| BridgeError: sum_16bit: TypeError: c_short: expected c_short, got 0.5 (no exact integer)
-- A 32-bit library in Fortran, wrapped by a module that runs where the library does.
local bridge = require "bridge"

local here = arg[0]:match "^(.*)/" or "."
local build = dofile(here .. "/../build.lua")

local library, remove = build("gfortran", here .. "/library.f90")
local opened, fortran = pcall(bridge.Client, "server.lua", { args = { library = library } })
remove()
if not opened then error(fortran, 0) end

print(fortran:sum_8bit(-50, 110), fortran:sum_16bit(2 ^ 14, -1), fortran:sum_32bit(123456788, 1), fortran:sum_64bit(1 << 60, 1))
print(fortran:multiply_float32(0.5, 24.0), fortran:multiply_float64(1e30, 2.0))
print(fortran:is_positive(1.0), fortran:is_positive(-0.1))
print(fortran:add_or_subtract(1000, 2000, true), fortran:add_or_subtract(1000, 2000, false))
print(fortran:factorial(20), ("%.12f"):format(fortran:bessel_first(8.6)))
print(fortran:reverse_string "hello world!")
print(("%.6f"):format(fortran:standard_deviation { 1, 2, 3, 4, 5, 6, 7, 8, 9 }))
print(table.concat(fortran:add_arrays({ 1, 2, 3 }, { 3, 2, 1 }), " "))
for _, row in ipairs(fortran:matrix_multiply({ { 1, 2, 3 }, { 4, 5, 6 } }, { { 1, 2 }, { 3, 4 }, { 5, 6 } })) do
  print(table.concat(row, " "))
end

-- What does not fit a Fortran integer is an error over there.
print(select(2, pcall(fortran.sum_16bit, fortran, 0.5, 1)))
fortran:shutdown()
