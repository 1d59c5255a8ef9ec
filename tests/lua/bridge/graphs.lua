--- needs: gcc
--| 9.0	0.0	0.0	true
--| 6	3	1	0
--| two	one
--| 100000
-- Objects that point to others are followed; one object is one over there, rings included; what C changed comes back.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libother_side.so")
local Trap = ct.Structure("Trap", { { "c", ct.c_byte }, { "d", ct.c_double }, { "i", ct.c_int } })
local Owner = ct.Structure("Owner", { { "count", ct.c_int }, { "traps", ct.POINTER(Trap) }, { "name", ct.c_char_p } })
lib.owner_total.restype, lib.owner_total.argtypes = ct.c_double, { ct.POINTER(Owner) }
lib.owner_clear.restype, lib.owner_clear.argtypes = nil, { ct.POINTER(Owner) }
local traps = (Trap * 2)({ 1, 2.5, 3 }, { 4, 3.5, 6 })
local owner = Owner(2, traps, "abc")
local total = lib.owner_total(owner)
lib.owner_clear(ct.byref(owner))
print(total, traps[0].d, traps[1].d, owner.traps == nil)

local Node = ct.Structure("Node")
Node._fields_ = { { "value", ct.c_int }, { "next", ct.POINTER(Node) } }
lib.list_sum.argtypes, lib.ring_length.argtypes = { ct.POINTER(Node) }, { ct.POINTER(Node) }
local c = Node(3)
local b = Node(2, ct.pointer(c))
local a = Node(1, ct.pointer(b))
local sum = lib.list_sum(a)
c.next = ct.pointer(a)
lib.same_address.argtypes = { ct.c_void_p, ct.c_void_p }
print(sum, lib.ring_length(a), lib.same_address(ct.byref(a), ct.byref(a)), lib.same_address(ct.byref(a), ct.byref(b)))

local p, q = ct.c_char_p "one", ct.c_char_p "two"
lib.swap_pointers.restype, lib.swap_pointers.argtypes = nil, { ct.POINTER(ct.c_char_p), ct.POINTER(ct.c_char_p) }
lib.swap_pointers(ct.byref(p), ct.byref(q))
print(p.value, q.value)

local last
for _ = 1, 100000 do
  last = Node(1, last and ct.pointer(last))
end
print(lib.list_sum(last))
