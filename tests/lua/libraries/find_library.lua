--| libm.so.6	libm.so.6	libm.so.6
--| libc.so.6	nil
--| true
--| TypeError
-- find_library gives a soname and starts no helper programs.
local ct = require "ctypes"
print(ct.find_library "m", ct.find_library "libm", ct.find_library "libm.so.6")
print(ct.find_library "c", ct.find_library "surely-there-is-no-such-library")
print(ct.util.find_library "m" == ct.find_library "m")
print(select(2, pcall(ct.find_library, 5)).kind)
