--- bridge: same it works with this process's sizes
--- needs: gcc
--| 1
--| true
--| true
-- A call whose restype was never set and whose result is no int warns once, naming the function.
if arg[1] == "child" then
  local ct = require "ctypes"
  local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
  lib.far_value()
  lib.far_value()
  lib.add(1, -5)
  lib.echo_int(-1)
  lib.nothing()
  lib.halve.restype = ct.c_double
  return
end
local child = assert(io.popen(('"%s" "%s" child 2>&1'):format(arg[-1], arg[0])))
local text = child:read "a"
local succeeded = child:close()
local warnings = 0
for line in text:gmatch "[^\n]+" do
  if line:find("far_value", 1, true) then warnings = warnings + 1 end
end
print(warnings)
print(text:find("restype", 1, true) ~= nil)
print(succeeded)
