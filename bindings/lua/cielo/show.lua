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

local function digits(number)
  local integer = math.type and math.type(number) == "integer"
  if integer then return ("%d"):format(number) end
  return number % 1 == 0 and ("%.0f"):format(number) or tostring(number)
end

-- A security code or a card may come as a number.
local function show_number(value, object, name)
  local text = digits(value)
  local masked = core.masked(object, name, text)
  return masked == text and tostring(value) or '"' .. masked .. '"'
end

local function show_scalar(value, object, name)
  if value == core.null then return "null" end
  if type(value) == "number" then return show_number(value, object, name) end
  if type(value) ~= "string" then return tostring(value) end
  local text = cut(core.masked(object, name, value))
  return '"' .. text:gsub('[%c"\\]', function(c)
    if c == '"' or c == "\\" then return "\\" .. c end
    return ("\\%03d"):format(c:byte())
  end) .. '"'
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

local function show_member(member, object, depth)
  if member.more then return { ("... %d more"):format(member.more) } end
  local lines
  if has_text(member.value) then
    lines = { tostring(member.value) }
  elseif type(member.value) == "table" then
    lines = show_table(member.value, depth + 1)
  else
    lines = { show_scalar(member.value, object, member.name or "") }
  end
  if member.name then lines[1] = member.name .. " = " .. lines[1] end
  return lines
end

-- Joins the lines of members into one if they are short.
local function inline(lines, width)
  for _, line in ipairs(lines) do width = width + #line + 2 end
  if width > WIDTH then return nil end
  return { "{ " .. table.concat(lines, ", ") .. " }" }
end

function show_table(value, depth)
  local object = core.kind(value)
  local lines, flat = {}, true
  if depth > DEPTH then return { "{ ... }" } end
  for _, member in ipairs(members(value)) do
    local part = show_member(member, object or 0, depth)
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

return function(value)
  local lines = show_table(value, 0)
  lines[1] = getmetatable(value) .. " " .. lines[1]
  if #lines > LINES then
    local left = #lines - LINES + 1
    for i = #lines, LINES, -1 do lines[i] = nil end
    local _, whole = core.kind(value)
    lines[LINES] = ("  ... %d lines more; %s"):format(left, whole
      and "cielo.to_json(result) gives all" or "its members print one by one")
  end
  return table.concat(lines, "\n")
end
