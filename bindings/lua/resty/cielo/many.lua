-- What moves the calls of client:many inside nginx: a light thread for each that
-- is under way, and a semaphore by which they tell that they ended.

local core = require "cielo.core"
local runs = require "resty.cielo.run"
local has_semaphore, semaphore = pcall(require, "ngx.semaphore")

local ngx = ngx -- luacheck: read globals ngx
local max, min = math.max, math.min

-- Without ngx.semaphore, so often (ms) is looked whether one ended.
local POLL = 10

local many = {}

-- What this loop adds to the state of a client:many.
local function side_of(state)
  local side = state.nginx
  if not side then
    side = { threads = {}, ended = {},
             semaphore = has_semaphore and semaphore.new() or nil }
    state.nginx = side
  end
  return side
end

-- Whoever may take the outcome holds `self`, and this thread to its end.
local function run(side, ahead, self, call, handle, index)
  local done = { index, pcall(ahead, self, call, handle) }
  side.ended[#side.ended + 1] = done
  if side.semaphore then side.semaphore:post(1) end
end

-- A light thread that ended is a zombie until somebody waits for it: only who
-- began it may.
local function reap(side, index)
  local thread = side.threads[index]
  side.threads[index] = nil
  pcall(ngx.thread.wait, thread)
end

-- One that broke has its line.
local function drop(side, done)
  reap(side, done[1])
  if done[2] then runs.drop(done[3]) end
end

local function pause(side, wait)
  if #side.ended > 0 then return end
  if not side.semaphore then
    return ngx.sleep(max(min(wait, POLL), 1) / 1000)
  end
  side.semaphore:wait(max(wait, 1) / 1000)
end

-- The loop that cielo.many goes by. `ahead` takes a call of a client:many to its
-- end, as run.ahead does.
function many.loop(ahead)
  local loop = {}

  -- Starts what may start, and waits `wait` ms at most for one to end.
  function loop.advance(self, state, wait)
    local side, handle = side_of(state), core.handle(state.owner)
    local index, left = self:start()
    while index do
      side.threads[index] = ngx.thread.spawn(run, side, ahead, self,
        state.calls[index], handle, index)
      index, left = self:start()
    end
    if wait > 0 then pause(side, min(left or wait, wait)) end
  end

  -- The index of the next call that ended, and what its verb gives.
  function loop.ended(_, state)
    local side = side_of(state)
    local done = table.remove(side.ended, 1)
    if not done then return end
    reap(side, done[1])
    if not done[2] then error(done[3], 0) end
    return done[1], runs.take(done[3])
  end

  -- Ends what is under way, of which nobody but the log is told any more.
  function loop.finish(self, state)
    local side = side_of(state)
    self:run_out(0)
    while next(side.threads) do
      local done = table.remove(side.ended, 1)
      if done then drop(side, done) else pause(side, 1000) end
    end
  end

  return loop
end

return many
