-- Where Lua tells 100 from 100.0 a computed amount may be a float: refused, and
-- told apart here from numbers that are no whole ones.

local HINT = "; this is a float: `//` or math.tointeger makes it one"

-- As the core compares names: case and "_" ignored.
local function plain(name) return (name:gsub("_", ""):lower()) end

local function member(value, name)
  if type(value) ~= "table" then return nil end
  if value[name] ~= nil then return value[name] end
  for key, found in next, value do
    if type(key) == "string" and plain(key) == plain(name) then return found end
  end
end

-- The value at "payment.split_payments[0].amount".
local function at(value, path)
  for name, position in path:gmatch "([^%.%[%]]*)%[?(%d*)%]?%.?" do
    if name ~= "" then value = member(value, name) end
    if position ~= "" then value = member(value, tonumber(position) + 1) end
  end
  return value
end

local function is_whole_float(value)
  return math.type(value) == "float" and math.tointeger(value) ~= nil
end

local function named(row, ...)
  local arguments, position = {}, 0
  for name in row.params:gmatch "[%w_]+" do
    position = position + 1
    arguments[name] = select(position, ...)
  end
  return arguments
end

-- Members of `fields` have no prefix in a problem's path.
local function add_hints(problems, arguments)
  for _, problem in ipairs(problems) do
    local value = at(arguments, problem.path)
    if value == nil then value = at(arguments.fields, problem.path) end
    if is_whole_float(value) then problem.message = problem.message .. HINT end
  end
end

-- Gives the message and the error of a verb that failed with these arguments.
return function(row, message, err, ...)
  if not math.type or err.kind ~= "validation" then return message, err end
  local first = err.problems[1]
  local before = first and first.message
  add_hints(err.problems, named(row, ...))
  if first and first.message ~= before then
    local start, stop = message:find(before, 1, true)
    message = start and message:sub(1, stop) .. HINT .. message:sub(stop + 1)
      or message
    err.message = message
  end
  return message, err
end
