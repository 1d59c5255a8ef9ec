--- needs: gcc
--| 5	libscalars.so
--| 5	libscalars.so
--| OSError	true	true
--| OSError	true
-- The `.so` of a development package may be a text that tells the linker which library is meant: that one is loaded.
local ct = require "ctypes"
local fixtures = os.getenv "MOONGLUE_FIXTURES"
local folder = os.tmpname()
os.remove(folder)
assert(os.execute(("mkdir %s && cp %s/libscalars.so %s"):format(folder, fixtures, folder)))
local script = folder .. "/libmeant.so"
local function write(text)
  local file <close> = assert(io.open(script, "w"))
  file:write(text)
end
local function load()
  local lib = ct.CDLL(script)
  local sum, path = lib.add(2, 3), lib._path:match "[^/]+$"
  ct.close(lib)
  return sum, path
end
write(("/* GNU ld script */\nGROUP ( %s/libnone.so.9 AS_NEEDED ( %s/libscalars.so ) )\n"):format(folder, folder))
print(load())
-- Without a folder, the file beside it.
write "INPUT(libscalars.so -lnone)\n"
print(load())
-- With nothing to load, what was looked at.
write "INPUT(libnone.a libnone.so.9)\n"
local ok, problem = pcall(load)
print(problem.kind, problem.message:find("libmeant.so", 1, true) ~= nil, problem.message:find("libnone.so.9", 1, true) ~= nil)
-- One that names itself.
write "INPUT(libmeant.so)\n"
ok, problem = pcall(load)
print(problem.kind, not ok)
os.execute("rm -r " .. folder)
