--- needs: gcc
--| 2000	true
--| ValueError	true
-- Callbacks that are made and freed in a loop leave nothing behind over there; C calling a freed one is told which it is.
local ct = require "ctypes"
local bridge = require "bridge"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libother_side.so")
local Trap = ct.Structure("Trap", { { "c", ct.c_byte }, { "d", ct.c_double }, { "i", ct.c_int } })
local Visitor = ct.CFUNCTYPE(ct.c_int, ct.POINTER(Trap), ct.c_void_p)
lib.visit.argtypes = { ct.POINTER(Trap), ct.c_int, Visitor, ct.c_void_p }
local traps, calls = (Trap * 1)(), 0
for _ = 1, 2000 do
  local visitor = Visitor(function()
    calls = calls + 1
    return 0
  end)
  lib.visit(traps, 1, visitor, nil)
  visitor:free()
end
print(calls, bridge.statistics(lib).live_callbacks < 100)

local kept = Visitor(function() return 0 end)
lib.keep_visitor.restype, lib.keep_visitor.argtypes = nil, { Visitor }
lib.keep_visitor(kept)
kept:free()
local ok, e = pcall(lib.call_visitor)
print(e.kind, e.message:find("freed_callbacks.lua:22, which was freed", 1, true) ~= nil)
