-- nginx takes from its workers every variable of the environment that nginx.conf
-- does not name: what is missing may be set and hidden, and the error says so.

local ADVICE = "or set (CIELO_[%u_]+)"
local HIDDEN = "or set %1, which nginx hides without `env %1;` in nginx.conf"

local hidden = {}

-- A sentence that advises to set a variable, as it is under nginx.
function hidden.text(text)
  if not rawget(_G, "ngx") then return text end
  return (text:gsub(ADVICE, HIDDEN))
end

-- Takes and gives what a verb gives.
function hidden.result(result, message, err)
  if result ~= nil or err.kind ~= "validation" or not rawget(_G, "ngx") then
    return result, message, err
  end
  for _, problem in ipairs(err.problems) do
    local before = problem.message
    if problem.rule == "required" then
      problem.message = hidden.text(before)
    end
    local start, stop = message:find(before, 1, true)
    if start and problem.message ~= before then
      message = message:sub(1, start - 1) .. problem.message
        .. message:sub(stop + 1)
      err.message = message
    end
  end
  return result, message, err
end

return hidden
