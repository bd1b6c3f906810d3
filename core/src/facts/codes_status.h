/*
 * The numbered books but for the API's errors: X(number, name, Cielo's word or
 * "", meaning in Portuguese, meaning in English), in the order of the numbers,
 * which the look-up relies on. The words are kept as Cielo spells them. In the
 * books of sales and of orders the nature of the status follows the word; of
 * what comes after a payment, such as a chargeback, it says nothing.
 */
#ifndef CIELO_CODES_STATUS_H
#define CIELO_CODES_STATUS_H

/* Meanings that both books of recurrences share: Portuguese, English. */
#define STATUS_RUNNING \
    "A recorrência está em vigor.", \
    "The recurrence is running."

#define STATUS_FINISHED \
    "A recorrência chegou à data final.", \
    "The recurrence reached its end date."

#define STATUS_ATTEMPTS \
    "Desligada depois de cobranças recusadas demais.", \
    "Switched off after too many refused charges."

#define STATUS_CARD_EXPIRED \
    "Desligada porque o cartão venceu.", \
    "Switched off because the card expired."

/* API 3.0, Payment.Status. */
#define CIELO__SALE_STATUS_ROWS(X) \
    X(0, "not_finished", "NotFinished", UNFINISHED, \
      "Ainda sem desfecho: a venda espera por um passo do cliente ou do banco.", \
      "No outcome yet: the sale waits for a step of the customer or the bank.") \
    X(1, "authorized", "Authorized", AUTHORIZED, \
      "Autorizada e por capturar; um boleto foi registrado.", \
      "Authorised and to be captured; a boleto was registered.") \
    X(2, "payment_confirmed", "PaymentConfirmed", PAID, \
      "Paga: o valor foi capturado ou recebido.", \
      "Paid: the amount was captured or received.") \
    X(3, "denied", "Denied", REFUSED, \
      "Recusada pelo emissor ou pelo meio de pagamento.", \
      "Refused by the issuer or the means of payment.") \
    X(10, "voided", "Voided", GIVEN_BACK, \
      "Desfeita no próprio dia da autorização.", \
      "Undone on the very day of the authorisation.") \
    X(11, "refunded", "Refunded", GIVEN_BACK, \
      "Devolvida depois do dia da autorização.", \
      "Given back after the day of the authorisation.") \
    X(12, "pending", "Pending", PENDING, \
      "À espera de resposta da instituição financeira.", \
      "Waiting for the financial institution's answer.") \
    X(13, "aborted", "Aborted", REFUSED, \
      "Interrompida por falha no processamento ou pelo antifraude.", \
      "Broken off by a processing failure or by the antifraud.") \
    X(20, "scheduled", "Scheduled", PENDING, \
      "Recorrência agendada; a cobrança ainda não foi feita.", \
      "Recurrence scheduled; the charge has not been made yet.")

/* Checkout and payment links, payment.status and payment_status. */
#define CIELO__ORDER_STATUS_ROWS(X) \
    X(0, "undefined", "", NONE, \
      "Sem status definido; só aparece no histórico de recorrências.", \
      "No status set; seen in the history of recurrences only.") \
    X(1, "pending", "Pending", PENDING, \
      "O cliente ainda não pagou, por exemplo um boleto em aberto.", \
      "The customer has not paid yet, for instance an open boleto.") \
    X(2, "paid", "Paid", PAID, \
      "O pagamento foi capturado.", \
      "The payment was captured.") \
    X(3, "denied", "Denied", REFUSED, \
      "O emissor recusou o crédito.", \
      "The issuer refused the credit sale.") \
    X(4, "expired", "Expired", NONE, \
      "O prazo de captura acabou e a autorização caducou.", \
      "The time to capture ended and the authorisation lapsed.") \
    X(5, "voided", "Voided", GIVEN_BACK, \
      "O pedido foi cancelado.", \
      "The order was cancelled.") \
    X(6, "not_finalized", "NotFinalized", UNFINISHED, \
      "O pagamento começou, mas não chegou a um resultado.", \
      "The payment began but came to no result.") \
    X(7, "authorized", "Authorized", AUTHORIZED, \
      "Autorizado; a loja precisa capturar.", \
      "Authorised; the store has to capture.") \
    X(8, "chargeback", "Chargeback", NONE, \
      "O titular contestou a compra e o valor foi devolvido.", \
      "The holder disputed the purchase and the amount was returned.") \
    X(10, "authorized_id_pay_pending", "AuthorizedIdPayPending", PENDING, \
      "Autorizado, à espera da verificação de identidade (IdPay).", \
      "Authorised, waiting for the identity check (IdPay).")

/* API 3.0, RecurrentPayment.Status. */
#define CIELO__RECURRENCE_STATUS_ROWS(X) \
    X(1, "active", "", STATUS_RUNNING) \
    X(2, "finished", "", STATUS_FINISHED) \
    X(3, "disabled_by_merchant", "", \
      "A loja desligou a recorrência.", \
      "The store switched the recurrence off.") \
    X(4, "disabled_by_attempts", "", STATUS_ATTEMPTS) \
    X(5, "disabled_by_expired_card", "", STATUS_CARD_EXPIRED) \
    X(6, "waiting_for_boleto", "", \
      "À espera do pagamento do boleto.", \
      "Waiting for the boleto to be paid.") \
    X(8, "merchant_blocked", "", \
      "Parada por um bloqueio da loja.", \
      "Stopped by a block on the store.")

/* Checkout and payment links. */
#define CIELO__ORDER_RECURRENCE_STATUS_ROWS(X) \
    X(0, "pending", "", \
      "A recorrência ainda não teve resultado.", \
      "The recurrence has had no result yet.") \
    X(1, "active", "", STATUS_RUNNING) \
    X(2, "denied", "", \
      "A recorrência foi recusada.", \
      "The recurrence was refused.") \
    X(3, "disabled_by_user", "", \
      "Desligada por um usuário da loja.", \
      "Switched off by a user of the store.") \
    X(4, "finished", "", STATUS_FINISHED) \
    X(5, "disabled_by_expired_card", "", STATUS_CARD_EXPIRED) \
    X(6, "disabled_by_attempts", "", STATUS_ATTEMPTS) \
    X(7, "awaiting_conciliation", "", \
      "À espera de conciliação na Cielo.", \
      "Waiting for reconciliation at Cielo.")

/* API 3.0, FraudAnalysis.Status. */
#define CIELO__ANTIFRAUD_STATUS_ROWS(X) \
    X(0, "unknown", "Unknown", \
      "A análise não deu resultado conhecido.", \
      "The analysis gave no known result.") \
    X(1, "accept", "Accept", \
      "A análise recomenda aceitar a venda.", \
      "The analysis advises taking the sale.") \
    X(2, "reject", "Reject", \
      "A análise recomenda recusar a venda.", \
      "The analysis advises refusing the sale.") \
    X(3, "review", "Review", \
      "A venda foi para revisão manual.", \
      "The sale went to manual review.") \
    X(4, "aborted", "Aborted", \
      "A análise foi interrompida.", \
      "The analysis was broken off.") \
    X(5, "unfinished", "Unfinished", \
      "A análise não terminou.", \
      "The analysis did not end.")

/* Checkout and payment links, antifraud result. */
#define CIELO__ORDER_ANTIFRAUD_STATUS_ROWS(X) \
    X(0, "not_available", "", \
      "Sem informação de antifraude.", \
      "No antifraud information.") \
    X(1, "low_risk", "", \
      "Pouco risco de fraude.", \
      "Little risk of fraud.") \
    X(2, "high_risk", "", \
      "Muito risco de fraude; avalie antes de entregar.", \
      "Much risk of fraud; consider it before delivering.") \
    X(3, "not_finished", "", \
      "A análise ficou sem conclusão.", \
      "The analysis came to no conclusion.") \
    X(4, "moderate_risk", "", \
      "Risco de fraude intermediário; a decisão é da loja.", \
      "Middling risk of fraud; the decision is the store's.") \
    X(5, "authenticated", "", \
      "O cliente passou por autenticação.", \
      "The customer went through authentication.") \
    X(6, "not_contracted", "", \
      "A loja não contratou o antifraude.", \
      "The store has not contracted the antifraud.") \
    X(7, "waived", "", \
      "A análise foi dispensada.", \
      "The analysis was waived.") \
    X(8, "not_applicable", "", \
      "O meio de pagamento não passa por antifraude.", \
      "The means of payment has no antifraud.") \
    X(9, "recurrence", "", \
      "Cobrança recorrente, sem nova análise.", \
      "A recurring charge, without a new analysis.")

/* API 3.0, Payment.ReasonCode; the wire words keep Cielo's spelling. 25
 * and above come from its portal, which goes on after 33 with words not
 * known here. */
#define CIELO__REASON_CODE_ROWS(X) \
    X(0, "successful", "Successful", \
      "Tudo certo com a operação.", \
      "The operation went well.") \
    X(1, "affiliation_not_found", "AffiliationNotFound", \
      "A Cielo não conhece a afiliação da loja.", \
      "Cielo does not know the store's affiliation.") \
    X(2, "insufficient_funds", "IssuficientFunds", \
      "O saldo ou o limite não cobre a compra.", \
      "Balance or limit do not cover the purchase.") \
    X(3, "could_not_get_credit_card", "CouldNotGetCreditCard", \
      "Os dados guardados do cartão não puderam ser lidos.", \
      "The stored details of the card could not be read.") \
    X(4, "connection_with_acquirer_failed", "ConnectionWithAcquirerFailed", \
      "Não houve contato com a adquirente.", \
      "The acquirer could not be reached.") \
    X(5, "invalid_transaction_type", "InvalidTransactionType", \
      "O tipo de transação não serve.", \
      "The type of transaction does not fit.") \
    X(6, "invalid_payment_plan", "InvalidPaymentPlan", \
      "O plano de parcelas não serve.", \
      "The instalment plan does not fit.") \
    X(7, "denied", "Denied", \
      "O emissor recusou.", \
      "The issuer refused.") \
    X(8, "scheduled", "Scheduled", \
      "A cobrança ficou agendada.", \
      "The charge was scheduled.") \
    X(9, "waiting", "Waiting", \
      "À espera de uma etapa seguinte.", \
      "Waiting for a further step.") \
    X(10, "authenticated", "Authenticated", \
      "O cliente foi autenticado.", \
      "The customer was authenticated.") \
    X(11, "not_authenticated", "NotAuthenticated", \
      "O cliente não foi autenticado.", \
      "The customer was not authenticated.") \
    X(12, "problems_with_credit_card", "ProblemsWithCreditCard", \
      "Há um problema com o cartão.", \
      "There is a problem with the card.") \
    X(13, "card_canceled", "CardCanceled", \
      "O cartão deixou de valer.", \
      "The card is no longer valid.") \
    X(14, "blocked_credit_card", "BlockedCreditCard", \
      "O cartão tem um bloqueio.", \
      "There is a block on the card.") \
    X(15, "card_expired", "CardExpired", \
      "O cartão passou da validade.", \
      "The card is past its expiry.") \
    X(16, "aborted_by_fraud", "AbortedByFraud", \
      "O antifraude interrompeu a venda.", \
      "The antifraud broke the sale off.") \
    X(17, "could_not_antifraud", "CouldNotAntifraud", \
      "O antifraude não pôde analisar a venda.", \
      "The antifraud could not analyse the sale.") \
    X(18, "try_again", "TryAgain", \
      "A operação pode ser tentada outra vez.", \
      "The operation may be tried again.") \
    X(19, "invalid_amount", "InvalidAmount", \
      "O valor não serve.", \
      "The amount does not fit.") \
    X(20, "problems_with_issuer", "ProblemsWithIssuer", \
      "Há um problema com o emissor.", \
      "There is a problem with the issuer.") \
    X(21, "invalid_card_number", "InvalidCardNumber", \
      "O número do cartão está errado.", \
      "The card number is wrong.") \
    X(22, "time_out", "TimeOut", \
      "O tempo de espera acabou.", \
      "The waiting time ran out.") \
    X(23, "cartao_protegido_not_enabled", "CartaoProtegidoIsNotEnabled", \
      "O Cartão Protegido (tokens) não está habilitado na loja.", \
      "Cartão Protegido (tokens) is not enabled for the store.") \
    X(24, "payment_method_not_enabled", "PaymentMethodIsNotEnabled", \
      "O meio de pagamento não está habilitado na loja.", \
      "The means of payment is not enabled for the store.") \
    X(25, "could_not_find_payment_token", "CouldNotFindPaymentToken", \
      "Não há cartão sob esse token de pagamento.", \
      "There is no card under this payment token.") \
    X(26, "merchant_id_just_click_not_found", "MerchantIdJustClickNotFound", \
      "O cadastro de compra com um clique da loja não foi encontrado.", \
      "The store's one-click registration was not found.") \
    X(27, "brand_not_supported", "BrandNotSupported", \
      "A bandeira não é atendida.", \
      "The brand is not served.") \
    X(28, "card_options_not_supported", "CardOptionsNotSupported", \
      "As opções do cartão não são atendidas.", \
      "The card's options are not served.") \
    X(29, "wallet_key_invalid", "WalletKeyIsInvalid", \
      "A chave da carteira digital não serve.", \
      "The digital wallet's key does not fit.") \
    X(30, "merchant_wallet_configuration_not_found", "MerchantWalletConfigurationNotFound", \
      "A loja não tem a carteira digital configurada.", \
      "The store has not configured the digital wallet.") \
    X(31, "boleto_required_data_not_supported", "BoletoRequiredDataNotSupported", \
      "Há dado obrigatório do boleto fora do que se aceita.", \
      "A required detail of the boleto is outside what is accepted.") \
    X(32, "connection_with_antifraud_failed", "ConnectionWithAntifraudFailed", \
      "Não houve contato com o antifraude.", \
      "The antifraud could not be reached.") \
    X(33, "aborted_by_card_verification", "AbortedByCardVerification", \
      "A verificação do cartão interrompeu a venda.", \
      "The card verification broke the sale off.") \
    X(98, "invalid_request", "InvalidRequest", \
      "O pedido está malformado.", \
      "The request is malformed.") \
    X(99, "internal_error", "InternalError", \
      "Erro interno da Cielo.", \
      "Cielo's internal error.")

#endif
