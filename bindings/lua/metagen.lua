-- Writes bindings/lua/cielo/meta.lua, the LuaCATS annotations for editors, from
-- the rows of the core:
--
--   lua5.4 bindings/lua/metagen.lua > bindings/lua/cielo/meta.lua
--
-- A test loads this file with the argument "text" to hold the two together.

local core = require "cielo.core"
local functions = require "cielo.functions"
local methods = require "cielo.methods"
local nginx_options = require "resty.cielo.options"

local out = {}

local function line(text, ...)
  out[#out + 1] = select("#", ...) > 0 and text:format(...) or text
end

local SCALARS = {
  TEXT = "string", WORD = "string", DESCRIPTOR = "string",
  ID = "string", ORDER_ID = "string", DIGITS = "string", GUID = "string",
  NUMBER = "integer", AMOUNT = "integer", VARIANT = "string|integer",
  BOOL = "boolean", DATE = "string", DUE = "string", TIME = "string", EXPIRATION = "string",
  INTERVAL = "string|integer", INTERVAL_NUMBER = "integer", CHOICE = "string",
  CARD_NUMBER = "cielo.Secret|string", SECURITY_CODE = "string",
  TOKEN = "string", CIPHER = "string", OPEN = "any",
}

-- What the closed lists of words are called here.
local LISTS = {
  { "rule", "Rule" }, { "cause", "Cause" }, { "retry", "RetryKind" },
  { "change", "Change" }, { "category", "Category" }, { "table", "AdviceTable" },
  { "code_operation", "CodeOperation" }, { "notification", "NotificationKind" },
  { "sale_status", "SaleStatus" }, { "order_status", "OrderStatus" },
}

-- What options take that are one of a few words.
local OPTION_WORDS = {
  environment = '"sandbox"|"production"', journal_sync = '"intent"|"off"',
  journal_mode = '"private"|"group"',
}

-- What Lua takes for the kinds of parameters, where their type alone does not say.
local KINDS = { HOST = '"transaction"|"query"|"checkout"' }

local PARAM_TYPES = {
  text = "string", date = "string", integer = "integer",
  moment = "integer", object = "table", any = "any",
}

-- Facts of results and attributes of errors, by type.
local DETAIL_TYPES = {
  TEXT = "string", RULE = "cielo.Rule", CAUSE = "cielo.Cause",
  STATUS = "cielo.SaleStatus",
  KIND = "cielo.Kind", SENT = '"no"|"maybe"|"yes"',
  NUMBER = "integer", BOOL = "boolean", ADVICE = "cielo.Advice",
  PROBLEMS = "cielo.Problem[]", ERRORS = "cielo.Entry[]",
  ATTEMPTS = "cielo.Attempt[]", FOUND = "cielo.Sale[]",
}

-- Whose status a result tells, where it is not a sale's.
local STATUSES = { Order = "cielo.OrderStatus" }

-- In what a number counts, where neither type nor name says it.
local UNITS = { moment = "seconds since 1970:" }

local params = {}
for _, param in ipairs(core.params()) do params[param.name] = param end

local function with_about(text, about)
  return about == "" and text or text .. " " .. about
end

-- Facts hold of some results only, and are nil in others.
local function detail_field(detail, optional, owner)
  local kind = detail.type == "STATUS" and STATUSES[owner]
    or assert(DETAIL_TYPES[detail.type], detail.type)
  return with_about(("---@field %s%s %s"):format(detail.name,
    optional and "?" or "", kind), detail.about)
end

local function quoted(words)
  local list = {}
  for i, word in ipairs(words) do list[i] = ('"%s"'):format(word) end
  return table.concat(list, "|")
end

-- The names that an interval may have, of a parameter as of a member.
local function intervals()
  for _, field in ipairs(core.fields()) do
    if field.type == "INTERVAL" then return quoted(field.words) .. "|integer" end
  end
end

local function write_words()
  local lists = core.words()
  for _, list in ipairs(LISTS) do
    line("---@alias cielo.%s", list[2])
    for _, word in ipairs(lists[list[1]]) do line('---| "%s"', word) end
    line ""
  end
end

local function field_type(field)
  local child = "cielo." .. field.child
  if field.type == "OBJECT" then return child end
  if field.type == "LIST" then return child .. "[]" end
  if field.type == "EITHER" then return child .. "|" .. child .. "[]" end
  local kind = assert(SCALARS[field.type], field.type)
  return #field.words > 0 and quoted(field.words) .. "|" .. kind or kind
end

-- The objects in the map's order, each with its members, named once: an alias
-- is another spelling of a member on the wire.
local function objects()
  local list, by_name = {}, {}
  for _, field in ipairs(core.fields()) do
    local object = by_name[field.object]
    if not object then
      object = { name = field.object, fields = {}, seen = {} }
      by_name[field.object] = object
      list[#list + 1] = object
    end
    if not object.seen[field.host] then
      object.seen[field.host] = true
      table.insert(object.fields, field)
    end
  end
  return list
end

local function write_result()
  line "---@class cielo.Result"
  for _, fact in ipairs(core.facts()) do
    if fact.owner == "result" then line(detail_field(fact, true)) end
  end
  line ""
end

local function write_objects()
  for _, object in ipairs(objects()) do
    line("---@class cielo.%s: cielo.Result", object.name)
    for _, field in ipairs(object.fields) do
      line("---@field %s? %s", field.host, field_type(field))
    end
    for _, fact in ipairs(core.facts()) do
      if fact.owner ~= "result" and fact.objects[object.name]
          and not object.seen[fact.name] then
        line(detail_field(fact, true, object.name))
      end
    end
    line ""
  end
  line "---@class cielo.Empty: cielo.Result\n"
end

local function option_type(option)
  if option.kind == "FLAG" then return "boolean" end
  if option.kind == "MS" then return "integer milliseconds" end
  if option.kind == "COUNT" then return "integer" end
  if OPTION_WORDS[option.name] then return OPTION_WORDS[option.name] end
  return option.kind == "SECRET" and "string|cielo.Secret" or "string"
end

local function write_options()
  line "---@class cielo.Options"
  for _, option in ipairs(core.options()) do
    line("---@field %s? %s", option.name, option_type(option))
  end
  line("---@field on_attempt? fun(attempt: cielo.EndedAttempt) after each request; "
    .. "must not yield")
  line "\n---@class cielo.EndedAttempt: cielo.Attempt"
  line "---@field operation string such as sale_create"
  line "---@field order? string the shop's number of the order"
  line "\n---@class cielo.BlockingOptions: cielo.Options"
  line "---@field allow_blocking? boolean true: calls may block an nginx worker"
  line "\n---@class resty.cielo.Options: cielo.Options"
  for _, option in ipairs(nginx_options) do
    line("---@field %s? %s %s", option.name,
      option.type == "number" and "integer" or option.type, option.text)
  end
  line "\n---@class cielo.SharedOptions"
  for _, option in ipairs(core.options()) do
    if option.shareable then
      line("---@field %s? %s", option.name, option_type(option))
    end
  end
  line [[

---@class cielo.CallOptions
---@field timeout? integer milliseconds, the whole call
---@field request_id? string a GUID
]]
end

local function write_error()
  line "---@alias cielo.Kind"
  for _, kind in ipairs(core.kinds()) do line('---| "%s"', kind) end
  local last
  for _, detail in ipairs(core.details()) do
    if detail.owner ~= last then
      line("\n---@class cielo.%s", (detail.owner:gsub("^%l", string.upper)))
    end
    line(detail_field(detail, not detail.known))
    last = detail.owner
  end
  line ""
end

local function write_verb(class, row)
  local names = {}
  for name, optional in row.params:gmatch("([%w_]+)(%??)") do
    local param = params[name]
    local kind = KINDS[param.kind] or param.type == "interval" and intervals()
      or assert(PARAM_TYPES[param.type], param.type)
    if param.kind == "FIELDS" then kind = "cielo." .. row.fields .. "|table" end
    local unit = UNITS[param.type]
    line(with_about(("---@param %s%s %s"):format(name, optional, kind),
      unit and unit .. " " .. param.about or param.about))
    names[#names + 1] = name
  end
  names[#names + 1] = "options"
  line "---@param options? cielo.CallOptions"
  line("---@return cielo.%s%s? result", row.result, row.is_list and "[]" or "")
  line "---@return string? message"
  line "---@return cielo.Error? err"
  line("function %s:%s(%s) end\n", class, row.verb, table.concat(names, ", "))
end

local function write_nouns()
  local last
  for _, row in ipairs(core.operations()) do
    if row.noun ~= "-" then
      if row.noun ~= last then
        line("---@class cielo.Client.%s\nlocal %s = {}\n", row.noun, row.noun)
      end
      write_verb(row.noun, row)
      last = row.noun
    end
  end
end

local abouts = {}
for _, row in ipairs(functions) do abouts[row.name] = row.about end
for _, row in ipairs(methods) do
  abouts[(row.of .. "." .. row.name):gsub("^client%.", "")] = row.about
end

-- What a function of the module does, as lines of comment.
local function about(name)
  local lines, text = {}, "---"
  for word in assert(abouts[name], name):gmatch "%S+" do
    if #text + 1 + #word > 80 then
      lines[#lines + 1], text = text, "---"
    end
    text = text == "---" and text .. word or text .. " " .. word
  end
  lines[#lines + 1] = text
  return table.concat(lines, "\n")
end

local CLIENT = [[
---%about many
---@param verb string such as "sales.capture"
---@param calls any[]|fun():any
---@param options? cielo.ManyOptions
---@return cielo.Many? outcomes
---@return string? message
---@return cielo.Error? err
---@return cielo.Many? closing
function client:many(verb, calls, options) end

---%about confirm
---@param notification cielo.Notification
---@param options? cielo.CallOptions
---@return cielo.Sale|cielo.Recurrence|cielo.Order|nil result
---@return string? message
---@return cielo.Error? err
function client:confirm(notification, options) end

---%about with_options
---@param options cielo.SharedOptions
---@return cielo.Client? client
---@return string? message
---@return cielo.Error? err
function client:with_options(options) end

---%about close
function client:close() end

---@class cielo.ManyOptions
---@field concurrency? integer the most calls under way at once; default 16
---@field progress? fun(done: integer, failed: integer, total: integer?)

---@class cielo.ManyOutcome
---@field index integer the place of the item among the calls, from 1
---@field call any the item
---@field result? cielo.Result
---@field error? cielo.Error

---@class cielo.Many
---@overload fun(): cielo.ManyOutcome?
local outcomes = {}

---Starts nothing more, and ends what is under way.
function outcomes:close() end

---@class cielo.Look
---@field at string
---@field saw "nothing"|"adopted"|"unread"|"several"|"unsure"
---@field why? string

---@class cielo.JournalEntry
---@field id string
---@field at string RFC 3339, UTC
---@field operation string
---@field merchant_order_id? string
---@field payment_id? string
---@field amount? integer in cents
---@field process string "host:pid"
---@field state "open"|"done"|"in_doubt"|"adopted"|"absent"
---@field looks cielo.Look[]
---@field intent table as it was written
---@field outcome? table as it was written
---@field settled? table as it was written

---@class cielo.SettleOutcome
---@field state "adopted"|"absent"|"unknown"
---@field result? cielo.Result when adopted: what the call would have given
---@field why? string what its error says
---@field error? cielo.Error

---@class cielo.Settled
---@field [1] cielo.JournalEntry
---@field [2] cielo.SettleOutcome
---@field entry cielo.JournalEntry
---@field outcome cielo.SettleOutcome

---@class cielo.Client.journal
local journal = {}

---%about journal.in_doubt
---@return cielo.JournalEntry[]? entries
---@return string? message
---@return cielo.Error? err
function journal:in_doubt() end

---%about journal.settle
---@param entry? cielo.JournalEntry|string
---@return cielo.Settled[]? settled
---@return string? message
---@return cielo.Error? err
function journal:settle(entry) end

---%about journal.entries
---@return (fun(): cielo.JournalEntry?)? entries
---@return string? message
---@return cielo.Error? err
function journal:entries() end
]]

local function write_client()
  local seen = {}
  line "---@class cielo.Client"
  for _, row in ipairs(core.operations()) do
    if row.noun ~= "-" and not seen[row.noun] then
      seen[row.noun] = true
      line("---@field %s cielo.Client.%s", row.noun, row.noun)
    end
  end
  line "---@field journal cielo.Client.journal"
  line "local client = {}\n"
  for _, row in ipairs(core.operations()) do
    if row.noun == "-" then write_verb("client", row) end
  end
  line((CLIENT:gsub("%-%-%-%%about ([%w_.]+)", about)))
end

local function write_books()
  local names = {}
  for name in pairs(core.books) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    line(about(name))
    line "---@param status integer|string a number, or the word of an answer"
    line "---@return cielo.Status? entry"
    line("function cielo.%s(status) end\n", name)
  end
end

local HEAD = [[
---@meta cielo
-- Generated by bindings/lua/metagen.lua from the maps of the core.

---@class cielo
---@field _VERSION string
---@field null lightuserdata JSON's null
---@field journal cielo.Journal
---@field return_codes cielo.ReturnCode[] every entry of the return code books
local cielo = {}

---Text that prints masked.
---@class cielo.Secret: userdata
local secret = {}

---@return string
function secret:reveal() end
]]

local MODULE = [[
---@class cielo.Retry
---@field kind cielo.RetryKind
---@field max_attempts? integer
---@field window_days? integer
---@field after_hours? integer

---@class cielo.Code
---@field meaning_pt string
---@field meaning_en string
local code = {}

---@param language? "pt"|"en"
---@return string
function code:meaning(language) end

---@class cielo.ReturnCode: cielo.Code
---@field code string
---@field operation cielo.CodeOperation
---@field category cielo.Category
---@field change cielo.Change
---@field retry cielo.Retry
---@field shopper_pt string
---@field shopper_en string
local return_code = {}

---@param language? "pt"|"en"
---@return string
function return_code:shopper(language) end

---@class cielo.Advice
---@field code? cielo.ReturnCode
---@field retry cielo.Retry
---@field not_before_hours? integer
---@field change cielo.Change
---@field sources cielo.Source[]

---@class cielo.Source
---@field table cielo.AdviceTable
---@field retry cielo.Retry
---@field change cielo.Change

---@class cielo.Notification
---@field kind cielo.NotificationKind
---@field payment_id? string
---@field recurrent_payment_id? string
---@field change_type? integer
---@field change? string
---@field checkout_order_number? string
---@field merchant_order_number? string
---@field merchant_id? string
---@field amount? integer
---@field payment_status? integer
---@field status_name? cielo.OrderStatus
---@field test_transaction? boolean
---@field fields? cielo.OrderNotice

---@class cielo.Status: cielo.Code
---@field number integer
---@field name string
---@field wire string

---@class cielo.Denial: cielo.Code
---@field brand string
---@field code string
---@field category cielo.Category
---@field change cielo.Change
---@field reversible boolean

---@class cielo.MerchantAdvice: cielo.Code
---@field code string
---@field change cielo.Change
---@field retry cielo.Retry

---%about new
---@param options? cielo.BlockingOptions
---@return cielo.Client? client
---@return string? message
---@return cielo.Error? err
function cielo.new(options) end

---%about Secret
---@param text string
---@return cielo.Secret
function cielo.Secret(text) end

---%about array
---@param list? table
---@return table
function cielo.array(list) end

---%about to_json
---@param result cielo.Result
---@param options? {reveal?: boolean}
---@return string
function cielo.to_json(result, options) end

---%about help
---@param subject? any
function cielo.help(subject) end

---%about parse_notification
---@param body string
---@param content_type? string
---@return cielo.Notification? notification
---@return string? message
---@return cielo.Error? err
function cielo.parse_notification(body, content_type) end

---@class cielo.Time
---@field year integer
---@field month integer
---@field day integer
---@field hour integer
---@field min integer
---@field sec integer
---@field usec integer

---%about parse_time
---@param text? string
---@return cielo.Time?
---@return string? message
---@return cielo.Error? err
function cielo.parse_time(text) end

---%about return_code
---@param code string exact text: "4" is a success, "04" a blocked card
---@param operation? cielo.CodeOperation|{operation?: cielo.CodeOperation}
---@return cielo.ReturnCode? entry
function cielo.return_code(code, operation) end

---%about abecs
---@param brand string
---@param code string
---@return cielo.Denial? entry
function cielo.abecs(brand, code) end

---%about merchant_advice
---@param code string
---@return cielo.MerchantAdvice? entry
function cielo.merchant_advice(code) end

---%about next_charge
---@param sale cielo.Sale|table the result of the last approved sale of that card
---@param merchant_order_id string|cielo.Secret
---@param amount integer in cents
---@param options? {reason?: string, transaction_link_id?: string} Mastercard's id of the first sale
---@return table? fields
---@return string? message
---@return cielo.Error? err
function cielo.next_charge(sale, merchant_order_id, amount, options) end

---@alias cielo.HasRetry
---| cielo.Sale
---| cielo.Transaction
---| cielo.Advice
---| cielo.Retry
---| cielo.ReturnCode
---| cielo.MerchantAdvice

---@class cielo.Segment
---@field name string
---@field size integer
---@field live boolean

---@class cielo.Journal
cielo.journal = {}

---%about journal.read
---@param folder string
---@return (fun(): cielo.JournalEntry?)? entries
---@return string? message
---@return cielo.Error? err
function cielo.journal.read(folder) end

---@class cielo.JournalCounts
---@field segments integer
---@field entries integer
---@field in_doubt integer
---@field damaged integer lines that were skipped

---%about journal.count
---@param folder string
---@return cielo.JournalCounts? counts
---@return string? message
---@return cielo.Error? err
function cielo.journal.count(folder) end

---%about journal.segments
---@param folder string
---@return cielo.Segment[]? segments
---@return string? message
---@return cielo.Error? err
function cielo.journal.segments(folder) end

---@class cielo.Records
---@overload fun(): table?, integer?
local records = {}

---@return integer
function records:damaged() end

function records:close() end

---%about journal.records
---@param folder string
---@param segment string
---@param from? integer
---@return cielo.Records? records
---@return string? message
---@return cielo.Error? err
function cielo.journal.records(folder, segment, from) end

---%about journal.prune
---@param folder string
---@param days integer
---@return integer? removed
---@return string? message
---@return cielo.Error? err
function cielo.journal.prune(folder, days) end

---%about retry_plan
---@param sale cielo.HasRetry
---@param attempts? number[] the times of those made so far, the first among them
---@param now? number the caller's clock; os.time() when left out
---@return number?
function cielo.retry_plan(sale, attempts, now) end
]]

local RESTY = [[
---What require "resty.cielo" gives, inside nginx.
---@class resty.cielo: cielo
local resty = {}

---@class resty.cielo.Client: cielo.Client
---@field journal resty.cielo.Client.journal

---@alias cielo.OnOutcome fun(entry: cielo.JournalEntry, outcome: cielo.SettleOutcome)

---@class resty.cielo.Client.journal: cielo.Client.journal
local resty_journal = {}

---Settles what workers that are gone left in doubt, and looks again after
---1, 5 and 10 minutes, an hour and each day (`delays`, seconds) until nothing
---is: for init_worker_by_lua, in each worker. The one that has the lock of the
---folder looks.
---@param options? {on_outcome?: cielo.OnOutcome, delays?: number[]}
---@return true? started
---@return string? message
---@return cielo.Error? err
function resty_journal:settle_at_start(options) end

---@param options? resty.cielo.Options
---@return resty.cielo.Client? client
---@return string? message
---@return cielo.Error? err
function resty.new(options) end

---Whether the shop's own set-up is to blame: a key, nginx.conf, the phase of
---the call, what Cielo gave the store no right to. A 500, whatever was sent.
---@param err cielo.Error
---@return boolean
function resty.is_setup(err) end
]]

local function text()
  line(HEAD)
  write_options()
  write_words()
  write_error()
  write_result()
  write_objects()
  write_nouns()
  write_client()
  line((MODULE:gsub("%-%-%-%%about ([%w_.]+)", about)))
  line(RESTY)
  write_books()
  line "return cielo"
  return table.concat(out, "\n") .. "\n"
end

if ... == "text" then return text() end
io.write(text())
