/*
 * The errors of API 3.0 (the Code of an error body): X(number, name, "",
 * meaning in Portuguese, meaning in English), in the order of the numbers, which
 * the look-up relies on. Cielo's table of 138 validation errors, and 57, 100 and
 * 389, which its texts mention elsewhere, and five it announced without a text.
 */
#ifndef CIELO_CODES_API_ERROR_H
#define CIELO_CODES_API_ERROR_H

/* Meanings that differ by the field alone, or not at all. */
#define ERROR_MISSING(field) \
    "Falta " field ".", \
    field " is missing."

#define ERROR_INVALID(field) \
    field " não tem um valor possível.", \
    field " does not have a possible value."

#define ERROR_TOO_LONG(field) \
    field " passa do tamanho aceito.", \
    field " is longer than accepted."

#define ERROR_NO_RECURRENCE \
    "A API não conhece esta recorrência.", \
    "The API does not know this recurrence."

#define ERROR_UNDOCUMENTED \
    "A Cielo anunciou este código sem publicar o que ele quer dizer.", \
    "Cielo announced this code without publishing what it stands for."

#define CIELO__API_ERROR_ROWS(X) \
    X(0, "internal_error", "", \
      "Falha interna da API; às vezes, um campo longo demais.", \
      "A fault inside the API; at times a field that is too long.") \
    X(57, "brand_not_accepted", "", \
      "Zero Auth: a bandeira do cartão não é aceita.", \
      "Zero Auth: the card's brand is not accepted.") \
    X(100, "request_id_required", "", \
      ERROR_MISSING("RequestId")) \
    X(101, "merchant_id_required", "", \
      ERROR_MISSING("MerchantId")) \
    X(102, "payment_type_required", "", \
      ERROR_MISSING("Payment.Type")) \
    X(103, "payment_type_letters_only", "", \
      "Payment.Type leva apenas letras.", \
      "Payment.Type takes letters alone.") \
    X(104, "customer_identity_required", "", \
      ERROR_MISSING("Customer.Identity")) \
    X(105, "customer_name_required", "", \
      ERROR_MISSING("Customer.Name")) \
    X(106, "transaction_id_required", "", \
      ERROR_MISSING("TransactionId")) \
    X(107, "order_id_invalid", "", \
      "MerchantOrderId é longo demais, tem símbolos ou não existe.", \
      "MerchantOrderId is too long, has symbols or does not exist.") \
    X(108, "amount_invalid", "", \
      "Payment.Amount não serve; envie centavos, acima de zero.", \
      "Payment.Amount does not fit; send cents, above zero.") \
    X(109, "currency_required", "", \
      ERROR_MISSING("Payment.Currency")) \
    X(110, "currency_invalid", "", \
      ERROR_INVALID("Payment.Currency")) \
    X(111, "country_required", "", \
      ERROR_MISSING("Payment.Country")) \
    X(112, "country_invalid", "", \
      ERROR_INVALID("Payment.Country")) \
    X(113, "payment_code_invalid", "", \
      ERROR_INVALID("Payment.Code")) \
    X(114, "merchant_id_malformed", "", \
      "MerchantId não tem o formato de um GUID.", \
      "MerchantId does not have the form of a GUID.") \
    X(115, "merchant_id_unknown", "", \
      "MerchantId desconhecido; pode ser do outro ambiente (teste ou produção).", \
      "Unknown MerchantId; it may belong to the other environment (sandbox or production).") \
    X(116, "merchant_blocked", "", \
      "Há um bloqueio sobre a loja, que o suporte da Cielo explica.", \
      "There is a block on the store, which Cielo's support explains.") \
    X(117, "holder_required", "", \
      ERROR_MISSING("CreditCard.Holder")) \
    X(118, "card_number_required", "", \
      ERROR_MISSING("CreditCard.CardNumber")) \
    X(119, "payment_required", "", \
      ERROR_MISSING("Payment")) \
    X(120, "ip_not_allowed", "", \
      "O IP de origem não está na lista liberada da loja.", \
      "The originating IP is not on the store's released list.") \
    X(121, "customer_node_required", "", \
      ERROR_MISSING("Customer")) \
    X(122, "merchant_order_id_required", "", \
      ERROR_MISSING("MerchantOrderId")) \
    X(123, "installments_invalid", "", \
      "Payment.Installments começa em 1.", \
      "Payment.Installments starts at 1.") \
    X(124, "credit_card_required", "", \
      ERROR_MISSING("CreditCard")) \
    X(125, "expiration_date_required", "", \
      ERROR_MISSING("CreditCard.ExpirationDate")) \
    X(126, "expiration_date_invalid", "", \
      ERROR_INVALID("CreditCard.ExpirationDate")) \
    X(127, "card_number_not_provided", "", \
      "CreditCard.CardNumber precisa ser enviado.", \
      "CreditCard.CardNumber has to be sent.") \
    X(128, "card_number_too_long", "", \
      ERROR_TOO_LONG("CreditCard.CardNumber")) \
    X(129, "affiliation_not_found", "", \
      "Esta loja não pode usar o meio de pagamento pedido, ou Provider está errado.", \
      "This store cannot use the means of payment asked for, or Provider is wrong.") \
    X(130, "card_token_not_found", "", \
      "Nenhum cartão corresponde ao CardToken enviado.", \
      "No card corresponds to the CardToken sent.") \
    X(131, "merchant_key_required", "", \
      ERROR_MISSING("MerchantKey")) \
    X(132, "merchant_key_invalid", "", \
      "MerchantKey não é a desta loja.", \
      "MerchantKey is not this store's.") \
    X(133, "provider_not_supported", "", \
      "Provider não existe para este tipo de pagamento.", \
      "Provider does not exist for this type of payment.") \
    X(134, "fingerprint_too_long", "", \
      ERROR_TOO_LONG("FingerPrint")) \
    X(135, "merchant_defined_field_too_long", "", \
      ERROR_TOO_LONG("MerchantDefinedFields.Value")) \
    X(136, "item_name_too_long", "", \
      ERROR_TOO_LONG("Items.Name")) \
    X(137, "item_sku_too_long", "", \
      ERROR_TOO_LONG("Items.Sku")) \
    X(138, "passenger_name_too_long", "", \
      ERROR_TOO_LONG("Passengers.Name")) \
    X(139, "passenger_status_too_long", "", \
      ERROR_TOO_LONG("Passengers.Status")) \
    X(140, "passenger_email_too_long", "", \
      ERROR_TOO_LONG("Passengers.Email")) \
    X(141, "passenger_phone_too_long", "", \
      ERROR_TOO_LONG("Passengers.Phone")) \
    X(142, "travel_route_too_long", "", \
      ERROR_TOO_LONG("Travel.Route")) \
    X(143, "travel_journey_type_too_long", "", \
      ERROR_TOO_LONG("Travel.JourneyType")) \
    X(144, "travel_leg_destination_too_long", "", \
      ERROR_TOO_LONG("Travel.Legs.Destination")) \
    X(145, "travel_leg_origin_too_long", "", \
      ERROR_TOO_LONG("Travel.Legs.Origin")) \
    X(146, "security_code_too_long", "", \
      ERROR_TOO_LONG("SecurityCode")) \
    X(147, "address_street_too_long", "", \
      ERROR_TOO_LONG("Address.Street")) \
    X(148, "address_number_too_long", "", \
      ERROR_TOO_LONG("Address.Number")) \
    X(149, "address_complement_too_long", "", \
      ERROR_TOO_LONG("Address.Complement")) \
    X(150, "address_zip_code_too_long", "", \
      ERROR_TOO_LONG("Address.ZipCode")) \
    X(151, "address_city_too_long", "", \
      ERROR_TOO_LONG("Address.City")) \
    X(152, "address_state_too_long", "", \
      ERROR_TOO_LONG("Address.State")) \
    X(153, "address_country_too_long", "", \
      ERROR_TOO_LONG("Address.Country")) \
    X(154, "address_district_too_long", "", \
      ERROR_TOO_LONG("Address.District")) \
    X(155, "customer_name_too_long", "", \
      ERROR_TOO_LONG("Customer.Name")) \
    X(156, "customer_identity_too_long", "", \
      ERROR_TOO_LONG("Customer.Identity")) \
    X(157, "customer_identity_type_too_long", "", \
      ERROR_TOO_LONG("Customer.IdentityType")) \
    X(158, "customer_email_too_long", "", \
      ERROR_TOO_LONG("Customer.Email")) \
    X(159, "extra_data_name_too_long", "", \
      ERROR_TOO_LONG("ExtraData.Name")) \
    X(160, "extra_data_value_too_long", "", \
      ERROR_TOO_LONG("ExtraData.Value")) \
    X(161, "boleto_instructions_too_long", "", \
      ERROR_TOO_LONG("Boleto.Instructions")) \
    X(162, "boleto_demonstrative_too_long", "", \
      ERROR_TOO_LONG("Boleto.Demonstrative")) \
    X(163, "return_url_invalid", "", \
      "ReturnUrl falta ou não serve; não use extensão de página, como .php.", \
      "ReturnUrl is missing or does not fit; use no page extension such as .php.") \
    X(166, "authorize_now_required", "", \
      ERROR_MISSING("RecurrentPayment.AuthorizeNow")) \
    X(167, "antifraud_not_configured", "", \
      "A loja não tem antifraude no cadastro.", \
      "The store has no antifraud in its registration.") \
    X(168, "recurrence_not_found", "", \
      ERROR_NO_RECURRENCE) \
    X(169, "recurrence_not_active", "", \
      "A recorrência está parada.", \
      "The recurrence is stopped.") \
    X(170, "card_tokens_not_configured", "", \
      "A loja não tem o Cartão Protegido (tokens) no cadastro.", \
      "The store has no Cartão Protegido (tokens) in its registration.") \
    X(171, "affiliation_data_not_sent", "", \
      "Os dados de afiliação não seguiram com o pedido; fale com o suporte da Cielo.", \
      "The affiliation data did not go along with the request; talk to Cielo's support.") \
    X(172, "credential_code_required", "", \
      ERROR_MISSING("Credentials.Code")) \
    X(173, "payment_method_not_enabled", "", \
      "A loja não tem este meio de pagamento habilitado.", \
      "The store does not have this means of payment enabled.") \
    X(174, "card_number_missing", "", \
      ERROR_MISSING("CardNumber")) \
    X(175, "ean_required", "", \
      ERROR_MISSING("EAN")) \
    X(176, "currency_not_supported", "", \
      "A moeda de Payment.Currency não é atendida.", \
      "The currency in Payment.Currency is not served.") \
    X(177, "card_number_malformed", "", \
      ERROR_INVALID("CardNumber")) \
    X(178, "ean_invalid", "", \
      ERROR_INVALID("EAN")) \
    X(179, "recurrence_installments", "", \
      "Cobrança recorrente só vai em uma parcela.", \
      "A recurring charge goes in one instalment only.") \
    X(180, "payment_token_not_found", "", \
      "Nenhum cartão corresponde ao token de pagamento enviado.", \
      "No card corresponds to the payment token sent.") \
    X(181, "just_click_not_configured", "", \
      "A compra com um clique (JustClick) não está configurada para a loja.", \
      "One-click purchase (JustClick) is not configured for the store.") \
    X(182, "brand_required", "", \
      ERROR_MISSING("CreditCard.Brand")) \
    X(183, "birthdate_invalid", "", \
      "Customer.Birthdate não é uma data possível ou está no futuro.", \
      "Customer.Birthdate is no possible date or lies in the future.") \
    X(184, "request_empty", "", \
      "O corpo do pedido chegou vazio ou ilegível.", \
      "The request's body arrived empty or unreadable.") \
    X(185, "brand_not_supported", "", \
      "O provedor não atende esta bandeira.", \
      "The provider does not serve this brand.") \
    X(186, "options_not_supported", "", \
      "O provedor não atende a combinação pedida de captura, autenticação, recorrência ou parcelas.", \
      "The provider does not serve the combination asked for of capture, authentication, recurrence or instalments.") \
    X(187, "extra_data_duplicated", "", \
      "Há nomes repetidos em ExtraData.", \
      "Names are repeated in ExtraData.") \
    X(188, "avs_cpf_invalid", "", \
      ERROR_INVALID("Avs.Cpf")) \
    X(189, "avs_street_too_long", "", \
      ERROR_TOO_LONG("Avs.Street")) \
    X(190, "avs_number_too_long", "", \
      ERROR_TOO_LONG("Avs.Number")) \
    X(191, "avs_district_too_long", "", \
      ERROR_TOO_LONG("Avs.District")) \
    X(192, "avs_zip_code_invalid", "", \
      ERROR_INVALID("Avs.ZipCode")) \
    X(193, "split_amount_invalid", "", \
      "Cada parte da divisão (split) precisa de um valor acima de zero.", \
      "Each part of the split needs an amount above zero.") \
    X(194, "split_establishment_required", "", \
      "Falta dizer a loja de uma parte da divisão (split).", \
      "A part of the split does not name its store.") \
    X(195, "platform_id_required", "", \
      ERROR_MISSING("PlatformId")) \
    X(196, "delivery_address_required", "", \
      ERROR_MISSING("DeliveryAddress")) \
    X(197, "street_required", "", \
      ERROR_MISSING("Street")) \
    X(198, "number_required", "", \
      ERROR_MISSING("Number")) \
    X(199, "zip_code_required", "", \
      ERROR_MISSING("ZipCode")) \
    X(200, "city_required", "", \
      ERROR_MISSING("City")) \
    X(201, "state_required", "", \
      ERROR_MISSING("State")) \
    X(202, "district_required", "", \
      ERROR_MISSING("District")) \
    X(203, "cart_item_name_required", "", \
      ERROR_MISSING("Cart.Items.Name")) \
    X(204, "cart_item_quantity_required", "", \
      ERROR_MISSING("Cart.Items.Quantity")) \
    X(205, "cart_item_type_required", "", \
      ERROR_MISSING("Cart.Items.Type")) \
    X(206, "cart_item_name_too_long", "", \
      ERROR_TOO_LONG("Cart.Items.Name")) \
    X(207, "cart_item_description_too_long", "", \
      ERROR_TOO_LONG("Cart.Items.Description")) \
    X(208, "cart_item_sku_too_long", "", \
      ERROR_TOO_LONG("Cart.Items.Sku")) \
    X(209, "shipping_addressee_too_long", "", \
      ERROR_TOO_LONG("Shipping.Addressee")) \
    X(210, "shipping_required", "", \
      ERROR_MISSING("Shipping")) \
    X(211, "wallet_key_invalid", "", \
      ERROR_INVALID("Wallet.WalletKey")) \
    X(212, "merchant_wallet_not_found", "", \
      "Falta configurar a carteira digital no cadastro da loja.", \
      "The digital wallet is yet to be configured in the store's registration.") \
    X(213, "credit_card_number_invalid", "", \
      ERROR_INVALID("CreditCard.CardNumber")) \
    X(214, "holder_letters_only", "", \
      "CreditCard.Holder leva apenas letras, sem acentos.", \
      "CreditCard.Holder takes letters alone, without accents.") \
    X(215, "boleto_agency_required", "", \
      "Falta a agência na credencial do boleto.", \
      "The boleto credential lacks the bank branch.") \
    X(216, "customer_ip_invalid", "", \
      "O endereço IP do cliente não é um IP.", \
      "The customer's IP address is not one.") \
    X(220, "undocumented_220", "", \
      ERROR_UNDOCUMENTED) \
    X(228, "undocumented_228", "", \
      ERROR_UNDOCUMENTED) \
    X(233, "undocumented_233", "", \
      ERROR_UNDOCUMENTED) \
    X(286, "undocumented_286", "", \
      ERROR_UNDOCUMENTED) \
    X(298, "undocumented_298", "", \
      ERROR_UNDOCUMENTED) \
    X(300, "merchant_id_not_found", "", \
      "A API não conhece este MerchantId.", \
      "The API does not know this MerchantId.") \
    X(301, "request_ip_not_allowed", "", \
      "Pedidos vindos deste IP não são aceitos.", \
      "Requests from this IP are not taken.") \
    X(302, "order_id_duplicated", "", \
      "Já existe uma venda com este MerchantOrderId.", \
      "A sale with this MerchantOrderId already exists.") \
    X(303, "order_id_not_found", "", \
      "Não existe venda com este número de pedido.", \
      "No sale with this order number exists.") \
    X(304, "identity_required", "", \
      "Falta o documento do cliente (Customer.Identity).", \
      "The customer's document (Customer.Identity) is missing.") \
    X(306, "merchant_is_blocked", "", \
      "A loja foi bloqueada.", \
      "The store was blocked.") \
    X(307, "transaction_not_found", "", \
      "A transação pedida não foi achada.", \
      "The transaction asked for could not be found.") \
    X(308, "cannot_capture", "", \
      "O status da transação não permite capturar agora.", \
      "The transaction's status does not allow a capture now.") \
    X(309, "cannot_void", "", \
      "O status da transação não permite cancelar agora.", \
      "The transaction's status does not allow a void now.") \
    X(310, "operation_not_supported", "", \
      "O meio de pagamento não comporta esta operação.", \
      "The means of payment does not take this operation.") \
    X(311, "refund_not_enabled", "", \
      "A loja não tem devolução habilitada.", \
      "Refunds are switched off for the store.") \
    X(312, "cannot_refund", "", \
      "O status da transação não permite devolver agora.", \
      "The transaction's status does not allow a refund now.") \
    X(313, "recurrent_payment_not_found", "", \
      ERROR_NO_RECURRENCE) \
    X(314, "integration_invalid", "", \
      "A integração usada não serve para este pedido.", \
      "The integration used does not fit this request.") \
    X(315, "next_recurrence_pending_payment", "", \
      "Há uma cobrança em aberto; a próxima data não pode mudar antes dela.", \
      "A charge is open; the next date cannot change before it is settled.") \
    X(316, "next_recurrence_in_the_past", "", \
      "A próxima data da recorrência tem de ser futura.", \
      "The recurrence's next date has to be in the future.") \
    X(317, "recurrence_day_invalid", "", \
      "O dia da recorrência não serve.", \
      "The recurrence's day does not fit.") \
    X(318, "no_transaction_found", "", \
      "Nenhuma transação atende à busca.", \
      "No transaction matches the search.") \
    X(319, "smart_recurrence_not_enabled", "", \
      "A recorrência inteligente está desligada para a loja.", \
      "Smart recurrence is switched off for the store.") \
    X(320, "recurrence_affiliation_not_saved", "", \
      "Esta recorrência não guardou afiliação, que por isso não pode mudar.", \
      "This recurrence stored no affiliation, which therefore cannot change.") \
    X(321, "end_date_before_next", "", \
      "EndDate cai antes da próxima cobrança.", \
      "EndDate falls before the next charge.") \
    X(322, "zero_auth_not_enabled", "", \
      "Zero Auth está desligado para a loja.", \
      "Zero Auth is switched off for the store.") \
    X(323, "bin_query_not_enabled", "", \
      "A consulta de BIN está desligada para a loja.", \
      "The BIN query is switched off for the store.") \
    X(389, "registration_restriction", "", \
      "Zero Auth: há uma restrição de cadastro; tente com outro cartão.", \
      "Zero Auth: a registration restriction applies; try another card.")

#endif
