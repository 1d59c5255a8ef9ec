-- Runs one row for one participant, so that somebody can count instructions: a few times, or often.
-- Arguments: fixture, peer module, participant, row, `few` or `many`. Prints how many operations that was.
local fixture_path, peer_path, name, wanted, times = table.unpack(arg)
local folder = arg[0]:match "^(.*)/" or "."
package.path = folder .. "/?.lua;" .. package.path
package.cpath = peer_path .. ";" .. package.cpath

-- Counted, a row takes fifty times as long as it does.
local sizes = require "sizes"
sizes.items, sizes.sorted = 10000, 2000

-- The few are enough to get machine code; the many, to spread the collector's cycles evenly.
local ONE_BY_ONE = { few = 2000, many = 52000 }
local BULK = { few = 2, many = 52 }
local SORT = { few = 2, many = 12 }

local participants = require "participants"
local participant = name == "hand" and participants.by_hand(require "peer") or participants.moonglue(fixture_path)
for _, row in ipairs(require "rows") do
  if row.name == wanted then
    local n = (row.elements == 1 and ONE_BY_ONE or row.elements == sizes.sorted and SORT or BULK)[times]
    row.make(participant)(n)
    print("operations", n * row.elements)
  end
end
