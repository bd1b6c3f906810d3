-- The members of an object that is sent, as cielo.help("payment") prints them.

local core = require "cielo.core"

-- CIELO_FIT_SLIP: above it a name is an object's.
local SLIP = 1

local members = {}

-- "page_payment" for "PagePayment"
local function snake(name)
  return (name:gsub("(%l)(%u)", "%1_%2"):lower())
end

members.name = snake

local function takes_of(field)
  if field.child ~= "None" and field.child ~= "Result" then
    local below = ('cielo.help("%s")'):format(snake(field.child))
    return field.type == "LIST" and "a list of " .. below or below
  end
  if #field.words > 0 then return table.concat(field.words, ", ") end
  return field.takes .. (field.size > 0 and " (" .. field.size .. ")" or "")
end

local function given_in(object)
  local rows, width = {}, 0
  for _, field in ipairs(core.fields()) do
    if field.object == object and (field.use == "required" or field.use == "optional") then
      rows[#rows + 1] = field
      width = math.max(width, #field.host)
    end
  end
  return rows, width
end

-- Where an object is sent, "sale.payment, the fields of recurrences.set_payment";
-- "" for an answer's own.
local function places_of(object)
  local places, verbs = {}, {}
  for _, field in ipairs(core.fields()) do
    if field.child == object and (field.use == "required" or field.use == "optional") then
      places[#places + 1] = snake(field.object) .. "." .. field.host
    end
  end
  for _, row in ipairs(core.operations()) do
    if row.fields == object and row.params:find "fields" then
      verbs[#verbs + 1] = row.noun .. "." .. row.verb
    end
  end
  if #verbs > 0 then places[#places + 1] = "the fields of " .. table.concat(verbs, ", ") end
  return table.concat(places, ", ")
end

-- A line for each object that is sent.
function members.list()
  local lines, seen, width = {}, {}, 0
  for _, field in ipairs(core.fields()) do
    local object = field.object
    local is_given = field.use == "required" or field.use == "optional"
    local places = is_given and not seen[object] and places_of(object) or ""
    if is_given then seen[object] = true end
    if places ~= "" then
      lines[#lines + 1] = { snake(object), places }
      width = math.max(width, #lines[#lines][1])
    end
  end
  for i, line in ipairs(lines) do
    lines[i] = ("  %-" .. width .. "s  %s"):format(line[1], line[2])
  end
  return lines
end

local function describe(object, also)
  local rows, width = given_in(object)
  local places = places_of(object)
  local lines = { snake(object) .. (places ~= "" and ": " .. places or "") }
  for _, field in ipairs(rows) do
    lines[#lines + 1] = ("  %-" .. width .. "s  %s%s"):format(field.host, takes_of(field),
      field.use == "required" and " (required)" or "")
  end
  if #also > 0 then
    lines[#lines + 1] = "There is also " .. table.concat(also, " or ") .. "."
  end
  return table.concat(lines, "\n")
end

-- The objects that a name may mean, the likeliest first, each with how well it fits.
local function find(name)
  local fits, found, seen = core.fits(name:match "[^.:]+$" or name), {}, {}
  for _, field in ipairs(core.fields()) do
    local object = field.object
    if fits[object] and not seen[object] then
      seen[object] = true
      found[#found + 1] = { object = object, fit = fits[object], place = #found }
    end
  end
  table.sort(found, function(a, b)
    if a.fit ~= b.fit then return a.fit > b.fit end
    return a.place < b.place
  end)
  return found
end

-- The text for an object's name or that of a member that holds it; else nil and
-- what may be meant, "" where nothing is near.
function members.describe(name)
  local found = find(name)
  local best = found[1]
  if best and best.fit > SLIP then
    local also = {}
    for i = 2, #found do
      if found[i].fit > SLIP then
        also[#also + 1] = ('cielo.help("%s")'):format(snake(found[i].object))
      end
    end
    return describe(best.object, also)
  end
  local near = {}
  for i, one in ipairs(found) do near[i] = ('"%s"'):format(snake(one.object)) end
  return nil, table.concat(near, " or ")
end

return members
