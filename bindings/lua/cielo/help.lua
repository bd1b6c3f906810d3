-- What cielo.help prints: of the module, a function of its, a client, a noun,
-- one operation, an object that is sent.

local core = require "cielo.core"
local functions = require "cielo.functions"
local members = require "cielo.members"
local methods = require "cielo.methods"
local surface = require "cielo.surface"

local WIDTH, INDENT = 76, 12

local OVERVIEW = [[
cielo.new{merchant_id=, merchant_key=} makes a client; cielo.help(client) lists
what it does, cielo.help(client.sales) one noun, cielo.help("sales.create") all
there is to know of one operation. A verb gives its result, or nil, message, err.
Amounts are integers in cents. Fields are the API's own objects, in its spelling
or in snake_case: cielo.help("payment") lists the members of one.
cielo.array{} is an empty list, cielo.null JSON's null, cielo.Secret(text) text
that prints masked. cielo.to_json(result) is the answer as Cielo wrote it.
cielo.return_code("51"):meaning("pt") explains a code.
client:many("sales.capture", calls) captures many, a few at once; client.journal
knows the writes of processes that died, where the option journal names a folder.

The functions of the module, each explained by cielo.help("next_charge") and
so on:]]

-- Wrapped between words, the lines after the first indented.
local function wrap(text, indent)
  local lines, line = {}, ""
  for word in text:gmatch "%S+" do
    if line ~= "" and indent + #line + 1 + #word > WIDTH then
      lines[#lines + 1], line = line, ""
    end
    line = line == "" and word or line .. " " .. word
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n" .. (" "):rep(indent))
end

-- "  request   GET /1/sales/{payment_id}"
local function fact(name, text)
  return ("  %-" .. INDENT - 2 .. "s"):format(name) .. wrap(text, INDENT)
end

-- "merchant_order_id (required), customer, payment (required)"
local function fields_of(row)
  local names = {}
  for _, field in ipairs(core.fields()) do
    if field.object == row.fields then
      if field.use == "required" then
        names[#names + 1] = field.host .. " (required)"
      elseif field.use == "optional" then
        names[#names + 1] = field.host
      end
    end
  end
  return table.concat(names, ", ")
end

local params = {}
for _, param in ipairs(core.params()) do params[param.name] = param end

-- The options of a client that each way of authenticating goes by.
local NEEDS = {
  MERCHANT = "the options merchant_id, merchant_key",
  BEARER = "the options client_id, client_secret",
  PAGE = "the options checkout_merchant_id, or client_id and client_secret, "
    .. "or all three",
  NOTICE = "no options: its merchant_id is the notification's",
  MPI = "the options mpi_client_id, mpi_client_secret",
  POST = "the options merchant_id, post_client_id, post_client_secret",
  GIVEN = "the options of its host",
}

-- "payment_id (string), amount (number, in cents)"
local function arguments_of(row)
  local arguments = {}
  for name in row.params:gmatch "[%w_]+" do
    local takes, about = params[name].takes, params[name].about
    if about == "" then about = takes end
    if not about:find(takes, 1, true) then about = takes .. ", " .. about end
    arguments[#arguments + 1] = ("%s (%s)"):format(name, about)
  end
  return table.concat(arguments, ", ")
end

local function request_of(row)
  if row.path ~= "-" then return row.method .. " " .. row.path end
  return row.noun == "-" and "the method and path given"
    or "none of its own: it makes the reads it needs"
end

local function effect_of(row)
  return row.is_write
    and "a write: repeated by itself only if it was surely not sent"
    or "nothing: a read"
end

local function result_of(row)
  if row.is_list then
    return "a list, cielo." .. row.result .. "[], empty when there is none"
  elseif row.result == "Empty" then
    return "a result without members of Cielo's"
  end
  return "cielo." .. row.result
end

-- Only writes, and what looks them up, can be in doubt.
local function kinds_of(row)
  local kinds = {}
  for _, kind in ipairs(core.kinds()) do
    if row.is_write or row.path == "-" or kind ~= "outcome_unknown" then
      kinds[#kinds + 1] = kind
    end
  end
  return table.concat(kinds, ", ")
end

local function describe(row)
  local owner = row.noun == "-" and "client" or "client." .. row.noun
  local lines = {
    owner .. ":" .. surface.signature(row), "  " .. row.about,
    fact("request", request_of(row)),
    fact("changes", effect_of(row)),
    fact("needs", NEEDS[row.auth]),
  }
  if row.params ~= "" then
    lines[#lines + 1] = fact("takes", arguments_of(row))
  end
  if row.params:find "fields" then
    lines[#lines + 1] = fact("fields", fields_of(row)
      .. '; cielo.help("' .. members.name(row.fields)
      .. '") says what each takes')
  end
  lines[#lines + 1] = fact("gives", result_of(row))
  lines[#lines + 1] = fact("options",
    "a last table: timeout (milliseconds), request_id (a GUID)")
  lines[#lines + 1] = fact("err.kind", kinds_of(row))
  return table.concat(lines, "\n")
end

-- The row of "sales.create", "client.sales:create", "request" or
-- "sale_create".
local function find(name)
  local own = name:gsub("^client[.:]", "")
  local noun, verb = own:match "^(%w+)[.:]([%w_]+)$"
  for _, row in ipairs(core.operations()) do
    if row.noun == noun and row.verb == verb or row.name == own then
      return row
    end
  end
end

local function signature(row)
  return (row.of and row.of .. ":" or "cielo.") .. surface.method_signature(row)
end

-- "journal.read" or "next_charge" in a module.
local function function_of(module, name)
  local value = module
  for part in name:gmatch "[%w_]+" do
    value = type(value) == "table" and value[part] or nil
  end
  return value
end

-- The row of "next_charge" or "cielo.next_charge", or of the function itself,
-- which either module may have.
local function find_function(subject)
  local name = type(subject) == "string" and subject:gsub("^cielo[.:]", "")
  for _, row in ipairs(functions) do
    for _, module in ipairs { "cielo", "resty.cielo" } do
      local loaded = package.loaded[module]
      if row.name == name
          or type(subject) == "function" and loaded
          and function_of(loaded, row.name) == subject then
        return row
      end
    end
  end
  for _, row in ipairs(methods) do
    local own = (row.of .. "." .. row.name):gsub("^client%.", "")
    if name and own == name:gsub("^client[.:]", ""):gsub(":", ".") then
      return row
    end
  end
end

local function describe_function(row)
  return signature(row) .. "\n  " .. wrap(row.about, 2) .. "\n"
    .. fact("gives", row.gives)
end

local function overview()
  local lines = { "lua-cielo " .. core.version .. "\n\n" .. OVERVIEW }
  for _, row in ipairs(functions) do
    lines[#lines + 1] = "  " .. signature(row)
  end
  lines[#lines + 1] = '\nThe objects that are sent; cielo.help("payment") tells of one:'
  for _, line in ipairs(members.list()) do lines[#lines + 1] = line end
  return table.concat(lines, "\n")
end

-- The verbs of "sales" or "client.sales", as the noun itself prints them.
local function verbs_of(name)
  if name == "-" then return nil end
  local lines = { "client." .. name:gsub("^client[.]", "") }
  for _, row in ipairs(core.operations()) do
    if "client." .. row.noun == lines[1] then
      lines[#lines + 1] = "  :" .. surface.signature(row)
    end
  end
  return lines[2] and table.concat(lines, "\n")
end

local function near_verb(subject)
  local names = {}
  for _, row in ipairs(core.operations()) do
    names[#names + 1] = row.noun == "-" and row.verb or row.noun .. "." .. row.verb
  end
  local near = core.near(subject:gsub("^client[.]", ""):gsub(":", "."), names)
  return near and ('"%s"'):format(near) or ""
end

local function operation(subject)
  local own = find_function(subject)
  if own then return describe_function(own) end
  local is_name = type(subject) == "string"
  local row = is_name and find(subject) or surface.row_of(subject)
  if row then return row.of and describe_function(row) or describe(row) end
  local verbs = is_name and verbs_of(subject)
  if verbs then return verbs end
  local text, near = nil, ""
  if is_name then text, near = members.describe(subject) end
  if text then return text end
  if is_name and near == "" then near = near_verb(subject) end
  error(('no operation is %s%s: cielo.help(client) lists them, and '
    .. 'cielo.help("sales.create") explains one'):format(
    is_name and ('"%s"'):format(subject) or "this function",
    near ~= "" and ", and no object that is sent (did you mean " .. near .. "?)" or ""), 3)
end

local function client(subject)
  local names, lines = {}, {}
  for name, noun in pairs(subject) do
    if type(noun) == "table" then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do lines[#lines + 1] = tostring(subject[name]) end
  lines[#lines + 1] = "client"
  for _, row in ipairs(core.operations()) do
    if row.noun == "-" then
      lines[#lines + 1] = "  :" .. surface.signature(row)
    end
  end
  for _, own in ipairs(surface.methods_of "client") do
    lines[#lines + 1] = "  :" .. own
  end
  return table.concat(lines, "\n")
end

-- Prints what there is to know about the module, a client, a noun, a function
-- or an operation, given as a name or as itself.
return function(subject)
  if subject == nil then return print(overview()) end
  if type(subject) == "string" or type(subject) == "function" then
    return print((operation(subject)))
  end
  if core.handle(subject) and subject.sales then return print(client(subject)) end
  print(subject)
end
