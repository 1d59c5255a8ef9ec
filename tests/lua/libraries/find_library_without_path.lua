--- env: PATH=/nonexistent
--| libm.so.6
-- With no program to be found at all.
print(require "ctypes".find_library "m")
