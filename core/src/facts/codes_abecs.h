/*
 * Denials by brand, from Cielo's copy of the table of ABECS: first the causes
 * (category, reversible, change, meaning in Portuguese, in English), then
 * X(brand, code, cause) in the byte order of brand and code, which the look-up
 * relies on.
 *
 * How the source was read: cells that join two codes by "ou" are two rows,
 * cells without a code none. Mastercard's column is Hiper's and Hipercard's
 * too. Amex has two columns, its own numbers and what Cielo turns them into;
 * both are codes of "amex". Where several source rows share a code, one
 * irreversible row makes it irreversible (Amex FD), and BARRED, LOST_OR_BARRED,
 * CARD_OR_INSTALMENT, CARD_RESTRICTED, SECURITY, RESTRICTED_NOW, PICK_UP and
 * DOMESTIC_OR_CLOSED name the causes that then cannot be told apart. Elo has
 * since made 62 reversible and added 5C, whose text could not be read
 * [retry-programmes].
 */
#ifndef CIELO_CODES_ABECS_H
#define CIELO_CODES_ABECS_H

#define ABECS_GENERIC "issuer_decline", 1, CIELO_CHANGE_NOTHING, \
    "Recusa genérica do emissor; o cliente pode consultá-lo.", \
    "The issuer's generic refusal; the customer can ask it."

#define ABECS_FUNDS "funds", 1, CIELO_CHANGE_NOTHING, \
    "O cartão não tem saldo ou limite que cubra a compra.", \
    "The card's balance or limit does not stretch to the purchase."

#define ABECS_PASSWORD "authentication", 1, CIELO_CHANGE_DATA, \
    "Senha digitada errada.", \
    "Password typed wrongly."

#define ABECS_CARD_RESTRICTED "not_permitted", 1, CIELO_CHANGE_CARD, \
    "O emissor não abre esta operação ao cartão por ora: tipo de compra, atraso na fatura ou cartão por desbloquear.", \
    "For now the issuer does not open this operation to the card: kind of purchase, arrears or a card to be unlocked."

#define ABECS_NOT_PERMITTED "not_permitted", 0, CIELO_CHANGE_CARD, \
    "O emissor não abre este tipo de operação ao cartão.", \
    "The issuer does not open this kind of operation to the card."

#define ABECS_BARRED "not_permitted", 0, CIELO_CHANGE_CARD, \
    "O emissor barra a operação: tipo de compra, terminal, impedimento legal ou fraude confirmada.", \
    "The issuer bars the operation: kind of purchase, terminal, a legal impediment or confirmed fraud."

#define ABECS_LOST_OR_BARRED "blocked", 0, CIELO_CHANGE_CARD, \
    "O emissor barra o cartão: perda, roubo, fraude confirmada ou uso não permitido.", \
    "The issuer bars the card: loss, theft, confirmed fraud or a use not allowed."

#define ABECS_CARD_NUMBER "card_data", 0, CIELO_CHANGE_DATA, \
    "O número não é de um cartão deste emissor, ou tem erro.", \
    "The number is not of a card of this issuer, or has a mistake."

#define ABECS_SECURITY_CODE "security_code", 0, CIELO_CHANGE_DATA, \
    "O código de segurança falta ou não confere.", \
    "The security code is missing or does not match."

#define ABECS_SECURITY "fraud", 1, CIELO_CHANGE_DATA, \
    "Código de segurança errado ou compra que o emissor achou suspeita.", \
    "A wrong security code, or a purchase the issuer found suspicious."

#define ABECS_SUSPICION "fraud", 1, CIELO_CHANGE_NOTHING, \
    "O emissor achou a compra suspeita, por exemplo por viagem sem aviso; o cliente pode liberá-la com ele.", \
    "The issuer found the purchase suspicious, for instance a trip without notice; the customer can clear it with the issuer."

#define ABECS_MERCHANT "merchant_configuration", 0, CIELO_CHANGE_MEANS, \
    "A bandeira não reconhece a loja; acerte o cadastro com a Cielo.", \
    "The brand does not recognise the store; settle the registration with Cielo."

#define ABECS_REPEAT "communication", 1, CIELO_CHANGE_NOTHING, \
    "O emissor pede que a mesma venda seja enviada outra vez.", \
    "The issuer asks for the same sale to be sent again."

#define ABECS_ASK_ACQUIRER "merchant_configuration", 1, CIELO_CHANGE_NOTHING, \
    "A loja deve procurar a Cielo.", \
    "The store should contact Cielo."

#define ABECS_ACQUIRER "communication", 0, CIELO_CHANGE_CARD, \
    "Algo falhou na Cielo, não no emissor.", \
    "Something failed at Cielo, not at the issuer."

#define ABECS_CARD_ERROR "card_data", 0, CIELO_CHANGE_DATA, \
    "Erro do cartão ou dos seus dados.", \
    "An error of the card or its details."

#define ABECS_CARD_OR_INSTALMENT "card_data", 0, CIELO_CHANGE_DATA, \
    "Erro dos dados do cartão ou do valor da parcela.", \
    "An error of the card's details or of the instalment's amount."

#define ABECS_FORMAT "invalid_request", 0, CIELO_CHANGE_DATA, \
    "A mensagem tem formato errado.", \
    "The message has a wrong format."

#define ABECS_AMOUNT "amount", 0, CIELO_CHANGE_AMOUNT, \
    "O valor da compra não serve.", \
    "The purchase's amount does not fit."

#define ABECS_INSTALMENT "amount", 0, CIELO_CHANGE_AMOUNT, \
    "O valor da parcela não serve.", \
    "The instalment's amount does not fit."

#define ABECS_PASSWORD_TRIES "authentication", 1, CIELO_CHANGE_NOTHING, \
    "Houve erros de senha ou operações demais; o emissor precisa liberar o cartão.", \
    "There were too many wrong passwords or operations; the issuer has to release the card."

#define ABECS_LOST "blocked", 0, CIELO_CHANGE_CARD, \
    "O titular deu o cartão por perdido.", \
    "The holder reported the card lost."

#define ABECS_STOLEN "blocked", 0, CIELO_CHANGE_CARD, \
    "O titular deu o cartão por roubado.", \
    "The holder reported the card stolen."

#define ABECS_EXPIRED "expired", 0, CIELO_CHANGE_DATA, \
    "A data de validade passou ou foi informada errada.", \
    "The expiry date has passed or was given wrongly."

#define ABECS_TERMINAL "not_permitted", 0, CIELO_CHANGE_MEANS, \
    "O ponto de venda não pode fazer esta operação.", \
    "The point of sale cannot make this operation."

#define ABECS_EXCESS "limits", 1, CIELO_CHANGE_AMOUNT, \
    "O valor passa do que o emissor permite de uma vez.", \
    "The amount is more than the issuer allows at once."

#define ABECS_RESTRICTED_NOW "blocked", 1, CIELO_CHANGE_NOTHING, \
    "O emissor restringiu o cartão por um tempo, por atraso na fatura ou para compras fora do país.", \
    "The issuer restricted the card for a time, for arrears or for purchases abroad."

#define ABECS_DOMESTIC_OR_CLOSED "not_permitted", 0, CIELO_CHANGE_CARD, \
    "O cartão não compra fora do país, sua conta fechou ou há impedimento legal.", \
    "The card does not buy abroad, its account was closed or there is a legal impediment."

#define ABECS_MINIMUM "amount", 0, CIELO_CHANGE_AMOUNT, \
    "O valor é menor do que o emissor aceita.", \
    "The amount is less than the issuer takes."

#define ABECS_COUNT "limits", 1, CIELO_CHANGE_NOTHING, \
    "O cartão fez operações demais no período.", \
    "The card made too many operations in the period."

#define ABECS_PASSWORD_EXPIRED "authentication", 0, CIELO_CHANGE_CARD, \
    "A senha caducou ou não pôde ser decifrada.", \
    "The password lapsed or could not be deciphered."

#define ABECS_TARGET_ACCOUNT "not_permitted", 0, CIELO_CHANGE_CARD, \
    "A conta que receberia o valor não existe.", \
    "The account to receive the amount does not exist."

#define ABECS_SOURCE_ACCOUNT "not_permitted", 0, CIELO_CHANGE_CARD, \
    "A conta que pagaria o valor não existe.", \
    "The account to pay the amount does not exist."

#define ABECS_LOCKED_NEW "blocked", 1, CIELO_CHANGE_NOTHING, \
    "Cartão novo por desbloquear ou travado pelo próprio cliente no aplicativo.", \
    "A new card to be unlocked, or locked by the customer in the app."

#define ABECS_CRYPTOGRAM "card_data", 0, CIELO_CHANGE_CARD, \
    "O criptograma do cartão não confere.", \
    "The card's cryptogram does not match."

#define ABECS_ISSUER_DOWN "communication", 1, CIELO_CHANGE_NOTHING, \
    "O sistema do emissor não atende no momento.", \
    "The issuer's system does not answer at the moment."

#define ABECS_SYSTEM "communication", 1, CIELO_CHANGE_NOTHING, \
    "Um sistema no caminho da venda falhou.", \
    "A system on the sale's way failed."

#define ABECS_PREAUTHORISATION "amount", 0, CIELO_CHANGE_AMOUNT, \
    "O valor não é o da pré-autorização.", \
    "The amount is not that of the pre-authorisation."

#define ABECS_NOT_DEBIT "not_permitted", 1, CIELO_CHANGE_MEANS, \
    "O cartão não faz débito nesta conta; ofereça crédito.", \
    "The card makes no debit from this account; offer credit."

#define ABECS_NOT_CREDIT "not_permitted", 1, CIELO_CHANGE_MEANS, \
    "O cartão não tem crédito; ofereça débito.", \
    "The card has no credit; offer debit."

#define ABECS_PASSWORD_CHANGE "authentication", 0, CIELO_CHANGE_CARD, \
    "A troca de senha ou o desbloqueio do cartão não deu certo.", \
    "The change of password or the unlocking of the card did not succeed."

#define ABECS_PASSWORD_NEW "authentication", 1, CIELO_CHANGE_DATA, \
    "O emissor recusou a senha recém-trocada.", \
    "The issuer refused the password just changed."

#define ABECS_PICK_UP "blocked", 0, CIELO_CHANGE_CARD, \
    "O emissor quer o cartão de volta, por fraude ou outra causa grave.", \
    "The issuer wants the card back, for fraud or another grave cause."

#define ABECS_FRAUD "fraud", 0, CIELO_CHANGE_CARD, \
    "O emissor confirmou fraude.", \
    "The issuer confirmed fraud."

#define ABECS_NO_ISSUER "card_data", 0, CIELO_CHANGE_DATA, \
    "O começo do número (BIN) não leva a nenhum emissor.", \
    "The start of the number (BIN) leads to no issuer."

#define ABECS_LAUNDERING "not_permitted", 0, CIELO_CHANGE_CARD, \
    "Barrada por norma contra lavagem de dinheiro.", \
    "Stopped under rules against money laundering."

#define ABECS_REVERSAL "cancellation", 0, CIELO_CHANGE_NOTHING, \
    "O desfazimento pedido não serve.", \
    "The reversal asked for does not fit."

#define ABECS_ROUTING "communication", 0, CIELO_CHANGE_CARD, \
    "A rede não encontrou para onde levar a venda.", \
    "The network did not find where to take the sale."

#define ABECS_LAW "not_permitted", 0, CIELO_CHANGE_CARD, \
    "Barrada por impedimento legal.", \
    "Stopped by a legal impediment."

#define ABECS_DUPLICATE "duplicate", 0, CIELO_CHANGE_NOTHING, \
    "A venda repete os dados de rastreio de outra.", \
    "The sale repeats the tracing data of another."

#define ABECS_SURCHARGE "amount", 1, CIELO_CHANGE_AMOUNT, \
    "O emissor não aceita acréscimo na compra.", \
    "The issuer takes no surcharge on the purchase."

#define ABECS_SURCHARGE_DEBIT "amount", 1, CIELO_CHANGE_AMOUNT, \
    "A rede de débito não aceita acréscimo na compra.", \
    "The debit network takes no surcharge on the purchase."

#define ABECS_STAND_IN "communication", 1, CIELO_CHANGE_NOTHING, \
    "O emissor passou a decisão à bandeira (STIP).", \
    "The issuer handed the decision to the brand (STIP)."

#define ABECS_CASH "not_permitted", 0, CIELO_CHANGE_MEANS, \
    "O cartão não faz saques.", \
    "The card takes out no cash."

#define ABECS_STOP_ONE "state", 0, CIELO_CHANGE_MEANS, \
    "O cliente suspendeu a cobrança recorrente deste serviço.", \
    "The customer suspended this service's recurring charge."

#define ABECS_STOP_ALL "state", 0, CIELO_CHANGE_MEANS, \
    "O cliente suspendeu todas as cobranças recorrentes da loja.", \
    "The customer suspended all of the store's recurring charges."

#define ABECS_VISA_PIN "not_permitted", 0, CIELO_CHANGE_CARD, \
    "A operação não preenche as condições do Visa PIN.", \
    "The operation does not meet the terms of Visa PIN."

#define ABECS_STOP_ORDERS "state", 0, CIELO_CHANGE_MEANS, \
    "O cliente suspendeu todas as ordens de autorização.", \
    "The customer suspended every authorisation order."

#define ABECS_CLOSED "blocked", 0, CIELO_CHANGE_CARD, \
    "O cartão ficou sem conta: o cliente ou o emissor a fechou.", \
    "The card is left without an account: customer or issuer closed it."

#define ABECS_IDENTITY "authentication", 0, CIELO_CHANGE_DATA, \
    "A identidade do cliente não pôde ser validada.", \
    "The customer's identity could not be validated."

#define ABECS_ELO_GROUP_2 "issuer_decline", 1, CIELO_CHANGE_NOTHING, \
    "A Elo põe este código entre os reversíveis (grupo 2); o que ele quer dizer não foi publicado.", \
    "Elo counts this code among the reversible ones (group 2); what it means was not published."

#define ABECS_CHIP "not_permitted", 0, CIELO_CHANGE_MEANS, \
    "O cartão só pode ser usado com o chip.", \
    "The card can be used with its chip only."

#define CIELO__ABECS_ROWS(X) \
    X("amex", "100", GENERIC) \
    X("amex", "101", EXPIRED) \
    X("amex", "106", PASSWORD_TRIES) \
    X("amex", "109", MERCHANT) \
    X("amex", "110", AMOUNT) \
    X("amex", "115", CARD_OR_INSTALMENT) \
    X("amex", "116", FUNDS) \
    X("amex", "117", PASSWORD) \
    X("amex", "121", FUNDS) \
    X("amex", "122", CARD_NUMBER) \
    X("amex", "180", PASSWORD_EXPIRED) \
    X("amex", "181", FORMAT) \
    X("amex", "200", LOST_OR_BARRED) \
    X("amex", "8", CARD_NUMBER) \
    X("amex", "911", SYSTEM) \
    X("amex", "912", ISSUER_DOWN) \
    X("amex", "A1", ISSUER_DOWN) \
    X("amex", "A2", CARD_OR_INSTALMENT) \
    X("amex", "A3", FORMAT) \
    X("amex", "A4", PASSWORD_TRIES) \
    X("amex", "A5", FUNDS) \
    X("amex", "A6", PASSWORD) \
    X("amex", "A7", PASSWORD_EXPIRED) \
    X("amex", "AE", SYSTEM) \
    X("amex", "BV", EXPIRED) \
    X("amex", "DA", MERCHANT) \
    X("amex", "FA", GENERIC) \
    X("amex", "FD", LOST_OR_BARRED) \
    X("amex", "JB", AMOUNT) \
    X("elo", "12", CARD_ERROR) \
    X("elo", "13", AMOUNT) \
    X("elo", "14", CARD_NUMBER) \
    X("elo", "19", ACQUIRER) \
    X("elo", "23", INSTALMENT) \
    X("elo", "30", FORMAT) \
    X("elo", "38", PASSWORD_TRIES) \
    X("elo", "4", REPEAT) \
    X("elo", "41", LOST) \
    X("elo", "43", STOLEN) \
    X("elo", "46", CLOSED) \
    X("elo", "5", GENERIC) \
    X("elo", "51", FUNDS) \
    X("elo", "54", EXPIRED) \
    X("elo", "55", PASSWORD) \
    X("elo", "56", CARD_NUMBER) \
    X("elo", "57", BARRED) \
    X("elo", "58", MERCHANT) \
    X("elo", "59", SUSPICION) \
    X("elo", "5C", ELO_GROUP_2) \
    X("elo", "6", ASK_ACQUIRER) \
    X("elo", "61", EXCESS) \
    X("elo", "62", RESTRICTED_NOW) \
    X("elo", "63", SECURITY_CODE) \
    X("elo", "64", MINIMUM) \
    X("elo", "65", COUNT) \
    X("elo", "75", PASSWORD_TRIES) \
    X("elo", "76", TARGET_ACCOUNT) \
    X("elo", "77", SOURCE_ACCOUNT) \
    X("elo", "78", LOCKED_NEW) \
    X("elo", "82", CRYPTOGRAM) \
    X("elo", "83", PASSWORD_EXPIRED) \
    X("elo", "91", ISSUER_DOWN) \
    X("elo", "96", SYSTEM) \
    X("elo", "AB", NOT_DEBIT) \
    X("elo", "AC", NOT_CREDIT) \
    X("elo", "FM", CHIP) \
    X("elo", "P5", PASSWORD_CHANGE) \
    X("elo", "P6", PASSWORD_NEW) \
    X("master", "1", CARD_NUMBER) \
    X("master", "12", INSTALMENT) \
    X("master", "13", AMOUNT) \
    X("master", "14", CARD_NUMBER) \
    X("master", "15", NO_ISSUER) \
    X("master", "3", MERCHANT) \
    X("master", "30", ACQUIRER) \
    X("master", "4", PICK_UP) \
    X("master", "41", LOST) \
    X("master", "43", STOLEN) \
    X("master", "5", GENERIC) \
    X("master", "51", FUNDS) \
    X("master", "54", EXPIRED) \
    X("master", "55", PASSWORD) \
    X("master", "57", CARD_RESTRICTED) \
    X("master", "58", TERMINAL) \
    X("master", "61", EXCESS) \
    X("master", "62", DOMESTIC_OR_CLOSED) \
    X("master", "63", SECURITY) \
    X("master", "65", COUNT) \
    X("master", "75", PASSWORD_TRIES) \
    X("master", "88", PASSWORD_EXPIRED) \
    X("master", "91", ISSUER_DOWN) \
    X("master", "92", ROUTING) \
    X("master", "94", DUPLICATE) \
    X("master", "96", SYSTEM) \
    X("visa", "12", FORMAT) \
    X("visa", "13", AMOUNT) \
    X("visa", "14", CARD_NUMBER) \
    X("visa", "15", NO_ISSUER) \
    X("visa", "19", ACQUIRER) \
    X("visa", "3", MERCHANT) \
    X("visa", "39", NOT_CREDIT) \
    X("visa", "4", PICK_UP) \
    X("visa", "41", LOST) \
    X("visa", "43", STOLEN) \
    X("visa", "46", CLOSED) \
    X("visa", "5", GENERIC) \
    X("visa", "51", FUNDS) \
    X("visa", "52", NOT_DEBIT) \
    X("visa", "53", NOT_DEBIT) \
    X("visa", "54", EXPIRED) \
    X("visa", "55", PASSWORD) \
    X("visa", "57", NOT_PERMITTED) \
    X("visa", "58", TERMINAL) \
    X("visa", "59", SUSPICION) \
    X("visa", "6", CARD_ERROR) \
    X("visa", "61", EXCESS) \
    X("visa", "62", RESTRICTED_NOW) \
    X("visa", "64", LAUNDERING) \
    X("visa", "65", COUNT) \
    X("visa", "6P", IDENTITY) \
    X("visa", "7", FRAUD) \
    X("visa", "74", PASSWORD_EXPIRED) \
    X("visa", "75", PASSWORD_TRIES) \
    X("visa", "76", REVERSAL) \
    X("visa", "78", LOCKED_NEW) \
    X("visa", "81", PASSWORD_EXPIRED) \
    X("visa", "82", CRYPTOGRAM) \
    X("visa", "86", PASSWORD) \
    X("visa", "91", ISSUER_DOWN) \
    X("visa", "92", ROUTING) \
    X("visa", "93", LAW) \
    X("visa", "94", DUPLICATE) \
    X("visa", "96", SYSTEM) \
    X("visa", "B1", SURCHARGE) \
    X("visa", "B2", SURCHARGE_DEBIT) \
    X("visa", "N0", STAND_IN) \
    X("visa", "N3", CASH) \
    X("visa", "N4", EXCESS) \
    X("visa", "N7", SECURITY_CODE) \
    X("visa", "N8", PREAUTHORISATION) \
    X("visa", "R0", STOP_ONE) \
    X("visa", "R1", STOP_ALL) \
    X("visa", "R2", VISA_PIN) \
    X("visa", "R3", STOP_ORDERS)

/* What stands for a text of Cielo's that could not be read anywhere. */
#define ADVICE_NOT_PUBLISHED \
    "A Cielo anunciou este código sem publicar o que a Mastercard aconselha com ele.", \
    "Cielo announced this code without publishing what Mastercard advises by it."

/*
 * Mastercard's merchant advice codes: X(code, retry rule, change, CHARGED or
 * FREE, the month from which the row holds, meaning in Portuguese, in English),
 * in order. CHARGED: repeats against the advice cost a fee. The month is
 * YYYYMM, 0 where it is not known. For 01 and 04 the source names something to
 * put right and says nothing of repeats, hence "unknown"; so does what is known
 * of 45, a Maestro debit or prepaid card refused for want of a PIN
 * [retry-programmes].
 */
#define CIELO__MERCHANT_ADVICE_ROWS(X) \
    X("01", UNKNOWN, DATA, FREE, 0, \
      "O cartão tem dados novos; atualize-os antes de cobrar.", \
      "The card has new details; update them before charging.") \
    X("02", AFTER_72_HOURS, NOTHING, FREE, 0, \
      "Não é possível agora; espere 72 horas ou ofereça outra forma de pagamento.", \
      "Not possible now; wait 72 hours or offer another means of payment.") \
    X("03", NEVER, CARD, CHARGED, 0, \
      "Não repita esta cobrança.", \
      "Do not repeat this charge.") \
    X("04", UNKNOWN, DATA, FREE, 0, \
      "O token usado não cumpre as exigências; gere-o de novo ou envie o cartão.", \
      "The token used does not meet the requirements; make it anew or send the card.") \
    X("06", UNKNOWN, NOTHING, FREE, 202611, ADVICE_NOT_PUBLISHED) \
    X("07", UNKNOWN, NOTHING, FREE, 202611, ADVICE_NOT_PUBLISHED) \
    X("08", UNKNOWN, NOTHING, FREE, 202611, ADVICE_NOT_PUBLISHED) \
    X("21", NEVER, MEANS, CHARGED, 0, \
      "O cliente cancelou o plano; pare de cobrar.", \
      "The customer cancelled the plan; stop charging.") \
    X("24", AFTER_1_HOUR, NOTHING, CHARGED, 202610, \
      "Falta saldo; espere uma hora, pois a repetição antes disso é cobrada.", \
      "Funds are short; wait one hour, for a repeat before that is charged.") \
    X("25", AFTER_24_HOURS, NOTHING, CHARGED, 202610, \
      "Falta saldo; espere 24 horas, pois a repetição antes disso é cobrada.", \
      "Funds are short; wait 24 hours, for a repeat before that is charged.") \
    X("26", AFTER_2_DAYS, NOTHING, CHARGED, 202610, \
      "Falta saldo; espere dois dias, pois a repetição antes disso é cobrada.", \
      "Funds are short; wait two days, for a repeat before that is charged.") \
    X("27", AFTER_4_DAYS, NOTHING, CHARGED, 202610, \
      "Falta saldo; espere quatro dias, pois a repetição antes disso é cobrada.", \
      "Funds are short; wait four days, for a repeat before that is charged.") \
    X("28", AFTER_6_DAYS, NOTHING, CHARGED, 202610, \
      "Falta saldo; espere seis dias, pois a repetição antes disso é cobrada.", \
      "Funds are short; wait six days, for a repeat before that is charged.") \
    X("29", AFTER_8_DAYS, NOTHING, CHARGED, 202610, \
      "Falta saldo; espere oito dias, pois a repetição antes disso é cobrada.", \
      "Funds are short; wait eight days, for a repeat before that is charged.") \
    X("30", AFTER_10_DAYS, NOTHING, CHARGED, 202610, \
      "Falta saldo; espere dez dias, pois a repetição antes disso é cobrada.", \
      "Funds are short; wait ten days, for a repeat before that is charged.") \
    X("40", NEVER, CARD, FREE, 0, \
      "Cartão pré-pago sem recarga; peça outro.", \
      "A prepaid card that cannot be reloaded; ask for another.") \
    X("41", NEVER, CARD, FREE, 0, \
      "Cartão virtual de uso único já gasto; peça outro.", \
      "A single-use virtual card already spent; ask for another.") \
    X("43", UNKNOWN, NOTHING, FREE, 202508, ADVICE_NOT_PUBLISHED) \
    X("45", UNKNOWN, MEANS, FREE, 202610, \
      "Débito ou pré-pago Maestro recusado sem senha; com senha pode passar. Sem ela, ofereça outra forma de pagamento.", \
      "A Maestro debit or prepaid card refused without its PIN; with it, it may pass. Without, offer another means of payment.") \
    X("90", UNKNOWN, NOTHING, FREE, 202611, ADVICE_NOT_PUBLISHED) \
    X("99", UNKNOWN, NOTHING, FREE, 202611, ADVICE_NOT_PUBLISHED)

/* Visa's retry programme: X(code, category) for the codes it lists; any other
 * code is of category 4. Visa put 14 into category 3 too: its count says nothing
 * beside "never" [retry-programmes]. */
#define CIELO__VISA_ROWS(X) \
    X("03", 2) \
    X("04", 1) \
    X("07", 1) \
    X("12", 1) \
    X("14", 1) \
    X("15", 1) \
    X("19", 2) \
    X("1A", 3) \
    X("39", 2) \
    X("41", 1) \
    X("43", 1) \
    X("46", 1) \
    X("51", 2) \
    X("52", 2) \
    X("53", 2) \
    X("54", 3) \
    X("55", 3) \
    X("57", 1) \
    X("59", 2) \
    X("61", 2) \
    X("62", 2) \
    X("65", 2) \
    X("6P", 3) \
    X("70", 3) \
    X("75", 2) \
    X("78", 2) \
    X("82", 3) \
    X("86", 2) \
    X("91", 2) \
    X("93", 2) \
    X("96", 2) \
    X("N3", 2) \
    X("N4", 2) \
    X("N7", 3) \
    X("R0", 1) \
    X("R1", 1) \
    X("R3", 1) \
    X("Z5", 2)

#endif
