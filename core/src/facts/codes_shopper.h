/*
 * What the person paying is told: one pair (Portuguese, English) per thing to
 * do, shared by all codes that ask for it. A code about fraud, theft, blocking
 * or the security code gets the same sentence as an ordinary refusal, so that
 * nobody who tests stolen cards learns which part was right.
 */
#ifndef CIELO_CODES_SHOPPER_H
#define CIELO_CODES_SHOPPER_H

#define SHOPPER_APPROVED \
    "Pagamento aprovado. Obrigado pela compra!", \
    "Payment approved. Thank you!"

#define SHOPPER_REFUSED \
    "Este pagamento não foi aprovado. Use outro cartão ou outra forma de pagamento, ou fale com o banco que emitiu o cartão.", \
    "This payment was not approved. Please use another card or means of payment, or talk to the bank that issued the card."

#define SHOPPER_TOMORROW \
    "Este pagamento não foi aprovado. Use outro cartão ou, se preferir o mesmo, tente a partir de amanhã.", \
    "This payment was not approved. Please use another card or, if you prefer the same one, try from tomorrow on."

#define SHOPPER_LATER \
    "Não conseguimos concluir o pagamento agora. Tente mais tarde ou escolha outra forma de pagamento.", \
    "We could not complete the payment just now. Please try later or choose another means of payment."

#define SHOPPER_CHECK_CARD \
    "Este pagamento não foi aprovado. Confira todos os dados do cartão e preencha-os outra vez, ou use outro cartão.", \
    "This payment was not approved. Please check all the card details and fill them in again, or use another card."

#define SHOPPER_CHECK_DATA \
    "Algum dado do pagamento precisa de correção. Confira o que foi preenchido antes de continuar.", \
    "Some of the payment details need correcting. Please check what was filled in before going on."

#define SHOPPER_OTHER_MEANS \
    "Não é possível concluir o pagamento desta forma. Escolha outro cartão ou outra forma de pagamento.", \
    "The payment cannot be completed this way. Please choose another card or means of payment."

#define SHOPPER_USE_DEBIT \
    "Este cartão é de débito. Para pagar com ele, escolha a função débito.", \
    "This is a debit card. To pay with it, please choose debit."

#define SHOPPER_USE_CREDIT \
    "Este cartão é de crédito. Para pagar com ele, escolha a função crédito.", \
    "This is a credit card. To pay with it, please choose credit."

#define SHOPPER_AUTHENTICATE \
    "A confirmação pedida pelo banco não foi concluída. Refaça o pagamento e siga os passos do banco até o fim.", \
    "The confirmation your bank asked for was not completed. Please pay again and follow the bank's steps to the end."

#define SHOPPER_INSTALMENTS \
    "Este parcelamento não está disponível. Escolha outro número de parcelas.", \
    "These instalments are not available. Please choose another number of instalments."

#define SHOPPER_AMOUNT \
    "Não é possível pagar este valor desta forma. Fale com a loja ou escolha outra forma de pagamento.", \
    "This amount cannot be paid this way. Please talk to the store or choose another means of payment."

#define SHOPPER_STORE \
    "A loja não conseguiu concluir o pagamento. Fale com a loja ou escolha outra forma de pagamento.", \
    "The store could not complete the payment. Please talk to the store or choose another means of payment."

#define SHOPPER_AMEX \
    "Este pagamento não foi aprovado. Ligue para o número no verso do seu cartão American Express ou use outro cartão.", \
    "This payment was not approved. Please call the number on the back of your American Express card or use another card."

#define SHOPPER_SUBSCRIPTION \
    "A cobrança automática não foi feita. Fale com a loja se quiser manter o serviço.", \
    "The automatic charge was not made. Please talk to the store if you want to keep the service."

#define SHOPPER_CAPTURED \
    "A loja confirmou a cobrança.", \
    "The store confirmed the charge."

#define SHOPPER_NOT_CAPTURED \
    "A loja ainda não confirmou a cobrança. Em caso de dúvida, fale com a loja.", \
    "The store has not confirmed the charge yet. If in doubt, please talk to the store."

#define SHOPPER_VOIDED \
    "O cancelamento foi aceito. O prazo para ver o valor na fatura depende do banco.", \
    "The cancellation was accepted. When the amount shows on the statement depends on the bank."

#define SHOPPER_VOID_PENDING \
    "O cancelamento está em andamento. Não é preciso pedir de novo.", \
    "The cancellation is under way. There is no need to ask again."

#define SHOPPER_NOT_VOIDED \
    "O cancelamento ainda não foi concluído. Fale com a loja para saber como prosseguir.", \
    "The cancellation is not complete yet. Please talk to the store about how to go on."

#endif
