-- What is wrong with the shop's own set-up: a key, an option, nginx.conf, what
-- Cielo gave the store no right to. No shopper can mend it, and no retry.

local core = require "cielo.core"

local setup = {}

local OPTIONS = {}
for _, options in ipairs { core.options(), require "resty.cielo.options" } do
  for _, option in ipairs(options) do OPTIONS[option.name] = true end
end

-- By operation, what it takes: a stranger's, though an option be called so too.
-- Of those that `confirm` makes out of a notification no row tells it.
local TAKEN, ANY = {}, {}
for _, param in ipairs(core.params()) do ANY[param.name] = true end
for _, row in ipairs(core.operations()) do
  local names = {}
  for name in row.params:gmatch "[%w_]+" do names[name] = true end
  TAKEN[row.name] = names
end

local KINDS = { authentication = true, permission = true, phase = true }

-- Why an exchange failed on this side of the wire: a certificate that is not
-- trusted, a name that nobody looks up.
local CAUSES = { tls = true, internal = true }

-- API 3.0 tells these in a body, with whatever status.
local STORE = {
  merchant_id_required = true, merchant_id_malformed = true,
  merchant_id_unknown = true, merchant_id_not_found = true,
  merchant_key_required = true, merchant_key_invalid = true,
  merchant_blocked = true, merchant_is_blocked = true,
  ip_not_allowed = true, request_ip_not_allowed = true,
  affiliation_not_found = true, affiliation_data_not_sent = true,
  payment_method_not_enabled = true, antifraud_not_configured = true,
  card_tokens_not_configured = true, just_click_not_configured = true,
  refund_not_enabled = true, smart_recurrence_not_enabled = true,
  zero_auth_not_enabled = true, bin_query_not_enabled = true,
}

-- The problems of options, each as "merchant_key: is missing ..."; nil when
-- there are none.
function setup.problems(err)
  local found, taken = {}, err.operation and (TAKEN[err.operation] or ANY) or {}
  for _, problem in ipairs(err.problems) do
    if OPTIONS[problem.path] and not taken[problem.path] then
      found[#found + 1] = problem.path .. ": " .. problem.message
    end
  end
  return found[1] and table.concat(found, "; ")
end

local function is_of_store(entry)
  local number = tonumber((entry.code or ""):match "^%d+$")
  local known = number and core.books.api_error(number)
  return known and STORE[known.name]
end

-- What new refuses, as the core tells its own options.
function setup.refuse(option, sentence)
  local _, message, err = core.fail("validation", option .. ": " .. sentence)
  err.problems[1] = { path = option, rule = "conflict", message = sentence }
  return nil, message, err
end

local TELLS = {
  validation = function(err) return setup.problems(err) ~= nil end,
  transport = function(err)
    local last = err.attempts[#err.attempts]
    return last ~= nil and CAUSES[last.cause] == true
  end,
  invalid_request = function(err)
    for _, entry in ipairs(err.errors) do
      if is_of_store(entry) then return true end
    end
    return false
  end,
}

function setup.is_setup(err)
  local tells = TELLS[err.kind]
  if tells then return tells(err) end
  return KINDS[err.kind] == true
end

return setup
