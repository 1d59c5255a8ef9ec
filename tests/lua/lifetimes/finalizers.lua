--| 5
--| 50
-- Objects used from finalizers, at the worst moment there is.
local ct = require "ctypes"
local seen = 0
local n = ct.c_int(5)
do
  local guard = setmetatable({}, { __gc = function()
    seen = n.value
    for _ = 1, 10 do ct.pointer(ct.c_int(1)) end
  end })
end
collectgarbage()
collectgarbage()
print(seen)
local count = 0
for i = 1, 50 do
  setmetatable({ ct.c_int(i) }, { __gc = function(o)
    o[1].value = o[1].value + 1
    count = count + 1
  end })
end
collectgarbage()
collectgarbage()
print(count)
-- And some that run when the state is closed.
KEPT = setmetatable({ ct.pointer(n), ct.create_string_buffer(10) }, { __gc = function(o) assert(o[1][0] == 5) end })
