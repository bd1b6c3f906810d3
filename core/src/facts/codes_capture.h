/*
 * The capture book, laid out as codes_return.h: Cielo's table of capture codes
 * and "6", which captures are answered with. The table gives no retry rule;
 * what a repeat cannot cure is "never", the rest "unknown".
 */
#ifndef CIELO_CODES_CAPTURE_H
#define CIELO_CODES_CAPTURE_H

#define CIELO__CAPTURE_CODES(X) \
    X("00", success, NEVER, NOTHING, \
      "A captura foi aceita.", \
      "The capture was accepted.", \
      SHOPPER_CAPTURED) \
    X("002", merchant_configuration, NEVER, NOTHING, \
      "MerchantId ou MerchantKey não conferem.", \
      "MerchantId or MerchantKey do not match.", \
      SHOPPER_NOT_CAPTURED) \
    X("003", not_found, NEVER, NOTHING, \
      "Nenhuma venda da loja tem este identificador.", \
      "No sale of the store has this identifier.", \
      SHOPPER_NOT_CAPTURED) \
    X("6", success, NEVER, NOTHING, \
      "Captura aceita; é o valor que chega nas respostas.", \
      "Capture accepted; this is the value seen in answers.", \
      SHOPPER_CAPTURED) \
    X("841", state, NEVER, NOTHING, \
      "Só se captura o que está autorizado; consulte o status da venda.", \
      "Only what is authorised can be captured; query the sale's status.", \
      SHOPPER_NOT_CAPTURED) \
    X("842", amount, NEVER, AMOUNT, \
      "Pediu-se capturar mais do que foi autorizado.", \
      "More was asked for than was authorised.", \
      SHOPPER_NOT_CAPTURED) \
    X("843", state, NEVER, NOTHING, \
      "O prazo para capturar acabou; é preciso uma nova venda.", \
      "The time to capture is over; a new sale is needed.", \
      SHOPPER_NOT_CAPTURED) \
    X("999", communication, UNKNOWN, NOTHING, \
      "O sistema da Cielo falhou; consulte a venda antes de capturar outra vez.", \
      "Cielo's system failed; query the sale before capturing again.", \
      SHOPPER_NOT_CAPTURED)

#endif
