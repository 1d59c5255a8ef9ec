-- What the examples beside this share: compiling a source into a 32-bit library, in a folder of its own.
local function build(compiler, source)
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute(("mkdir '%s'"):format(folder)))
  -- Compilers leave things where they run.
  local command = "source=$(realpath '%s') && cd '%s' && %s -m32 -O2 -fPIC -shared -o library.so \"$source\""
  local compiled = os.execute(command:format(source, folder, compiler))
  -- Once the library is loaded, nobody needs the file any more.
  local function remove()
    os.execute(("rm -r '%s'"):format(folder))
  end
  if not compiled then
    remove()
    error(compiler .. " -m32 refused " .. source, 0)
  end
  return folder .. "/library.so", remove
end

return build
