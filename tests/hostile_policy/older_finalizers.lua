--install
--raw
-- Finalizers older than the module run after its own: what they hold of it still works or says that it is closed.
local held = {}
late = setmetatable({}, { __gc = function()
  print(pcall(function() return held.T(5).value, ct.sizeof(held.T), tostring(held.o), held.o.a end))
  for _, f in ipairs { function() return held.f(-3) end, function() return held.callback(3) end, function() held.f.argtypes = {} end } do
    print((pcall(f)))
  end
end })
print(install())
ct = require "ctypes"
held.T = ct.c_int
held.f = ct.CDLL "libc.so.6".labs
held.callback = ct.CFUNCTYPE(ct.c_int, ct.c_int)(function(x) return x end)
held.o = ct.Structure("S", { { "a", ct.c_int } })(4)
--| true
--| true	5	4	S{a=4}	4
--| false
--| false
--| false
