-- What nginx's error log is told: one line each, free of secrets, and never
-- more of them than calls.

local core = require "cielo.core"
local setup = require "resty.cielo.setup"
local has_errlog, errlog = pcall(require, "ngx.errlog")

local ngx = ngx -- luacheck: read globals ngx

-- So many kinds of warnings a client remembers to have told, and tells in the
-- line of a call. Past the first, as when somebody makes up names of members,
-- it is silent: nobody but the shop fills its log.
local REMEMBERED, TOLD = 200, 4
-- A doubt is news for the operator when it outlives so many looks.
local FEW = 3

local log = {}

-- Names of members and orders are whoever's: none begins a line of its own.
local function line(level, ...)
  local text = table.concat({ "cielo: ", ... }):gsub("%c", function(c)
    return ("\\%03d"):format(c:byte())
  end)
  ngx.log(level, text)
end

-- Older nginx cannot be asked; ngx.log then drops what is not wanted.
local function is_debugged()
  return not has_errlog or errlog.get_sys_filter_level() >= ngx.DEBUG
end

-- A line per attempt, as the logger of Python has them: the core keeps secrets
-- out of them.
local function tell_attempts(call)
  if not is_debugged() then return end
  for _, attempt in ipairs(core.attempts(call)) do
    line(ngx.DEBUG, attempt.method, " ", attempt.url, " -> ",
      attempt.http_status or attempt.cause, " in ", attempt.ms or "?",
      " ms (request ", attempt.request_id or "-", ")")
  end
end

function log.attempts(call)
  local told, why = pcall(tell_attempts, call)
  if not told then line(ngx.WARN, "the attempts are not logged: ", tostring(why)) end
end

-- Of what is neither the shop's set-up nor here, the caller alone has to know:
-- a shopper's mistakes, what Cielo does not find, calls that were cancelled.
local LEVELS = {
  outcome_unknown = ngx.ERR, memory = ngx.ERR, journal = ngx.ERR,
  transport = ngx.WARN, timeout = ngx.WARN, server = ngx.WARN,
  rate_limit = ngx.WARN, decode = ngx.WARN,
}

local function tries(err)
  local count = #err.attempts
  return count > 1 and (" (%d attempts)"):format(count) or ""
end

local function tell_failure(call, err)
  local is_setup = setup.is_setup(err)
  local level = is_setup and ngx.ERR or LEVELS[err.kind]
  if not level then return end
  line(level, call:name(err.merchant_order_id), ": ",
    setup.problems(err) or err.message,
    level == ngx.WARN and tries(err) or "")
end

-- A line that cannot be written must not hide what became of a payment.
function log.failure(call, err)
  local told, why = pcall(tell_failure, call, err)
  if not told then line(ngx.ERR, "an error is not logged: ", tostring(why)) end
end

-- The one line of a write that nobody is told of, if it is in doubt or was
-- answered: the core knows.
function log.lost(call, why)
  local text = call:abandon()
  if text then line(ngx.ERR, why, ": ", text) end
  return text
end

-- What code of the host's own raised, and changes nothing.
function log.raised(text) line(ngx.ERR, text) end

-- What came of a write stands in no journal: whoever settles it later asks
-- Cielo.
function log.unrecorded(call, why)
  line(ngx.WARN, (call:name()), ": its outcome is not in the journal: ", why)
end

local function words_of(result)
  local words = {}
  for _, word in ipairs { "approved", "declined", "pending" } do
    if result[word] and word ~= result.status_name then
      words[#words + 1] = word
    end
  end
  if result.status_name then table.insert(words, 1, result.status_name) end
  local id = (result.payment or {}).payment_id
  words[#words + 1] = id and "PaymentId " .. id
  return words[1] and ": " .. table.concat(words, ", ") or ""
end

local SETTLED = {
  adopted = function(outcome)
    return ngx.ERR, "was answered" .. words_of(outcome.result or {})
  end,
  absent = function() return ngx.NOTICE, "never happened" end,
  unknown = function(outcome, looks)
    return looks > FEW and ngx.ERR or ngx.NOTICE,
      ("is not settled by look %d: %s"):format(looks, outcome.why or "")
  end,
}

-- What became of a write of a process that is gone: `looks` counts this one.
function log.settled(entry, outcome, looks)
  local level, text = SETTLED[outcome.state](outcome, looks)
  local named = { entry.operation, " of" }
  if entry.merchant_order_id then
    named[#named + 1] = " order " .. entry.merchant_order_id
  end
  if entry.payment_id then
    named[#named + 1] = " payment_id " .. entry.payment_id
  end
  line(level, "left in doubt by ", entry.process or "?", ": ",
    table.concat(named), " ", text)
end

-- The texts of what was not told yet, and how many are left for a later call.
local function news(warnings, shared)
  local told, more = {}, 0
  for _, warning in ipairs(warnings) do
    local kind = warning.path:gsub("%[%d+%]", "[]") .. "\n" .. warning.rule
    if not shared.warned[kind] then
      if #told < TOLD and shared.warnings < REMEMBERED then
        shared.warnings = shared.warnings + 1
        shared.warned[kind] = true
        told[#told + 1] = warning.path .. ": " .. warning.message
      else
        more = more + 1
      end
    end
  end
  return told, more
end

-- Before anything is sent: an answer may refuse what is warned of. It is of the
-- code that makes the fields, so that a worker tells it once and not at every
-- sale; each result has it in `warnings`.
function log.warnings(call, shared)
  local warnings = core.warnings(call)
  if not warnings then return end
  local told, more = news(warnings, shared)
  if told[1] then
    line(ngx.WARN, (call:name()), ": ", table.concat(told, "; "),
      more > 0 and (" (and %d more)"):format(more) or "")
  elseif more > 0 and not shared.is_silent then
    shared.is_silent = true
    line(ngx.WARN, (call:name()), ": warnings of ", REMEMBERED, " kinds were "
      .. "told, and no others will be: each result has its own in `warnings`")
  end
end

return log
