/*
 * The sale book: X(code, category, retry rule, change, meaning in Portuguese,
 * meaning in English, the shopper's pair of codes_shopper.h), in the byte order
 * of the codes, which the look-up relies on.
 *
 * Codes and rules: Cielo's table of return codes, whole, with "FG" twice as it
 * stands there; "4" and "6", which answers carry for authorised and captured;
 * and what Cielo's later table ("ABECS and other codes") adds. Where both have
 * a code the older row stays: its rule is never the milder one (EB, GD, BP171).
 *
 * The later table writes "0", "2" and "9" where the older one has "00" and
 * "02". They are rows of their own under that very text: zeros are never
 * stripped or added, or "4" and "6" would turn into a blocked and a cancelled
 * card. Its "BP 171" and the like are written without the blank here.
 *
 * Codes that answer a void ("21", "72", "9", "FF" ...) stand here because both
 * tables list them; their meaning says so.
 */
#ifndef CIELO_CODES_RETURN_H
#define CIELO_CODES_RETURN_H

/* Meanings that several codes share: Portuguese, English. */
#define SALE_APPROVED \
    "O emissor aprovou a venda.", \
    "The issuer approved the sale."

#define SALE_REFERRED \
    "O emissor segura a venda por suspeita e só ele pode liberá-la; o cliente deve procurá-lo.", \
    "The issuer holds the sale back on suspicion and alone can release it; the customer must contact it."

#define SALE_DO_NOT_HONOR \
    "Recusa genérica: o emissor não revela se a causa é risco, fatura em atraso ou limite.", \
    "A generic refusal: the issuer does not say whether risk, arrears or the limit is the cause."

#define SALE_PICK_UP \
    "O emissor marcou o cartão para recolhimento; trate a venda como de risco e não insista.", \
    "The issuer marked the card for collection; treat the sale as risky and do not insist."

#define SALE_SECURITY_CODE \
    "O CVV enviado não confere com o do cartão; o cliente precisa conferir e preencher tudo de novo.", \
    "The CVV sent does not match the card's; the customer has to check and fill everything in again."

#define SALE_FUNDS \
    "O saldo ou o limite do cartão não cobre a compra; só vale repetir a partir do dia seguinte.", \
    "The card's balance or limit does not cover the purchase; repeating makes sense from the next day only."

#define SALE_EXPIRED \
    "A validade informada já passou ou foi digitada com erro.", \
    "The expiry date given has passed or was mistyped."

#define SALE_CARD_NOT_PERMITTED \
    "O emissor não libera este tipo de compra para o cartão.", \
    "The issuer does not open this kind of purchase to the card."

#define SALE_DATE \
    "A data da venda ou do primeiro vencimento não faz sentido; corrija-a no pedido.", \
    "The date of the sale or of the first due payment makes no sense; correct it in the request."

#define SALE_PROCESSING \
    "O processamento desta operação não terminou bem; peça os dados do cartão outra vez e, se persistir, acione a Cielo.", \
    "Processing did not end well; ask for the card details again and, if it persists, contact Cielo."

#define SALE_OFFLINE_TOMORROW \
    "O sistema do emissor ficou sem contato; deixe a nova tentativa para o dia seguinte e confira o gateway.", \
    "The issuer's system could not be reached; leave the next attempt to the next day and check the gateway."

#define SALE_DAILY_LIMIT \
    "O cartão atingiu o que pode gastar em um dia; o cliente pode rever isso com o emissor.", \
    "The card reached what it may spend in one day; the customer can take this up with the issuer."

#define SALE_DATA_ISSUER \
    "Um dado da venda não bateu com o que o emissor tem; o cliente precisa falar com ele.", \
    "A detail of the sale did not match what the issuer holds; the customer needs to talk to it."

#define SALE_DATA_RETRY \
    "Há dado incoerente na venda; revise com o cliente o que foi preenchido e envie corrigido.", \
    "A detail of the sale is inconsistent; review with the customer what was filled in and send it corrected."

#define SALE_DATA_INTEGRATION \
    "A mensagem da loja não passou nas conferências da Cielo; revise os campos e a integração.", \
    "The store's message did not pass Cielo's checks; review the fields and the integration."

#define CIELO__SALE_CODES(X) \
    X("0", success, NEVER, NOTHING, \
      SALE_APPROVED, \
      SHOPPER_APPROVED) \
    X("00", success, NEVER, NOTHING, \
      SALE_APPROVED, \
      SHOPPER_APPROVED) \
    X("000", success, NEVER, NOTHING, \
      SALE_APPROVED, \
      SHOPPER_APPROVED) \
    X("01", fraud, NEVER, CARD, \
      SALE_REFERRED, \
      SHOPPER_REFUSED) \
    X("02", fraud, NEVER, CARD, \
      SALE_REFERRED, \
      SHOPPER_REFUSED) \
    X("03", merchant_configuration, NEVER, MEANS, \
      "O número da loja não confere com o cadastro da Cielo; acerte com ela antes de vender de novo.", \
      "The store's number does not match Cielo's records; settle it with Cielo before selling again.", \
      SHOPPER_STORE) \
    X("04", blocked, NEVER, CARD, \
      "Há um bloqueio do emissor sobre este cartão; a venda só passa com outro.", \
      "The issuer has put a block on this card; the sale needs another one.", \
      SHOPPER_REFUSED) \
    X("05", issuer_decline, LIMITED, NOTHING, \
      SALE_DO_NOT_HONOR, \
      SHOPPER_REFUSED) \
    X("06", blocked, NEVER, CARD, \
      "O emissor encerrou este cartão em definitivo; guarde outro se a cobrança for recorrente.", \
      "The issuer closed this card for good; store another one if the charge is recurring.", \
      SHOPPER_REFUSED) \
    X("07", blocked, NEVER, CARD, \
      SALE_PICK_UP, \
      SHOPPER_REFUSED) \
    X("08", security_code, NEVER, DATA, \
      SALE_SECURITY_CODE, \
      SHOPPER_CHECK_CARD) \
    X("11", success, NEVER, NOTHING, \
      "Venda aprovada; o cartão foi emitido fora do Brasil.", \
      "Sale approved; the card was issued outside Brazil.", \
      SHOPPER_APPROVED) \
    X("12", card_data, NEVER, DATA, \
      "A operação e o cartão não combinam; confira com o cliente o que foi digitado.", \
      "The operation and the card do not go together; check with the customer what was typed.", \
      SHOPPER_CHECK_CARD) \
    X("13", amount, NEVER, AMOUNT, \
      "O valor enviado não serve para a venda; lembre que ele vai em centavos.", \
      "The amount sent does not fit the sale; remember that it goes in cents.", \
      SHOPPER_AMOUNT) \
    X("14", card_data, NEVER, DATA, \
      "Não há cartão ativo com esse número: erro de digitação, bloqueio ou teste de cartões em série. Valide o dígito (Luhn) antes de enviar.", \
      "No active card has this number: a typing error, a block or somebody testing cards. Validate the check digit (Luhn) before sending.", \
      SHOPPER_CHECK_CARD) \
    X("15", issuer_decline, NEVER, CARD, \
      "A Cielo não encontra o banco deste cartão ou não consegue falar com ele.", \
      "Cielo cannot find this card's bank or cannot talk to it.", \
      SHOPPER_OTHER_MEANS) \
    X("19", communication, LIMITED, NOTHING, \
      "Falha passageira no caminho da venda; espere e repita, e acione a Cielo se continuar.", \
      "A passing failure on the sale's way; wait and repeat, and contact Cielo if it goes on.", \
      SHOPPER_LATER) \
    X("2", fraud, NEVER, CARD, \
      SALE_REFERRED, \
      SHOPPER_REFUSED) \
    X("21", cancellation, NEVER, NOTHING, \
      "Diz respeito a cancelamento: a venda a cancelar não apareceu nos registros.", \
      "About a void: the sale to be voided did not show up in the records.", \
      SHOPPER_NOT_VOIDED) \
    X("22", amount, NEVER, AMOUNT, \
      "O parcelamento pedido não serve; confira quantas parcelas foram enviadas.", \
      "The instalment plan asked for does not fit; check how many instalments were sent.", \
      SHOPPER_INSTALMENTS) \
    X("23", amount, NEVER, AMOUNT, \
      "Cada parcela resultou em um valor que não é aceito.", \
      "Each instalment came to an amount that is not accepted.", \
      SHOPPER_INSTALMENTS) \
    X("24", amount, NEVER, AMOUNT, \
      "O total de parcelas está fora da faixa aceita.", \
      "The count of instalments is outside the accepted range.", \
      SHOPPER_INSTALMENTS) \
    X("25", invalid_request, LIMITED, DATA, \
      "Faltou o número do cartão no pedido; verifique o que a loja transmite.", \
      "The request came without a card number; check what the store transmits.", \
      SHOPPER_CHECK_CARD) \
    X("28", communication, LIMITED, NOTHING, \
      "Um recurso do processamento está fora do ar por ora; espere e repita.", \
      "A resource needed for processing is down for now; wait and repeat.", \
      SHOPPER_LATER) \
    X("30", invalid_request, NEVER, DATA, \
      "A mensagem foi recusada pelo formato ou pelo conteúdo; revise os campos e a integração com a Cielo.", \
      "The message was refused for its format or content; review the fields and the integration with Cielo.", \
      SHOPPER_CHECK_DATA) \
    X("39", issuer_decline, NEVER, CARD, \
      "O emissor errou ao tratar a venda e não vai aceitá-la assim.", \
      "The issuer failed to handle the sale and will not take it like this.", \
      SHOPPER_OTHER_MEANS) \
    X("4", success, NEVER, NOTHING, \
      "Venda autorizada; se a captura não for automática, ainda falta capturar.", \
      "Sale authorised; unless capture is automatic, it is still to be captured.", \
      SHOPPER_APPROVED) \
    X("41", blocked, NEVER, CARD, \
      "O titular comunicou a perda do cartão; não aceite nova tentativa com ele.", \
      "The holder reported the card lost; take no further attempt with it.", \
      SHOPPER_REFUSED) \
    X("43", blocked, NEVER, CARD, \
      "O titular comunicou o roubo do cartão; não aceite nova tentativa com ele.", \
      "The holder reported the card stolen; take no further attempt with it.", \
      SHOPPER_REFUSED) \
    X("475", cancellation, NEVER, NOTHING, \
      "Diz respeito a cancelamento: o sistema não respondeu a tempo. Consulte a venda antes de pedir outra vez.", \
      "About a void: the system did not answer in time. Query the sale before asking again.", \
      SHOPPER_NOT_VOIDED) \
    X("51", funds, NEXT_DAY, NOTHING, \
      SALE_FUNDS, \
      SHOPPER_TOMORROW) \
    X("52", card_data, NEVER, DATA, \
      "A conta do dígito verificador do cartão não fecha.", \
      "The card's check digit does not add up.", \
      SHOPPER_CHECK_CARD) \
    X("53", not_permitted, NEVER, CARD, \
      "A conta poupança ligada ao cartão não serve para esta compra.", \
      "The savings account behind the card cannot be used for this purchase.", \
      SHOPPER_OTHER_MEANS) \
    X("54", expired, NEVER, DATA, \
      SALE_EXPIRED, \
      SHOPPER_CHECK_CARD) \
    X("55", authentication, NEVER, DATA, \
      "O cliente digitou uma senha que o emissor não reconhece.", \
      "The customer typed a password that the issuer does not recognise.", \
      SHOPPER_REFUSED) \
    X("57", not_permitted, LIMITED, CARD, \
      SALE_CARD_NOT_PERMITTED, \
      SHOPPER_OTHER_MEANS) \
    X("58", merchant_configuration, NEVER, MEANS, \
      "A loja não tem a forma de pagamento pedida habilitada; confirme o cadastro na Cielo.", \
      "The store does not have the means of payment asked for enabled; confirm the registration with Cielo.", \
      SHOPPER_STORE) \
    X("59", fraud, NEVER, CARD, \
      "O emissor vê risco de fraude nesta compra; não insista com o mesmo cartão.", \
      "The issuer sees a risk of fraud in this purchase; do not insist with the same card.", \
      SHOPPER_REFUSED) \
    X("6", success, NEVER, NOTHING, \
      "Venda autorizada e já capturada.", \
      "Sale authorised and already captured.", \
      SHOPPER_APPROVED) \
    X("60", issuer_decline, LIMITED, NOTHING, \
      "Recusa sem causa declarada; pode ser repetida e, se voltar, o cliente deve procurar o emissor.", \
      "A refusal without a stated cause; it may be repeated and, if it returns, the customer should contact the issuer.", \
      SHOPPER_LATER) \
    X("61", communication, LIMITED, NOTHING, \
      "O emissor não está em condições de responder; repita mais tarde.", \
      "The issuer is in no state to answer; repeat later.", \
      SHOPPER_LATER) \
    X("62", not_permitted, NEXT_DAY, CARD, \
      "O cartão só compra dentro do país ou está com uso restrito por um tempo.", \
      "The card buys only within its country or its use is restricted for a time.", \
      SHOPPER_REFUSED) \
    X("63", issuer_decline, NEVER, CARD, \
      "Uma regra de segurança do emissor barrou a compra.", \
      "A security rule of the issuer stopped the purchase.", \
      SHOPPER_REFUSED) \
    X("64", amount, NEVER, AMOUNT, \
      "O emissor não aceita cobranças tão pequenas.", \
      "The issuer does not take charges this small.", \
      SHOPPER_AMOUNT) \
    X("65", limits, LIMITED, NOTHING, \
      "O cartão já fez todas as compras que o emissor permite no período.", \
      "The card has made all the purchases its issuer allows in the period.", \
      SHOPPER_REFUSED) \
    X("67", blocked, NEXT_DAY, NOTHING, \
      "O emissor suspendeu compras com o cartão até o fim do dia, em geral por tentativas erradas demais.", \
      "The issuer suspended purchases with the card until the end of the day, usually after too many wrong attempts.", \
      SHOPPER_REFUSED) \
    X("6P", card_data, LIMITED, DATA, \
      SALE_DATA_RETRY, \
      SHOPPER_CHECK_DATA) \
    X("70", funds, NEXT_DAY, NOTHING, \
      SALE_FUNDS, \
      SHOPPER_TOMORROW) \
    X("72", cancellation, NEVER, NOTHING, \
      "Diz respeito a cancelamento: a loja não tem saldo que cubra o estorno.", \
      "About a void: the store's balance does not cover the refund.", \
      SHOPPER_NOT_VOIDED) \
    X("74", authentication, NEVER, CARD, \
      "O cliente precisa trocar a senha do cartão com o emissor.", \
      "The customer needs to renew the card's password with the issuer.", \
      SHOPPER_REFUSED) \
    X("75", authentication, NEVER, CARD, \
      "A senha travou depois de erros seguidos; o emissor pode destravá-la.", \
      "The password locked after repeated errors; the issuer can unlock it.", \
      SHOPPER_REFUSED) \
    X("76", cancellation, NEVER, NOTHING, \
      "Diz respeito a cancelamento: o emissor desconhece a venda de origem.", \
      "About a void: the issuer does not know the sale it refers to.", \
      SHOPPER_NOT_VOIDED) \
    X("77", cancellation, NEVER, NOTHING, \
      "Diz respeito a cancelamento: nenhuma venda corresponde aos dados enviados.", \
      "About a void: no sale matches the details sent.", \
      SHOPPER_NOT_VOIDED) \
    X("78", blocked, NEVER, CARD, \
      "Cartão novo ainda por desbloquear; o cliente resolve isso com o emissor.", \
      "A new card still to be unlocked; the customer settles that with the issuer.", \
      SHOPPER_REFUSED) \
    X("79", not_permitted, NEVER, CARD, \
      "Recusa da Mastercard ligada à situação do cartão; leia também o código de orientação (MAC).", \
      "A Mastercard refusal tied to the card's state; read the merchant advice code (MAC) too.", \
      SHOPPER_OTHER_MEANS) \
    X("80", invalid_request, NEVER, DATA, \
      SALE_DATE, \
      SHOPPER_STORE) \
    X("82", card_data, NEVER, DATA, \
      "O cartão não foi aceito como enviado; na Mastercard, é recusa por política do emissor.", \
      "The card was not accepted as sent; with Mastercard, a refusal by the issuer's policy.", \
      SHOPPER_CHECK_CARD) \
    X("83", authentication, NEVER, CARD, \
      "A conferência de senha falhou; na Mastercard, é recusa por fraude ou segurança.", \
      "The password check failed; with Mastercard, a refusal for fraud or security.", \
      SHOPPER_REFUSED) \
    X("85", communication, NEVER, DATA, \
      SALE_PROCESSING, \
      SHOPPER_CHECK_CARD) \
    X("86", communication, NEVER, DATA, \
      SALE_PROCESSING, \
      SHOPPER_CHECK_CARD) \
    X("89", communication, LIMITED, NOTHING, \
      "A venda tropeçou em um erro; pode ser repetida e, se voltar, o cliente deve procurar o emissor.", \
      "The sale tripped over an error; it may be repeated and, if it returns, the customer should contact the issuer.", \
      SHOPPER_LATER) \
    X("9", cancellation, NEVER, NOTHING, \
      "Diz respeito a cancelamento aceito; não vale como autorização. Procure o código no livro de cancelamento.", \
      "About a void that was accepted; no authorisation. Look the code up in the book of voids.", \
      SHOPPER_VOIDED) \
    X("90", communication, NEVER, DATA, \
      SALE_PROCESSING, \
      SHOPPER_CHECK_CARD) \
    X("91", communication, LIMITED, NOTHING, \
      "O emissor saiu do ar por um momento; espere antes de repetir.", \
      "The issuer went down for a moment; wait before repeating.", \
      SHOPPER_LATER) \
    X("92", communication, LIMITED, NOTHING, \
      "A resposta não chegou no prazo; consulte a venda antes de repetir.", \
      "The answer did not arrive in time; query the sale before repeating.", \
      SHOPPER_LATER) \
    X("93", merchant_configuration, NEVER, MEANS, \
      "A venda fere uma regra, talvez por falha no cadastro da loja; confirme com a Cielo.", \
      "The sale breaks a rule, perhaps through a fault in the store's registration; confirm with Cielo.", \
      SHOPPER_STORE) \
    X("96", communication, LIMITED, NOTHING, \
      "Os sistemas da Cielo não deram conta da venda; repita mais tarde e acione-a se continuar.", \
      "Cielo's systems did not manage the sale; repeat later and contact Cielo if it goes on.", \
      SHOPPER_LATER) \
    X("97", amount, NEVER, AMOUNT, \
      "A operação não comporta o valor enviado.", \
      "The operation does not take the amount sent.", \
      SHOPPER_AMOUNT) \
    X("98", communication, LIMITED, NOTHING, \
      "O sistema do emissor ficou sem contato; se atingir todas as vendas, confira gateway e rede.", \
      "The issuer's system could not be reached; if every sale suffers, check gateway and network.", \
      SHOPPER_LATER) \
    X("99", communication, NEXT_DAY, NOTHING, \
      SALE_OFFLINE_TOMORROW, \
      SHOPPER_TOMORROW) \
    X("999", communication, NEXT_DAY, NOTHING, \
      SALE_OFFLINE_TOMORROW, \
      SHOPPER_TOMORROW) \
    X("AA", communication, LIMITED, NOTHING, \
      "O emissor demorou demais para responder; consulte a venda antes de repetir.", \
      "The issuer took too long to answer; query the sale before repeating.", \
      SHOPPER_LATER) \
    X("AC", not_permitted, NEVER, MEANS, \
      "Um cartão só de débito foi cobrado como crédito; ofereça a função débito.", \
      "A debit-only card was charged as credit; offer debit.", \
      SHOPPER_USE_DEBIT) \
    X("AE", communication, LIMITED, NOTHING, \
      "O emissor está lento e pede que a venda volte mais tarde.", \
      "The issuer is slow and asks for the sale to come back later.", \
      SHOPPER_LATER) \
    X("AF", communication, NEVER, DATA, \
      SALE_PROCESSING, \
      SHOPPER_CHECK_CARD) \
    X("AG", communication, NEVER, DATA, \
      SALE_PROCESSING, \
      SHOPPER_CHECK_CARD) \
    X("AH", not_permitted, NEVER, MEANS, \
      "Um cartão só de crédito foi cobrado como débito; ofereça a função crédito.", \
      "A credit-only card was charged as debit; offer credit.", \
      SHOPPER_USE_CREDIT) \
    X("AI", authentication, NEVER, DATA, \
      "O cliente não passou até o fim pela autenticação (3DS); refaça-a e, se persistir, informe à Cielo o BIN do cartão.", \
      "The customer did not go through authentication (3DS) to the end; redo it and, if it persists, give Cielo the card's BIN.", \
      SHOPPER_AUTHENTICATE) \
    X("AJ", not_permitted, NEVER, MEANS, \
      "A operação é exclusiva de cartões de loja (private label) e recebeu outro tipo.", \
      "The operation is for store cards (private label) only and was given another kind.", \
      SHOPPER_OTHER_MEANS) \
    X("AV", card_data, LIMITED, DATA, \
      SALE_DATA_RETRY, \
      SHOPPER_CHECK_DATA) \
    X("BD", communication, NEVER, DATA, \
      SALE_PROCESSING, \
      SHOPPER_CHECK_CARD) \
    X("BL", limits, NEXT_DAY, NOTHING, \
      SALE_DAILY_LIMIT, \
      SHOPPER_TOMORROW) \
    X("BM", card_data, NEVER, DATA, \
      "O número do cartão não foi reconhecido, por digitação ou bloqueio; confira o dígito (Luhn) antes de enviar.", \
      "The card number was not recognised, through typing or a block; check its digit (Luhn) before sending.", \
      SHOPPER_CHECK_CARD) \
    X("BN", blocked, NEVER, CARD, \
      "Há bloqueio no cartão ou na conta do cliente, que só o emissor desfaz.", \
      "There is a block on the customer's card or account, which only the issuer can lift.", \
      SHOPPER_REFUSED) \
    X("BO", communication, LIMITED, DATA, \
      "O processamento desta operação não terminou bem; peça os dados do cartão outra vez e, se persistir, o caso é com o emissor.", \
      "Processing did not end well; ask for the card details again and, if it persists, it is a matter for the issuer.", \
      SHOPPER_CHECK_CARD) \
    X("BP", issuer_decline, NEVER, CARD, \
      "O cartão aponta para uma conta que o emissor não tem.", \
      "The card points to an account the issuer does not have.", \
      SHOPPER_REFUSED) \
    X("BP171", fraud, NEVER, MEANS, \
      "A análise de risco (Velocity) barrou a venda antes do emissor; não insista.", \
      "Risk analysis (Velocity) stopped the sale before the issuer; do not insist.", \
      SHOPPER_REFUSED) \
    X("BP176", merchant_configuration, UNKNOWN, MEANS, \
      "A integração da loja com o parceiro ficou por concluir.", \
      "The store's integration with the partner is not finished.", \
      SHOPPER_STORE) \
    X("BP900", communication, ALLOWED, NOTHING, \
      "O envio do pedido falhou; consulte a venda e só repita meia hora depois.", \
      "Sending the request failed; query the sale and repeat only half an hour later.", \
      SHOPPER_LATER) \
    X("BP901", communication, ALLOWED, NOTHING, \
      "A etapa de autorização falhou; consulte a venda e só repita meia hora depois.", \
      "The authorisation step failed; query the sale and repeat only half an hour later.", \
      SHOPPER_LATER) \
    X("BP902", communication, ALLOWED, NOTHING, \
      "A captura esbarrou em outra operação ainda sem resposta; espere essa resposta e repita.", \
      "The capture ran into another operation still unanswered; wait for that answer and repeat.", \
      SHOPPER_STORE) \
    X("BP903", cancellation, ALLOWED, NOTHING, \
      "A etapa de cancelamento falhou; pode ser pedida outra vez.", \
      "The void step failed; it may be asked for again.", \
      SHOPPER_NOT_VOIDED) \
    X("BP904", communication, ALLOWED, NOTHING, \
      "A etapa de consulta falhou; pode ser refeita.", \
      "The query step failed; it may be redone.", \
      SHOPPER_LATER) \
    X("BR", blocked, NEVER, CARD, \
      "O cliente não tem mais a conta ligada ao cartão.", \
      "The customer no longer has the account behind the card.", \
      SHOPPER_REFUSED) \
    X("BV", expired, NEVER, DATA, \
      SALE_EXPIRED, \
      SHOPPER_CHECK_CARD) \
    X("C1", not_permitted, NEVER, MEANS, \
      "O cartão não compra no débito; ofereça crédito ou outro cartão.", \
      "The card does not buy by debit; offer credit or another card.", \
      SHOPPER_OTHER_MEANS) \
    X("C2", card_data, NEVER, DATA, \
      "O cliente preencheu algo errado na página de pagamento.", \
      "The customer filled something in wrongly on the payment page.", \
      SHOPPER_CHECK_DATA) \
    X("C3", not_permitted, NEVER, MEANS, \
      "O prazo pedido não existe para esta modalidade de venda.", \
      "The period asked for does not exist for this kind of sale.", \
      SHOPPER_OTHER_MEANS) \
    X("CF", issuer_decline, NEVER, CARD, \
      SALE_DATA_ISSUER, \
      SHOPPER_REFUSED) \
    X("CG", issuer_decline, NEVER, CARD, \
      SALE_DATA_ISSUER, \
      SHOPPER_REFUSED) \
    X("DA", issuer_decline, NEVER, CARD, \
      SALE_DATA_ISSUER, \
      SHOPPER_REFUSED) \
    X("DF", card_data, LIMITED, DATA, \
      "O cartão tem defeito ou foi digitado errado; peça os dados outra vez.", \
      "The card is faulty or was mistyped; ask for its details again.", \
      SHOPPER_CHECK_CARD) \
    X("DM", funds, NEXT_DAY, NOTHING, \
      SALE_FUNDS, \
      SHOPPER_TOMORROW) \
    X("DQ", issuer_decline, NEVER, CARD, \
      SALE_DATA_ISSUER, \
      SHOPPER_REFUSED) \
    X("DS", not_permitted, LIMITED, CARD, \
      SALE_CARD_NOT_PERMITTED, \
      SHOPPER_OTHER_MEANS) \
    X("EB", limits, NEXT_DAY, NOTHING, \
      "O cartão chegou ao teto do dia; uma tabela mais nova da Cielo usa o código para parcelas em excesso.", \
      "The card reached its ceiling for the day; a newer table of Cielo's uses the code for too many instalments.", \
      SHOPPER_TOMORROW) \
    X("EE", amount, NEVER, AMOUNT, \
      "O menor valor de parcela é R$ 5,00; divida a compra em menos vezes.", \
      "The smallest instalment is R$ 5.00; split the purchase into fewer.", \
      SHOPPER_INSTALMENTS) \
    X("EK", not_permitted, LIMITED, CARD, \
      SALE_CARD_NOT_PERMITTED, \
      SHOPPER_OTHER_MEANS) \
    X("FA", issuer_decline, NEVER, CARD, \
      "A American Express recusou a venda, sem dar a causa.", \
      "American Express refused the sale without giving the cause.", \
      SHOPPER_REFUSED) \
    X("FC", issuer_decline, NEVER, CARD, \
      "Recusada até que o cliente converse com o emissor.", \
      "Refused until the customer has talked to the issuer.", \
      SHOPPER_REFUSED) \
    X("FD", blocked, NEVER, CARD, \
      SALE_PICK_UP, \
      SHOPPER_REFUSED) \
    X("FE", invalid_request, NEVER, DATA, \
      SALE_DATE, \
      SHOPPER_STORE) \
    X("FF", cancellation, NEVER, NOTHING, \
      "Diz respeito a cancelamento, que foi aceito; nunca é resposta de autorização.", \
      "About a void, which was accepted; never the answer to an authorisation.", \
      SHOPPER_VOIDED) \
    X("FG", issuer_decline, NEVER, CARD, \
      "Recusada até que o cliente converse com a American Express.", \
      "Refused until the customer has talked to American Express.", \
      SHOPPER_AMEX) \
    X("FG", issuer_decline, NEVER, CARD, \
      "A American Express espera uma ligação do cliente para a central dela.", \
      "American Express expects the customer to call its service line.", \
      SHOPPER_AMEX) \
    X("GA", fraud, NEVER, CARD, \
      "Retida na prevenção a fraudes da Cielo; aguarde que ela procure a loja.", \
      "Held by Cielo's fraud prevention; wait until Cielo contacts the store.", \
      SHOPPER_REFUSED) \
    X("GD", merchant_configuration, NEVER, MEANS, \
      "A Cielo não processa esta venda para a loja; pergunte a ela o motivo.", \
      "Cielo does not process this sale for the store; ask it for the reason.", \
      SHOPPER_STORE) \
    X("GF", merchant_configuration, NEVER, MEANS, \
      "O endereço IP de onde partiu o pedido não está liberado; acerte a lista com a Cielo.", \
      "The IP address the request came from is not released; settle the list with Cielo.", \
      SHOPPER_STORE) \
    X("GK", fraud, NEVER, MEANS, \
      "A loja está em bloqueio passageiro por causa de testes de cartões em série; proteja a página de pagamento.", \
      "The store is under a passing block because somebody is testing cards; protect the payment page.", \
      SHOPPER_REFUSED) \
    X("GT", fraud, NEVER, MEANS, \
      "A venda parece parte de um teste de cartões em série; proteja a página de pagamento.", \
      "The sale looks like part of a run of card testing; protect the payment page.", \
      SHOPPER_REFUSED) \
    X("HJ", invalid_request, NEVER, DATA, \
      "Correspondente bancário (Coban): o código que identifica a operação não vale.", \
      "Banking correspondent (Coban): the code that identifies the operation is not valid.", \
      SHOPPER_STORE) \
    X("IA", invalid_request, NEVER, DATA, \
      "Correspondente bancário (Coban): o indicador da operação não vale.", \
      "Banking correspondent (Coban): the operation's indicator is not valid.", \
      SHOPPER_STORE) \
    X("JB", amount, NEVER, AMOUNT, \
      "Correspondente bancário (Coban): o valor da operação não vale.", \
      "Banking correspondent (Coban): the operation's amount is not valid.", \
      SHOPPER_AMOUNT) \
    X("KA", invalid_request, NEVER, DATA, \
      SALE_DATA_INTEGRATION, \
      SHOPPER_CHECK_DATA) \
    X("KB", invalid_request, NEVER, DATA, \
      "A escolha enviada não cabe nesta operação; revise o que a loja oferece e transmite.", \
      "The choice sent does not fit this operation; review what the store offers and transmits.", \
      SHOPPER_CHECK_DATA) \
    X("KE", merchant_configuration, NEVER, MEANS, \
      "O cliente escolheu algo que a loja não tem liberado; ofereça só o que está ativo.", \
      "The customer chose something the store has not enabled; offer only what is active.", \
      SHOPPER_OTHER_MEANS) \
    X("N7", security_code, NEVER, DATA, \
      SALE_SECURITY_CODE, \
      SHOPPER_CHECK_CARD) \
    X("NR", issuer_decline, AFTER_30_DAYS, NOTHING, \
      "O emissor só examina a venda de novo passados 30 dias.", \
      "The issuer looks at the sale again only after 30 days.", \
      SHOPPER_OTHER_MEANS) \
    X("R1", issuer_decline, LIMITED, NOTHING, \
      SALE_DO_NOT_HONOR, \
      SHOPPER_REFUSED) \
    X("RP", issuer_decline, AFTER_72_HOURS, NOTHING, \
      "O emissor só examina a venda de novo passadas 72 horas.", \
      "The issuer looks at the sale again only after 72 hours.", \
      SHOPPER_OTHER_MEANS) \
    X("SC", state, NEVER, MEANS, \
      "O cliente encerrou o serviço cobrado todo período; pare de cobrar.", \
      "The customer ended the service charged periodically; stop charging.", \
      SHOPPER_SUBSCRIPTION) \
    X("U3", invalid_request, NEVER, DATA, \
      SALE_DATA_INTEGRATION, \
      SHOPPER_CHECK_DATA)

#endif
