--- needs: gcc
--| 10
--| ArgumentError	true	true
--| ArgumentError
--| 1
-- An argtypes entry may be any table with from_param(value).
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
local Words = { from_param = function(value) return ({ two = 2, eight = 8 })[value] or error("no such word: " .. tostring(value), 0) end }
lib.add.argtypes = { Words, Words }
print(lib.add("two", "eight"))
local ok, e = pcall(lib.add, "two", "nine")
print(e.kind, e.message:find("argument 2", 1, true) ~= nil, e.message:find("no such word: nine", 1, true) ~= nil)
local Bad = { from_param = function() return {} end }
lib.add.argtypes = { Bad, Bad }
print(select(2, pcall(lib.add, 1, 2)).kind)
-- nil is NULL.
lib.is_null.argtypes = { { from_param = function() return nil end } }
print(lib.is_null("anything"))
