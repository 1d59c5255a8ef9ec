--- needs: gcc
--| float_complex	1.5	-2.5
--| double_complex	1.5	-2.5
--| longdouble_complex	1.5	-2.5
--| double_complex	3.0	0.0
--| ArgumentError
-- Complex arguments and results.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local function echo(name, value)
  local f = lib["echo_" .. name]
  f.argtypes, f.restype = { ct["c_" .. name] }, ct["c_" .. name]
  local z = f(value)
  print(name, z.re, z.im)
end
for _, name in ipairs { "float_complex", "double_complex", "longdouble_complex" } do echo(name, ct.complex(1.5, -2.5)) end
echo("double_complex", 3)
print(select(2, pcall(lib.echo_double_complex, "x")).kind)
