-- Run before a script: every library it opens is opened in the bridge that GOLDEN_PLACE names.
local ct = require "ctypes"
local open = ct.CDLL
function ct.CDLL(name, options)
  local all = { bridge = os.getenv "GOLDEN_PLACE" }
  for key, value in pairs(options or {}) do
    all[key] = value
  end
  return open(name, all)
end
