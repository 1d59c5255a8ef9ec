--| in order: apple cherry fig pear
--| found fig, plum is missing
--| the thread was given 41, and answered 42
--| from a thread: no luck today
-- Lua functions that C calls: by libc's search trees, which keep what they are given, and from another thread.
local ct = require "ctypes"

local libc = ct.CDLL(ct.find_library "c")

-- int (*)(const void *, const void *) for keys that are strings
local Compare = ct.CFUNCTYPE(ct.c_int, ct.c_char_p, ct.c_char_p)
-- void (*)(const void *node, VISIT visit, int depth): a node begins with the pointer to its key
local Action = ct.CFUNCTYPE(nil, ct.POINTER(ct.c_char_p), ct.c_int, ct.c_int)
local POSTORDER, LEAF = 1, 3

for _, name in ipairs { "tsearch", "tfind" } do
  libc[name].restype = ct.POINTER(ct.c_char_p)
  libc[name].argtypes = { ct.c_void_p, ct.POINTER(ct.c_void_p), Compare }
end
libc.twalk.restype = nil
libc.twalk.argtypes = { ct.c_void_p, Action }

local function compare(a, b)
  return a < b and -1 or a > b and 1 or 0
end

-- The tree keeps addresses, so the script keeps the words.
local root, kept = ct.c_void_p(), {}
for i, word in ipairs { "pear", "apple", "fig", "cherry" } do
  kept[i] = ct.create_string_buffer(word)
  libc.tsearch(kept[i], ct.byref(root), compare)
end

local seen = {}
libc.twalk(root, function(node, visit)
  if visit == POSTORDER or visit == LEAF then seen[#seen + 1] = node[0] end
end)
print("in order: " .. table.concat(seen, " "))

local found = libc.tfind(ct.create_string_buffer "fig", ct.byref(root), compare)
local missing = libc.tfind(ct.create_string_buffer "plum", ct.byref(root), compare)
print(("found %s, plum is %s"):format(found[0], missing or "missing"))

-- A thread of C's own calls back while this one waits in pthread_join: the call is made there, with the Lua state handed over.
local Start = ct.CFUNCTYPE(ct.c_void_p, ct.c_void_p)
local create, join = libc.pthread_create, libc.pthread_join
create.argtypes = { ct.POINTER(ct.c_ulong), ct.c_void_p, Start, ct.c_void_p }
join.argtypes = { ct.c_ulong, ct.POINTER(ct.c_void_p) }

local function in_thread(f, argument)
  local thread, result = ct.c_ulong(), ct.c_void_p()
  local start = Start(f)
  assert(create(ct.byref(thread), nil, start, argument) == 0)
  join(thread, ct.byref(result))
  start:free() -- the thread is over, so C holds it no longer
  return result.value
end
print("the thread was given 41, and answered " .. in_thread(function(n) return n + 1 end, 41))

-- An error there is raised here, by the call that waited.
local ok, err = pcall(in_thread, function() error("no luck today", 0) end)
print("from a thread: " .. tostring(ok or err))
