-- Takes a call to its end inside nginx: the loop, its waits, and what becomes
-- of a call whose request ends before it does.

local attempts = require "cielo.attempts"
local core = require "cielo.core"
local hidden = require "cielo.hidden"
local disk = require "resty.cielo.disk"
local exchange = require "resty.cielo.exchange"
local log = require "resty.cielo.log"
local token = require "resty.cielo.token"
local has_semaphore, semaphore = pcall(require, "ngx.semaphore")

local ngx = ngx -- luacheck: read globals ngx
local now = core.now
local max, min = math.max, math.min

-- A waiter looks again so often (ms) even if nobody woke it: who should have
-- may have been ended by nginx.
local LOOK = 1000
-- Without ngx.semaphore waiters poll (ms).
local POLL = 20
-- A call is late when nobody came back to it so long (ms) after the time at
-- which its socket or sleep had to end; looked at so often (s), and in a worker
-- that leaves.
local GRACE, SWEEP, LEAVING = 250, 1, 0.5

local run = {}

-- What the calls of a client share, its with_options copies included.
function run.new_shared(options, client)
  return {
    pool_size = options.pool_size, backlog = options.backlog,
    idle_timeout = options.idle_timeout, dict = options.dict,
    pools = {}, targets = {}, sessions = {}, warned = {}, warnings = 0,
    wires = {}, waiting = 0,
    semaphore = has_semaphore and semaphore.new() or nil,
    disk = client:journal() and disk.new(options.journal_threads),
  }
end

-- ---- waiting ----

-- Wakes who waits for a token or a void of another call, when one ended. Of
-- those who wait a request that nginx drops is counted for good: the semaphore
-- knows better, and is asked where there may be any.
local function wake(shared, client)
  local sema = shared.semaphore
  if not sema or shared.waiting == 0 then return end
  local waiting = -sema:count()
  if waiting <= 0 then return end
  local epoch = client:epoch()
  if epoch ~= shared.epoch then
    shared.epoch = epoch
    sema:post(waiting)
  end
end

local function wait(job, left)
  local shared = job.shared
  local sema = shared.semaphore
  if left <= 0 then return end
  if not sema then return ngx.sleep(max(min(left, POLL), 1) / 1000) end
  if sema:count() >= 0 then shared.epoch = job.client:epoch() end
  shared.waiting = shared.waiting + 1
  sema:wait(max(min(left, LOOK), 1) / 1000)
  shared.waiting = shared.waiting - 1
end

-- ---- wires ----

-- So many that nobody uses are kept for the next calls.
local IDLE_WIRES = 64

local function take_wire(shared)
  local wires = shared.wires
  local count = #wires
  local wire = wires[count]
  if not wire then return core.wire() end
  wires[count] = nil
  return wire
end

-- A wire that was closed, as its call was taken, is nobody's any more.
local function leave_wire(job)
  local wire, wires = job.wire, job.shared.wires
  job.wire = nil
  if wire:forget() and #wires < IDLE_WIRES then wires[#wires + 1] = wire end
end

-- ---- the loop ----

local watch

local ENDED = "the request was ended by its host"

-- A call that lost its request reads back what it did, and writes no more.
local function refrain(job, writes)
  if job.lost and writes then job.call:on_failure("no", "cancelled", ENDED) end
  return job.lost and writes
end

local function send(job, hold, deadline, writes, asks_token, host, port, tls,
                    connect_timeout, bytes)
  local call, shared, wire = job.call, job.shared, job.wire
  if refrain(job, writes) then return end
  if writes then
    watch(job, hold)
    if job.calls then job.calls.writes = true end
  end
  if asks_token then
    if shared.dict then
      local answered, lease = token.answer(shared, call, deadline)
      if answered then return end
      job.lease = lease
    end
    bytes = wire:start(call)
  end
  local target = exchange.target(shared, host, port, tls, connect_timeout)
  job.sending = true
  local http_status = exchange.run(shared, call, wire, bytes, target, deadline,
    writes)
  job.sending = false
  if http_status == 401 and shared.dict then
    token.drop(shared, call)
  end
end

-- A write is on disk before it is sent: until then a request that ends takes
-- it along, unsent.
local function record(job, hold, deadline)
  local call, shared = job.call, job.shared
  if job.lost then return call:cancel() end
  watch(job, hold)
  local ticket, why = call:record_write()
  local is_safe = ticket == 0
  job.is_noted = ticket ~= nil
  if ticket and not is_safe then
    is_safe, why = disk.wait(shared.disk, job.client, ticket, deadline)
  end
  if is_safe then return call:on_record(true) end
  call:on_record(false, why or "the disk did not take it in time")
  log.warnings(call, shared)
end

-- What a step gave: false when the call is done.
local function follow(job, hold, deadline, left, writes, ...)
  local shared, client = job.shared, job.client
  if job.lease then token.keep(shared, client, job.lease) end
  job.lease = nil
  wake(shared, client)
  job.due = deadline
  if not deadline then
    job.step = "done"
    return false
  end
  if writes == nil then
    job.step = "wait"
    wait(job, left)
  elseif writes == "record" then
    job.step = "record"
    record(job, hold, deadline)
  else
    job.step = "send"
    send(job, hold, deadline, writes, ...)
  end
  return true
end

-- Nobody waits for it: what is not noted is in doubt once its time is over. A
-- write that is not noted itself has no outcome there.
local function note_outcome(job)
  if not job.shared.disk or job.is_noted == false then return end
  local noted, why = job.call:record_write()
  if not noted then log.unrecorded(job.call, why) end
end

-- Steps the call until it is done, or lost in a worker that leaves.
local function drive(job, hold)
  local call, wire = job.call, take_wire(job.shared)
  local on_attempt = job.client:on_attempt()
  job.wire = wire
  while true do
    if job.lost and ngx.worker.exiting() then break end
    if job.taken then error("the call was taken from its request", 0) end
    local goes_on = follow(job, hold, wire:step(call))
    attempts.tell(call, on_attempt, log.raised)
    if not goes_on then break end
  end
  if job.step == "done" then note_outcome(job) end
  leave_wire(job)
  log.attempts(call)
end

-- ---- calls that lose their request ----

-- nginx drops the coroutine of a request that ends (its client is gone, its
-- code called ngx.exit or killed the light thread, a worker that leaves ran out
-- of time), and no code of ours runs then. Whether a sale was made is a
-- question that somebody has to ask: a write under way is kept here, and
-- without its coroutine it is read back from a timer. A worker that leaves
-- waits for no answer: there it is named at once. What is still under way when
-- a worker is told to leave at once (TERM) the finalizer of its call names. One
-- of a client:many that ended is kept here too, until its outcome is taken.
local writing = {}
-- Those without a coroutine, until the timer runs that reads them back.
local asked = {}
-- By job what only the stack of its coroutine holds, or after its end whoever may
-- take its outcome: gone when they are.
local holds = setmetatable({}, { __mode = "v" })
-- When the next look at them is due; nil when none is.
local looking

-- Tells the call that its exchange ended with its request; one that was being
-- recorded is never sent.
local function break_off(job, cause, text)
  if job.sending then
    job.wire:report(job.call, cause, text)
  elseif job.step == "record" then
    job.call:cancel()
  elseif job.step == "send" then
    job.call:on_failure("no", cause, text)
  end
end

local function settle(premature, job)
  if not asked[job] then return end
  asked[job] = nil
  if not premature then
    local settled, why = pcall(drive, job)
    if not settled then ngx.log(ngx.WARN, "cielo: not read back: ", why) end
  end
  log.lost(job.call, "a call outlived its request")
  wake(job.shared, job.client)
end

-- Whoever comes back to it all the same finds its wire closed.
local function take(job)
  writing[job] = nil
  job.taken = true
  local lost = { call = job.call, shared = job.shared, client = job.client,
                 lease = job.lease, is_noted = job.is_noted, lost = true }
  pcall(break_off, job, "cancelled", ENDED)
  if job.wire then job.wire:close() end
  asked[lost] = true
  if ngx.worker.exiting() or not ngx.timer.at(0, settle, lost) then
    settle(true, lost)
  end
end

local function forget(job)
  writing[job] = nil
  holds[job] = nil
end

-- Names a write whose outcome came back, and whom nobody asks for it any more.
local function drop(job)
  forget(job)
  log.lost(job.call, "an outcome was not given")
end

-- Of a call that is late a full collection tells whether its coroutine is gone.
-- Somebody may hold on to a thread that was killed: late in two looks running
-- says so too, and not for a worker that was itself held up.
local function is_suspect(job)
  job.late = now() > job.due + GRACE and (job.late or 0) + 1 or nil
  return job.late == 1 and not job.has_ended, job.late and job.has_ended
end

-- Who takes outcomes may be slow, and a collection holds up all of the worker:
-- while some are left lying, whosever they are, they come at longer and longer
-- times, until one finds that somebody is gone.
local looks, pause = 0, 1
local LONGEST = 8

local function is_time(some_lie)
  looks = looks + 1
  if not some_lie then looks, pause = 0, 1 end
  if not some_lie or looks < pause then return false end
  looks, pause = 0, min(2 * pause, LONGEST)
  return true
end

local function is_lost(job)
  return not holds[job] or not job.has_ended and (job.late or 0) > 1
end

local function look(collect)
  for lost in pairs(asked) do settle(true, lost) end -- nginx dropped its timer
  local some_lie = false
  for job in pairs(writing) do
    local suspect, lies = is_suspect(job)
    collect, some_lie = collect or suspect, some_lie or lies
  end
  if is_time(some_lie) or collect then
    collectgarbage()
    collectgarbage() -- what a finalizer reached, as of a client:many, goes now
  end
  for job in pairs(writing) do
    if is_lost(job) then
      if job.has_ended then pause = 1 end
      (job.has_ended and drop or take)(job)
    end
  end
end

local function arm(sweep)
  local delay = ngx.worker.exiting() and 0 or SWEEP
  looking = ngx.timer.at(delay, sweep) and now() + delay * 1000 or nil
end

-- Whether a worker that leaves is to stay for what is under way. For outcomes it
-- is not, which somebody may hold and never take: finalizers name those.
local function is_busy()
  for job in pairs(writing) do
    if not job.has_ended then return true end
  end
  return false
end

-- A worker that leaves ends when this does, or when its time is over for all
-- but timers: whoever is dropped meanwhile is found by a full collection.
local function sweep(premature)
  if not (premature or ngx.worker.exiting()) then
    look(false)
    looking = nil
    if next(writing) or next(asked) then arm(sweep) end
    return
  end
  while true do
    look(true)
    if not is_busy() then break end
    ngx.sleep(LEAVING)
  end
  looking = nil
end

-- A look that is long overdue was lost: nginx drops timers past its limits.
function watch(job, hold)
  if job.is_watched then return end
  job.is_watched = true
  holds[job] = hold
  writing[job] = true
  if not looking or now() > looking + 5 * SWEEP * 1000 then arm(sweep) end
end

-- The client hung up (lua_check_client_abort). A request that has begun to
-- change something goes on to its end, so that its code records what came of
-- it; one that only reads is ended, as nginx would.
local function on_abort()
  local calls = ngx.ctx.cielo_calls
  if not calls or calls.writes then return end
  for job in pairs(calls.jobs) do
    job.call:cancel()
    if job.lease then token.release(job.shared, job.lease) end
    wake(job.shared, job.client)
  end
  ngx.exit(499)
end

-- A handler that the host registered before stands; its calls are swept.
local function join_request(job)
  local _, err = ngx.on_abort(on_abort)
  if err and err ~= "duplicate call" then return end
  local ctx = ngx.ctx
  ctx.cielo_calls = ctx.cielo_calls or { jobs = {} }
  job.calls = ctx.cielo_calls
  job.calls.jobs[job] = true
end

-- ---- from the first step to the result ----

local function leave(job)
  if job.calls then job.calls.jobs[job] = nil end
end

-- Something raised: a yield where none can be, a fault of ours. The log names a
-- write that may have gone out, and its caller is told whether it has.
local function broken(job, problem)
  pcall(break_off, job, "internal", tostring(problem))
  if job.lease then pcall(token.release, job.shared, job.lease) end
  local name, is_write = job.call:name()
  local known, text = pcall(log.lost, job.call, "a call was broken off")
  pcall(wake, job.shared, job.client)
  if is_write and known and job.step ~= "done"
      and type(problem) == "string" then
    problem = ("%s (%s: %s)"):format(problem, name, text
      and "in doubt, the log says what to look up" or "nothing was sent")
  end
  error(problem, 0)
end

local function finish(job, _, ended, ...)
  leave(job)
  if ended then return ... end
  forget(job)
  if job.taken then error((...), 0) end
  broken(job, (...))
end

local function begin(job, hold)
  log.warnings(job.call, job.shared)
  drive(job, hold)
end

local function result_of(call)
  local result, message, err = call:result()
  if not err then return result end
  result, message, err = hidden.result(result, message, err)
  -- Of a call that settles, whoever asked for it tells.
  if not call:settled() then log.failure(call, err) end
  return result, message, err
end

local function whole(job, hold)
  begin(job, hold)
  forget(job)
  return result_of(job.call)
end

local function go(through, call, client, shared, phase)
  local job, hold = { call = call, client = client, shared = shared,
    wire = nil, step = nil, due = 0, is_watched = false, is_noted = nil,
    sending = false, has_ended = false }, {}
  if phase ~= "timer" and phase ~= "ssl_cert" then join_request(job) end
  return job, finish(job, hold, pcall(through, job, hold))
end

-- Gives what the verb gives. `phase` is one that can yield.
function run.call(...)
  return select(2, go(whole, ...))
end

-- ---- outcomes that somebody else takes ----

-- Takes the call to its end and gives a job, for run.take or run.drop. While
-- `taker` lives there is somebody to take it; after that the log names a write.
function run.ahead(taker, ...)
  local job = go(begin, ...)
  job.has_ended, job.due, job.late = true, now(), nil
  if job.is_watched then holds[job] = taker end
  return job
end

-- Gives what the verb gives.
function run.take(job)
  forget(job)
  return result_of(job.call)
end

-- Nobody takes it.
run.drop = drop

return run
