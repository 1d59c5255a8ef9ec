--| 5 7 33 99 1
--| 1 5 7 33 99
--| pear fig apple date
--| fig date pear apple
--| found date at 1
--| the comparator said: cannot compare 33
-- Sorts C memory with libc's qsort and a comparator written in Lua, then searches it with bsearch.
local ct = require "ctypes"

local libc = ct.CDLL(ct.find_library "c")

-- int (*)(const int *, const int *)
local CompareInts = ct.CFUNCTYPE(ct.c_int, ct.POINTER(ct.c_int), ct.POINTER(ct.c_int))

local qsort = libc.qsort
qsort.restype = nil
qsort.argtypes = { ct.c_void_p, ct.c_size_t, ct.c_size_t, CompareInts }

local numbers = (ct.c_int * 5)(5, 7, 33, 99, 1)
print(table.concat(numbers:totable(), " "))
qsort(numbers, #numbers, ct.sizeof(ct.c_int), CompareInts(function(a, b) return a[0] - b[0] end))
print(table.concat(numbers:totable(), " "))

-- A second function object for the same symbol, because this comparator takes pointers to strings.
local CompareWords = ct.CFUNCTYPE(ct.c_int, ct.POINTER(ct.c_char_p), ct.POINTER(ct.c_char_p))

local sort_words = ct.symbol(libc, "qsort")
sort_words.restype = nil
sort_words.argtypes = { ct.c_void_p, ct.c_size_t, ct.c_size_t, CompareWords }

local words = (ct.c_char_p * 4) { "pear", "fig", "apple", "date" }
print(table.concat(words:totable(), " "))
-- qsort does not keep the order of equal items, so the comparator breaks ties.
local by_length_then_name = CompareWords(function(a, b)
  if #a[0] ~= #b[0] then return #a[0] - #b[0] end
  return a[0] < b[0] and -1 or a[0] > b[0] and 1 or 0
end)
sort_words(words, #words, ct.sizeof(ct.c_char_p), by_length_then_name)
print(table.concat(words:totable(), " "))

-- void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*)(const void *, const void *))
local bsearch = libc.bsearch
bsearch.restype = ct.POINTER(ct.c_char_p)
bsearch.argtypes = { ct.c_void_p, ct.c_void_p, ct.c_size_t, ct.c_size_t, CompareWords }
local key = ct.c_char_p "date"
local found = bsearch(ct.byref(key), words, #words, ct.sizeof(ct.c_char_p), by_length_then_name)
if found then
  local first = ct.cast(words, ct.POINTER(ct.c_char_p))
  print(("found %s at %d"):format(found[0], found - first))
end

-- An error in the comparator comes out of the call that led to it.
local ok, err = pcall(qsort, numbers, #numbers, ct.sizeof(ct.c_int), function(a, b)
  if a[0] == 33 or b[0] == 33 then error("cannot compare 33", 0) end
  return a[0] - b[0]
end)
print("the comparator said: " .. tostring(ok or err))
