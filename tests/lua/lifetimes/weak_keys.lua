--| nil
--| true
-- Objects are collected when nothing reaches them, cycles through C memory included.
local ct = require "ctypes"
local weak = setmetatable({}, { __mode = "v" })
local N = ct.Structure("N")
N._fields_ = { { "next", ct.POINTER(N) } }
do
  local n = N()
  n.next = ct.pointer(n)
  weak.n = n
end
do
  local big = (ct.c_int * 1000)()
  weak.big = big
end
for _ = 1, 3 do collectgarbage() end
print(weak.big)
print(weak.n == nil)
