/*
 * The void book, laid out as codes_return.h: Cielo's table of void codes, "FF",
 * the success of the sale table, and "6", the denial seen in answers
 * [void-refused]. The table gives no retry rule: "allowed" where it says to try
 * again, "never" where the same request cannot succeed, and "unknown" where
 * that depends on time, balance or what really happened.
 *
 * BP900 and BP903 were added to it without a text that could be read. What they
 * are in the table of sales stands in their meaning, and as failures on Cielo's
 * side they leave it open whether the void was done.
 */
#ifndef CIELO_CODES_VOID_H
#define CIELO_CODES_VOID_H

/* Meanings that several codes share: Portuguese, English. */
#define VOID_PRODUCT \
    "Vendas deste produto não podem ser canceladas.", \
    "Sales of this product cannot be voided."

#define VOID_NO_BALANCE \
    "A agenda de recebíveis da loja não cobre o estorno; fale com a Cielo.", \
    "The store's receivables do not cover the refund; talk to Cielo."

#define VOID_TRY_AGAIN \
    "O processamento falhou; pode ser pedido outra vez.", \
    "Processing failed; it may be asked for again."

#define VOID_NO_SALE \
    "Não há venda de origem com os dados enviados.", \
    "There is no original sale with the details sent."

#define VOID_CARD_TYPE \
    "O CardType enviado não é o da venda.", \
    "The CardType sent is not the sale's."

#define VOID_RESTRICTED \
    "O cadastro da loja impede cancelar; trate com a central de cancelamento da Cielo.", \
    "The store's registration prevents voids; settle it with Cielo's cancellation desk."

#define VOID_TOO_MUCH \
    "O valor pedido passa do total da venda.", \
    "The amount asked for is more than the sale's total."

#define VOID_SAME_PENDING \
    "Já há um pedido igual à espera de resposta; aguarde e consulte a venda.", \
    "An equal request is already waiting for its answer; wait and query the sale."

#define VOID_DISPUTED \
    "A venda já tem cancelamento ou contestação, no todo ou em parte.", \
    "The sale already has a void or a dispute, in whole or in part."

#define VOID_NOT_DONE \
    "O cancelamento não se completou; consulte a venda antes de repetir.", \
    "The void did not complete; query the sale before repeating."

#define VOID_NO_ANSWER \
    "A resposta não veio no prazo; consulte a venda antes de repetir.", \
    "The answer did not come in time; query the sale before repeating."

#define CIELO__VOID_CODES(X) \
    X("0", success, NEVER, NOTHING, \
      "Cancelamento aceito; nas respostas, indica o parcial.", \
      "Void accepted; in answers it stands for a partial one.", \
      SHOPPER_VOIDED) \
    X("10", duplicate, UNKNOWN, NOTHING, \
      VOID_SAME_PENDING, \
      SHOPPER_VOID_PENDING) \
    X("100", not_found, UNKNOWN, NOTHING, \
      "A venda não foi encontrada, ou um cancelamento parcial dela ainda não foi liquidado.", \
      "The sale was not found, or a partial void of it is not settled yet.", \
      SHOPPER_NOT_VOIDED) \
    X("101", state, NEVER, NOTHING, \
      "A bandeira já não aceita cancelar uma venda tão antiga.", \
      "The brand no longer takes a void of a sale this old.", \
      SHOPPER_NOT_VOIDED) \
    X("102", amount, NEVER, AMOUNT, \
      VOID_TOO_MUCH, \
      SHOPPER_NOT_VOIDED) \
    X("103", merchant_configuration, NEVER, NOTHING, \
      VOID_RESTRICTED, \
      SHOPPER_NOT_VOIDED) \
    X("104", merchant_configuration, NEVER, NOTHING, \
      VOID_RESTRICTED, \
      SHOPPER_NOT_VOIDED) \
    X("105", merchant_configuration, NEVER, NOTHING, \
      VOID_RESTRICTED, \
      SHOPPER_NOT_VOIDED) \
    X("106", merchant_configuration, NEVER, NOTHING, \
      VOID_RESTRICTED, \
      SHOPPER_NOT_VOIDED) \
    X("107", merchant_configuration, NEVER, NOTHING, \
      VOID_RESTRICTED, \
      SHOPPER_NOT_VOIDED) \
    X("108", merchant_configuration, NEVER, DATA, \
      "O número de loja (EC) enviado não existe; corrija-o.", \
      "The store number (EC) sent does not exist; correct it.", \
      SHOPPER_NOT_VOIDED) \
    X("116", not_found, NEVER, NOTHING, \
      "Não há cancelamento com esses dados.", \
      "There is no void with these details.", \
      SHOPPER_NOT_VOIDED) \
    X("117", communication, UNKNOWN, NOTHING, \
      "O serviço de liquidação (clearing) não atendeu a chamada.", \
      "The clearing service did not take the call.", \
      SHOPPER_NOT_VOIDED) \
    X("120", not_permitted, NEVER, NOTHING, \
      VOID_PRODUCT, \
      SHOPPER_NOT_VOIDED) \
    X("121", not_permitted, NEVER, NOTHING, \
      "O ramo da loja (MCC) impede cancelar um parcelado ainda em aberto.", \
      "The store's trade (MCC) prevents voiding instalments still open.", \
      SHOPPER_NOT_VOIDED) \
    X("130", state, NEVER, NOTHING, \
      "A bandeira recusa: a venda já foi cancelada ou teve chargeback.", \
      "The brand refuses: the sale was already voided or charged back.", \
      SHOPPER_NOT_VOIDED) \
    X("160", card_data, NEVER, DATA, \
      VOID_CARD_TYPE, \
      SHOPPER_NOT_VOIDED) \
    X("17", state, NEVER, NOTHING, \
      VOID_DISPUTED, \
      SHOPPER_NOT_VOIDED) \
    X("206", not_found, NEVER, AMOUNT, \
      "Nenhuma venda tem o valor enviado.", \
      "No sale has the amount sent.", \
      SHOPPER_NOT_VOIDED) \
    X("209", not_found, NEVER, DATA, \
      "Nenhuma venda tem o produto enviado.", \
      "No sale has the product sent.", \
      SHOPPER_NOT_VOIDED) \
    X("215", not_found, NEVER, DATA, \
      "Nenhuma venda tem a bandeira enviada.", \
      "No sale has the brand sent.", \
      SHOPPER_NOT_VOIDED) \
    X("217", duplicate, NEVER, DATA, \
      "Os dados enviados servem a várias vendas; identifique melhor a que se quer cancelar.", \
      "The details sent fit several sales; identify better the one to void.", \
      SHOPPER_NOT_VOIDED) \
    X("221", not_found, NEVER, AMOUNT, \
      "O valor a cancelar não corresponde a nenhuma venda.", \
      "The amount to void corresponds to no sale.", \
      SHOPPER_NOT_VOIDED) \
    X("223", duplicate, UNKNOWN, NOTHING, \
      VOID_SAME_PENDING, \
      SHOPPER_VOID_PENDING) \
    X("3", not_found, NEVER, NOTHING, \
      "A Cielo não conhece a venda indicada.", \
      "Cielo does not know the sale named.", \
      SHOPPER_NOT_VOIDED) \
    X("40", state, NEVER, NOTHING, \
      "O prazo para cancelar esta venda já passou.", \
      "The time to void this sale has passed.", \
      SHOPPER_NOT_VOIDED) \
    X("41", state, NEVER, NOTHING, \
      "O status da venda não comporta este cancelamento, por exemplo por faltar a captura.", \
      "The sale's status does not take this void, for instance because it is not captured.", \
      SHOPPER_NOT_VOIDED) \
    X("42", state, NEVER, NOTHING, \
      VOID_DISPUTED, \
      SHOPPER_NOT_VOIDED) \
    X("43", funds, UNKNOWN, NOTHING, \
      VOID_NO_BALANCE, \
      SHOPPER_NOT_VOIDED) \
    X("475", communication, UNKNOWN, NOTHING, \
      VOID_NOT_DONE, \
      SHOPPER_NOT_VOIDED) \
    X("476", duplicate, UNKNOWN, NOTHING, \
      "Outro cancelamento desta venda está em processamento; aguarde o resultado.", \
      "Another void of this sale is being processed; wait for its outcome.", \
      SHOPPER_VOID_PENDING) \
    X("477", communication, UNKNOWN, NOTHING, \
      VOID_NOT_DONE, \
      SHOPPER_NOT_VOIDED) \
    X("5", communication, UNKNOWN, NOTHING, \
      "O pedido foi lido, mas não pôde ser efetivado; consulte a venda.", \
      "The request was read but could not be carried out; query the sale.", \
      SHOPPER_NOT_VOIDED) \
    X("504", communication, UNKNOWN, NOTHING, \
      VOID_NO_ANSWER, \
      SHOPPER_NOT_VOIDED) \
    X("51", amount, NEVER, AMOUNT, \
      VOID_TOO_MUCH, \
      SHOPPER_NOT_VOIDED) \
    X("52", not_found, NEVER, NOTHING, \
      VOID_NO_SALE, \
      SHOPPER_NOT_VOIDED) \
    X("53", not_permitted, NEVER, NOTHING, \
      VOID_PRODUCT, \
      SHOPPER_NOT_VOIDED) \
    X("54", state, UNKNOWN, NOTHING, \
      "Recusado sem causa declarada; a central da Cielo sabe o motivo.", \
      "Refused without a stated cause; Cielo's service desk knows the reason.", \
      SHOPPER_NOT_VOIDED) \
    X("55", amount, NEVER, AMOUNT, \
      "O que resta da venda é menor do que o pedido.", \
      "What is left of the sale is less than what was asked for.", \
      SHOPPER_NOT_VOIDED) \
    X("56", funds, UNKNOWN, NOTHING, \
      "A loja está sem saldo que pague o estorno.", \
      "The store lacks the balance to pay the refund.", \
      SHOPPER_NOT_VOIDED) \
    X("57", communication, ALLOWED, NOTHING, \
      VOID_TRY_AGAIN, \
      SHOPPER_NOT_VOIDED) \
    X("576", not_found, NEVER, NOTHING, \
      "A pré-autorização principal não aparece nos registros.", \
      "The main pre-authorisation does not show up in the records.", \
      SHOPPER_NOT_VOIDED) \
    X("58", card_data, NEVER, DATA, \
      "Cartão, bandeira ou CardType não são os da venda.", \
      "Card, brand or CardType are not the sale's.", \
      SHOPPER_NOT_VOIDED) \
    X("6", state, NEVER, NOTHING, \
      "A Cielo negou o cancelamento; a venda ficou como estava.", \
      "Cielo denied the void; the sale is as it was.", \
      SHOPPER_NOT_VOIDED) \
    X("60", card_data, NEVER, DATA, \
      VOID_CARD_TYPE, \
      SHOPPER_NOT_VOIDED) \
    X("72", funds, UNKNOWN, NOTHING, \
      VOID_NO_BALANCE, \
      SHOPPER_NOT_VOIDED) \
    X("76", funds, UNKNOWN, NOTHING, \
      "Este número de loja (EC) está sem saldo para o estorno.", \
      "This store number (EC) has no balance for the refund.", \
      SHOPPER_NOT_VOIDED) \
    X("77", not_found, NEVER, NOTHING, \
      VOID_NO_SALE, \
      SHOPPER_NOT_VOIDED) \
    X("9", success, NEVER, NOTHING, \
      "Cancelamento do valor inteiro aceito.", \
      "Void of the whole amount accepted.", \
      SHOPPER_VOIDED) \
    X("9016", state, UNKNOWN, NOTHING, \
      "A operação foi desfeita; consulte a venda para saber onde ela parou.", \
      "The operation was undone; query the sale to see where it stands.", \
      SHOPPER_NOT_VOIDED) \
    X("97", communication, UNKNOWN, NOTHING, \
      "O sistema está fora do ar; consulte a venda antes de repetir.", \
      "The system is down; query the sale before repeating.", \
      SHOPPER_NOT_VOIDED) \
    X("98", communication, UNKNOWN, NOTHING, \
      VOID_NO_ANSWER, \
      SHOPPER_NOT_VOIDED) \
    X("99", communication, ALLOWED, NOTHING, \
      VOID_TRY_AGAIN, \
      SHOPPER_NOT_VOIDED) \
    X("BP900", communication, UNKNOWN, NOTHING, \
      "A Cielo não publicou o que este código diz de um cancelamento; nas vendas é falha no envio do pedido. Consulte a venda.", \
      "Cielo has not published what this code says of a void; of a sale it is a failure to send the request. Query the sale.", \
      SHOPPER_NOT_VOIDED) \
    X("BP903", communication, UNKNOWN, NOTHING, \
      "A Cielo não publicou o que este código diz de um cancelamento; entre os de venda é a falha dessa etapa. Veja como ficou a venda.", \
      "Cielo has not published what this code says of a void; among those of sales it is the failure of that step. See where the sale stands.", \
      SHOPPER_NOT_VOIDED) \
    X("FF", success, NEVER, NOTHING, \
      "Cancelamento aceito, na forma usada pela tabela de vendas.", \
      "Void accepted, in the form used by the table of sales.", \
      SHOPPER_VOIDED)

#endif
