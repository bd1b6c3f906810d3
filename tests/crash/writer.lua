-- Sells without end, one after the other, until it is killed.
--
--   tools/lua.sh 5.4 tests/crash/writer.lua NAME

local cielo = require "cielo"

local client = assert(cielo.new {})

local number = 0
while true do
  assert(client.sales:create {
    MerchantOrderId = arg[1] .. "n" .. number,
    Payment = {
      Type = "CreditCard",
      Amount = math.random(100, 99999),
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
  number = number + 1
end
