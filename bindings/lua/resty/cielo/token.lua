-- The OAuth token in a lua_shared_dict: one worker fetches it for all, and it
-- outlives a reload.

local core = require "cielo.core"

local ngx = ngx -- luacheck: read globals ngx
local now = core.now

-- The core lends no token in its last minute, nor does the dict.
local LAST = 60
-- A worker that dies while it fetches holds the others up so long.
local LEASE = 15
local POLL = 0.02

local token = {}
local taken = 0

-- Names the token without a secret: who asks, and whom.
local function key_of(call)
  local authorization, url = core.authorization(call)
  local pair = authorization
    and ngx.decode_base64(authorization:match "^Basic%s+(.+)$" or "")
  if not pair then return nil end
  return "cielo:" .. ngx.md5(url .. "\n" .. pair:match "^[^:]*")
end

local function answer(call, text, ttl)
  text = text:gsub('[\\"]', "\\%0")
  call:on_response(200, ('{"access_token":"%s","expires_in":%d}'):format(
    text, math.floor(ttl) + LAST))
end

-- Answers the call's request for a token out of the dict, which gives true; or
-- gives false and what `keep` takes when the caller has fetched it.
function token.answer(shared, call, deadline)
  local dict, key = shared.dict, key_of(call)
  if not key then return false end
  shared.token_key = key -- a client has one Checkout account, and one token
  local lock = key .. ":lock"
  taken = taken + 1
  local owner = ngx.worker.pid() .. "." .. taken
  while true do
    local text = dict:get(key)
    local ttl = text and dict:ttl(key)
    if ttl and ttl > 0 then
      answer(call, text, ttl)
      return true
    end
    local left = (deadline - now()) / 1000
    if left <= 0 then
      call:on_failure("no", "timeout", "another worker is fetching the token")
      return true
    end
    local added, err = dict:add(lock, owner, math.min(left, LEASE))
    if added then return false, { key = key, lock = lock, owner = owner } end
    if err ~= "exists" then return false, { key = key } end -- a full dict stops no sale
    ngx.sleep(math.min(POLL, left))
  end
end

-- Lets others fetch. A lock that ran out may be another worker's by now.
function token.release(shared, lease)
  local dict, lock = shared.dict, lease.lock
  if lock and dict:get(lock) == lease.owner then dict:delete(lock) end
end

-- After the answer was stepped over: shares what came of it.
function token.keep(shared, client, lease)
  local text, ends = core.token(client)
  local ttl = text and (ends - now()) / 1000 - LAST or 0
  if ttl > 0 then
    local kept, err = shared.dict:set(lease.key, text, ttl)
    if not kept then
      ngx.log(ngx.WARN, "cielo: the token was not kept for other workers: ",
        err)
    end
  end
  token.release(shared, lease)
end

-- Cielo refused the token this call used; another worker may have put a newer
-- one there meanwhile, which stays.
function token.drop(shared, call)
  local key, authorization = shared.token_key, core.authorization(call)
  local used = authorization and authorization:match "^Bearer%s+(.+)$"
  if key and used and shared.dict:get(key) == used then
    shared.dict:delete(key)
  end
end

return token
