-- A host in Lua that is to be killed: makes one write of a client with a journal, or
-- settles what others left, and tells a line of JSON for each entry.
--
--   tools/lua.sh 5.4 tests/crash/host.lua sale ORDER AMOUNT
--   tools/lua.sh 5.4 tests/crash/host.lua capture|void PAYMENT AMOUNT
--   tools/lua.sh 5.4 tests/crash/host.lua settle

local cielo = require "cielo"

local operation, what, amount = arg[1], arg[2], math.floor(tonumber(arg[3] or 0))
local client = assert(cielo.new {})

if operation == "settle" then
  for _, settled in ipairs(assert(client.journal:settle())) do
    local entry = settled.entry
    print(('{"id":"%s","order":"%s","payment_id":"%s","operation":"%s","amount":%d,"state":"%s"}')
      :format(entry.id, entry.merchant_order_id or "", entry.payment_id or "", entry.operation,
        entry.amount, settled.outcome.state))
  end
elseif operation == "sale" then
  assert(client.sales:create {
    MerchantOrderId = what,
    Customer = { Name = "CANARYNAME", Email = "canary@example.com" },
    Payment = {
      Type = "CreditCard",
      Amount = amount,
      Installments = 1,
      Capture = true,
      CreditCard = {
        CardNumber = "4024007197692931", -- Cielo's own test card
        Holder = "CANARYHOLDER",
        ExpirationDate = "12/2035",
        SecurityCode = "973",
        Brand = "Visa",
      },
    },
  })
else
  assert(client.sales[operation](client.sales, what, amount))
end
client:close()
print("done")
