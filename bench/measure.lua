-- Timing of one loop. Processor time, not the clock on the wall, so that a busy machine disturbs less.
local measure = {}

-- How often to run `loop` so that one measurement takes about `seconds`.
function measure.count(loop, seconds)
  local n = 1
  while true do
    local start = os.clock()
    loop(n)
    local taken = os.clock() - start
    if taken >= seconds then return n end
    n = taken < seconds / 16 and n * 8 or math.ceil(n * seconds / taken * 1.1)
  end
end

-- Nanoseconds for one of n operations.
function measure.once(loop, n)
  local start = os.clock()
  loop(n)
  return (os.clock() - start) * 1e9 / n
end

return measure
