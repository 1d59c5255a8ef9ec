--| 55000 bytes became fewer than 1000, and 55000 again
--| the same text: true
--| crc32 of it: 0xf6467f6f
--| damaged: Z_DATA_ERROR
-- Packs and unpacks with zlib: buffers that C fills, an out parameter for the length, an error code checked once for every call.
local ct = require "ctypes"

local name = ct.find_library "z"
if not name then
  print "zlib is not installed (Debian: apt-get install zlib1g)"
  return
end
local zlib = ct.CDLL(name)

local results = { [0] = "Z_OK", [-2] = "Z_STREAM_ERROR", [-3] = "Z_DATA_ERROR", [-4] = "Z_MEM_ERROR", [-5] = "Z_BUF_ERROR" }

-- Every call of these functions is checked here, so that the ones below need not look at codes.
local function checked(result, fn)
  if result ~= 0 then error(results[result] or (fn.name .. " returned " .. result), 0) end
  return result
end

local Length = ct.POINTER(ct.c_ulong)
zlib.compressBound.restype = ct.c_ulong
zlib.compressBound.argtypes = { ct.c_ulong }
for _, fn in ipairs { zlib.compress, zlib.uncompress } do
  fn.argtypes = { ct.c_void_p, Length, ct.const_char_p, ct.c_ulong }
  fn.restype = ct.c_int
  fn.errcheck = checked
end
zlib.crc32.restype = ct.c_ulong
zlib.crc32.argtypes = { ct.c_ulong, ct.const_char_p, ct.c_uint }

local function compress(text)
  local length = ct.c_ulong(zlib.compressBound(#text))
  local buffer = ct.create_string_buffer(length.value)
  zlib.compress(buffer, ct.byref(length), text, #text)
  return ct.string_at(buffer, length.value)
end

-- zlib does not write down how long the text was: the caller has to know.
local function uncompress(packed, size)
  local length = ct.c_ulong(size)
  local buffer = ct.create_string_buffer(size)
  zlib.uncompress(buffer, ct.byref(length), packed, #packed)
  return ct.string_at(buffer, length.value)
end

local text = ("Moonglue calls C libraries from Lua, \0 bytes included.\n"):rep(1000)
local packed = compress(text)
local unpacked = uncompress(packed, #text)
print(("%d bytes became fewer than %d, and %d again"):format(#text, #packed < 1000 and 1000 or #packed, #unpacked))
print("the same text: " .. tostring(unpacked == text))
print(("crc32 of it: 0x%08x"):format(zlib.crc32(0, text, #text)))

local damaged = packed:sub(1, 20) .. ("?"):rep(#packed - 20)
local ok, err = pcall(uncompress, damaged, #text)
print("damaged: " .. tostring(ok or err))
