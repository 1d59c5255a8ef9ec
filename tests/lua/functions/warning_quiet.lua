--- needs: gcc
--| -1	0	2147483647
--| -2147483648
-- Results that look like an int raise no warning, negative ones included.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
print(lib.echo_int(-1), lib.echo_int(0), lib.echo_int(2147483647))
print(lib.echo_int(-2147483648))
