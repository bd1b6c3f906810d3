-- tostring of a result: readable, on one screen, card data masked.

local core = require "cielo.core"

local WIDTH, LINES, ITEMS, TEXT, DEPTH = 76, 48, 10, 100, 8

-- Cut on a character: a byte of the form 10xxxxxx continues one.
local function cut(text)
  if #text <= TEXT then return text end
  local last = TEXT
  while last > 0 and text:byte(last + 1) >= 128 and text:byte(last + 1) < 192 do
    last = last - 1
  end
  return text:sub(1, last) .. "..."
end

-- All digits of a whole number that may be a card's, floats too.
local function digits(number)
  local integer = math.type and math.type(number) == "integer"
  if integer then return ("%d"):format(number) end
  local whole = number % 1 == 0 and number > -1e19 and number < 1e19
  return whole and ("%.0f"):format(number) or tostring(number)
end

-- Control characters are for no terminal to obey.
local function escape(text)
  return (text:gsub('[%c"\\]', function(c)
    if c == '"' or c == "\\" then return "\\" .. c end
    return ("\\%03d"):format(c:byte())
  end))
end

-- Where a value stands is a member, which says what may be shown of it. The core
-- decides; of free text too, which is of no object and has no name.
local FREE = { object = 0, name = "" }

local function masked(text, member)
  return core.masked(member.object, member.name, text)
end

-- What a member hides whatever it says, it hides of all that it holds.
local function hides(member) return masked("-", member) ~= "-" end

local function show_number(value, member)
  local text = digits(value)
  local shown = masked(text, member)
  return shown == text and tostring(value) or '"' .. shown .. '"'
end

local function show_scalar(value, member)
  if value == core.null then return "null" end
  if type(value) == "number" then return show_number(value, member) end
  if type(value) ~= "string" then return tostring(value) end
  return '"' .. escape(cut(masked(value, member))) .. '"'
end

-- The parts of an advice that print as results do.
local PARTS = {
  ["cielo.Retry"] = true, ["cielo.Source"] = true, ["cielo.Source[]"] = true,
}

-- Whether a member has a text of its own: an advice, a Secret.
local function has_text(value)
  local name = getmetatable(value)
  return type(name) == "string" and not core.kind(value) and not PARTS[name]
end

-- Links are long, and Cielo says not to depend on them.
local function is_shown(name, class)
  return type(name) == "string"
    and not (class == "cielo.Hyperlink" and name == "href")
end

-- The members as {name, value}: items, then scalars by name, then tables.
local function members(value)
  local list, seen, class = {}, #value, getmetatable(value)
  for i = 1, math.min(seen, ITEMS) do list[i] = { value = value[i] } end
  if seen > ITEMS then list[#list + 1] = { more = seen - ITEMS } end
  local named = {}
  for name, member in pairs(value) do
    if is_shown(name, class) then
      named[#named + 1] =
        { name = name, value = member, deep = core.kind(member) ~= nil }
    end
  end
  table.sort(named, function(a, b)
    if a.deep ~= b.deep then return b.deep end
    return a.name < b.name
  end)
  for _, member in ipairs(named) do list[#list + 1] = member end
  return list
end

local show_table

local function show_value(value, member, depth)
  if has_text(value) then return { tostring(value) } end
  if type(value) == "table" then return show_table(value, member, depth + 1) end
  return { show_scalar(value, member) }
end

local function show_member(member, place, depth)
  if member.more then return { ("... %d more"):format(member.more) } end
  local lines = show_value(member.value, place, depth)
  if member.name then
    lines[1] = escape(cut(masked(member.name, FREE))) .. " = " .. lines[1]
  end
  return lines
end

-- Joins the lines of members into one if they are short.
local function inline(lines, width)
  for _, line in ipairs(lines) do width = width + #line + 2 end
  if width > WIDTH then return nil end
  return { "{ " .. table.concat(lines, ", ") .. " }" }
end

-- `around` is the member that holds this table: the items of a list stand in it.
function show_table(value, around, depth)
  local object, hidden = core.kind(value) or 0, hides(around)
  local lines, flat = {}, true
  if depth > DEPTH then return { "{ ... }" } end
  for _, member in ipairs(members(value)) do
    local place = around
    if member.name and not hidden then
      place = { object = object, name = member.name }
    end
    local part = show_member(member, place, depth)
    flat = flat and #part == 1
    for _, line in ipairs(part) do lines[#lines + 1] = line end
  end
  if #lines == 0 then return { "{}" } end
  local short = depth > 0 and flat and inline(lines, 2 * depth)
  if short then return short end
  for i, line in ipairs(lines) do lines[i] = "  " .. line end
  table.insert(lines, 1, "{")
  lines[#lines + 1] = "}"
  return lines
end

-- Warnings print last: what cuts them off tells that there are some.
local function cut_lines(lines, value)
  local _, whole = core.kind(value)
  local warnings = whole and core.kind(value.warnings) and #value.warnings or 0
  local last = warnings > 0 and LINES - 1 or LINES
  local left = #lines - last + 1
  for i = #lines, last, -1 do lines[i] = nil end
  lines[last] = ("  ... %d lines more; %s"):format(left, whole
    and "cielo.to_json(result) gives all" or "its members print one by one")
  if warnings > 0 then
    lines[LINES] = ("  warnings: %d, in its member warnings"):format(warnings)
  end
end

return function(value)
  local lines = show_table(value, FREE, 0)
  lines[1] = getmetatable(value) .. " " .. lines[1]
  if #lines > LINES then cut_lines(lines, value) end
  return table.concat(lines, "\n")
end
