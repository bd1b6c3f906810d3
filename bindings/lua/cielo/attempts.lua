-- Tells on_attempt of each attempt of a call, once it ended.

local attempts = {}

-- Nothing that it raises may change what came of a payment: `report` is told,
-- in words.
local function tell(on_attempt, report, attempt)
  local told, problem = pcall(on_attempt, attempt)
  if told then return end
  report("on_attempt raised: "
    .. (type(problem) == "string" and problem or "a " .. type(problem)))
end

-- `source` has attempts to give: a call, or many of them. `on_attempt` may be
-- nil.
function attempts.tell(source, on_attempt, report)
  if not on_attempt then return end
  local attempt = source:attempt()
  while attempt do
    tell(on_attempt, report, attempt)
    attempt = source:attempt()
  end
end

function attempts.to_stderr(text)
  io.stderr:write("cielo: ", text, "\n")
end

return attempts
