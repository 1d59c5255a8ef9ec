--- bridge: none it names the machine of this process
--| OSError	true
--| OSError	true
--| OSError
--| OSError
--| OSError
-- Files that are libraries for something else, or no libraries at all.
local ct = require "ctypes"
local path = os.tmpname()
local function try(bytes, ...)
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
  local ok, e = pcall(ct.CDLL, path, { bridge = "never" })
  assert(not ok, "it was loaded")
  return e
end
-- The head of a 32-bit x86 shared object, with one segment.
local elf32 = "\127ELF\1\1\1\0" .. ("\0"):rep(8)
  .. string.pack("<I2I2I4I4I4I4I4I2I2I2I2I2I2", 3, 3, 1, 0, 52, 0, 0, 52, 32, 1, 40, 0, 0)
  .. string.pack("<I4I4I4I4I4I4I4I4", 1, 0, 0, 0, 84, 84, 4, 4096)
local e = try(elf32)
print(e.kind, e.message:find("32%-bit") ~= nil)
-- The head of a 64-bit Windows library.
local pe = "MZ" .. ("\0"):rep(58) .. string.pack("<I4", 64) .. "PE\0\0" .. string.pack("<I2I2I4I4I4I2I2", 0x8664, 0, 0, 0, 0, 240, 0x2022)
  .. string.pack("<I2", 0x20B) .. ("\0"):rep(238)
e = try(pe)
print(e.kind, e.message:find "Windows" ~= nil)
print(try("just some text\n").kind)
print(try("").kind)
print(try(elf32:sub(1, 20)).kind)
os.remove(path)
