-- Takes a call to its end inside nginx: the loop, its waits, and what becomes
-- of a call whose request ends before it does.

local core = require "cielo.core"
local exchange = require "resty.cielo.exchange"
local token = require "resty.cielo.token"
local has_semaphore, semaphore = pcall(require, "ngx.semaphore")
local has_errlog, errlog = pcall(require, "ngx.errlog")

local ngx = ngx -- luacheck: read globals ngx
local now = core.now
local max, min = math.max, math.min

-- A waiter looks again so often (ms) even if nobody woke it: who should have
-- may have been ended by nginx.
local LOOK = 1000
-- Without ngx.semaphore waiters poll (ms).
local POLL = 20
-- A call is abandoned when nobody came back to it so long (ms) after the time
-- at which its socket or sleep had to end; looked at every second.
local GRACE, SWEEP = 1000, 1

local run = {}

-- What the calls of a client share, its with_options copies included.
function run.new_shared(options)
  return {
    pool_size = options.pool_size, backlog = options.backlog,
    idle_timeout = options.idle_timeout, dict = options.dict,
    pools = {}, targets = {}, sessions = {},
    semaphore = has_semaphore and semaphore.new() or nil,
  }
end

-- ---- waiting ----

-- Wakes who waits for a token or a void of another call, when one ended.
local function wake(shared, client)
  local sema = shared.semaphore
  if not sema then return end
  local waiting = -sema:count()
  if waiting <= 0 then return end
  local epoch = client:epoch()
  if epoch ~= shared.epoch then
    shared.epoch = epoch
    sema:post(waiting)
  end
end

local function wait(job, deadline)
  local shared, left = job.shared, deadline - now()
  local sema = shared.semaphore
  if left <= 0 then return end
  if not sema then return ngx.sleep(max(min(left, POLL), 1) / 1000) end
  if sema:count() >= 0 then shared.epoch = job.client:epoch() end
  sema:wait(max(min(left, LOOK), 1) / 1000)
end

-- ---- the log ----

-- Older nginx cannot be asked; ngx.log then drops what is not wanted.
local function is_debugged()
  return not has_errlog or errlog.get_sys_filter_level() >= ngx.DEBUG
end

-- A line per attempt, as the logger of Python has them: the core keeps secrets
-- out of them.
local function log_attempts(call)
  if not is_debugged() then return end
  for _, attempt in ipairs(core.attempts(call)) do
    ngx.log(ngx.DEBUG, "cielo: ", attempt.method, " ", attempt.url, " -> ",
      attempt.http_status or attempt.cause, " in ", attempt.ms,
      " ms (request ", attempt.request_id or "-", ")")
  end
end

-- Before anything is sent: an answer may refuse what is warned of.
local function log_warnings(call)
  for _, warning in ipairs(core.warnings(call) or {}) do
    ngx.log(ngx.WARN, "cielo: ", warning.path, ": ", warning.message)
  end
end

-- ---- the loop ----

local watch

local function send(job, deadline)
  local call, shared = job.call, job.shared
  local target, writes, asks_token = exchange.target(shared, call)
  if writes and not job.writes then watch(job) end
  local fetching = asks_token and shared.dict
  if fetching and token.answer(shared, call, deadline) then return end
  job.wire = job.wire or core.wire()
  job.sending = true
  local http_status = exchange.run(shared, call, job.wire, target, deadline,
    writes)
  job.sending = false
  job.fetched = fetching
  if http_status == 401 and shared.dict and not fetching then
    token.drop(shared, call)
  end
end

local function loop(job)
  local call, shared, client = job.call, job.shared, job.client
  while true do
    if job.taken then error("the call was taken from its request", 0) end
    local step, deadline = call:step(now())
    if job.fetched then token.keep(shared, client) end
    job.fetched = false
    wake(shared, client)
    if step == "done" then break end
    job.step, job.due = step, deadline
    if step == "wait" then wait(job, deadline) else send(job, deadline) end
  end
  if job.wire then job.wire:close() end
  -- A line that cannot be written must not hide what became of a payment.
  local logged, why = pcall(log_attempts, call)
  if not logged then ngx.log(ngx.WARN, "cielo: the attempts are not logged: ", why) end
  return call:result()
end

-- ---- calls that lost their request ----

-- Writes under way. The collector must not have them: whether a sale was made
-- is a question somebody has to ask.
local writing = {}
local sweeping = false

local function name(err)
  local order = err.merchant_order_id
  return (err.operation or "a call") .. (order and " of order " .. order or "")
end

local function log_end(result, message, err)
  if not err then
    local payment = type(result) == "table" and result.payment
    return ngx.log(ngx.WARN, "cielo: a call outlived its request: order ",
      result and result.merchant_order_id, " ",
      result and result.status_name, " ", payment and payment.payment_id)
  end
  ngx.log(err.sent == "no" and ngx.WARN or ngx.ERR,
    "cielo: a call outlived its request: ", name(err), ": ", message)
end

-- Reports for the one who is gone, then goes on: the core reads back what
-- became of the write.
local function adopt(premature, left)
  local call = left.call
  if left.sending then
    left.wire:report(call, "cancelled", "the request was ended by its host")
  elseif left.step == "send" then
    call:on_failure("no", "cancelled", "the request was ended by its host")
  end
  if premature then call:cancel() end
  log_end(loop{ call = call, shared = left.shared, client = left.client,
                writes = true })
end

-- Overdue in two looks running, so that a worker that was itself held up does
-- not take calls from requests that are about to go on.
local function sweep(premature)
  sweeping = false
  if premature then return end
  for job in pairs(writing) do
    local overdue = now() > (job.due or 0) + GRACE
    if overdue and job.overdue then
      writing[job] = nil
      job.taken = true
      ngx.timer.at(0, adopt, job)
    end
    job.overdue = overdue
  end
  if next(writing) then sweeping = ngx.timer.at(SWEEP, sweep) end
end

function watch(job)
  job.writes = true
  if job.calls then job.calls.writes = true end
  writing[job] = true
  if not sweeping then sweeping = ngx.timer.at(SWEEP, sweep) end
end

-- The client hung up (lua_check_client_abort). A request that has begun to
-- change something goes on to its end, so that its code records what came of
-- it; one that only reads is ended, as nginx would.
local function on_abort()
  local calls = ngx.ctx.cielo_calls
  if not calls or calls.writes then return end
  for job in pairs(calls.jobs) do
    job.call:cancel()
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
  writing[job] = nil
  if job.calls then job.calls.jobs[job] = nil end
end

-- Something raised: a yield where none can be, a fault of ours. A write that
-- may have gone out is named.
local function broken(job, problem)
  local known, _, message, err = pcall(function()
    job.call:cancel()
    wake(job.shared, job.client)
    return job.call:result()
  end)
  if known and err and err.sent ~= "no" then
    problem = ("%s (%s: %s)"):format(tostring(problem), name(err), message)
  end
  error(problem, 0)
end

local function finish(job, ended, ...)
  leave(job)
  if ended then return ... end
  if job.taken then error((...), 0) end
  broken(job, (...))
end

local function begin(job)
  log_warnings(job.call)
  return loop(job)
end

-- Gives what the verb gives. `phase` is one that can yield.
function run.call(call, client, shared, phase)
  local job = { call = call, client = client, shared = shared }
  if phase ~= "timer" and phase ~= "ssl_cert" then join_request(job) end
  return finish(job, pcall(begin, job))
end

return run
