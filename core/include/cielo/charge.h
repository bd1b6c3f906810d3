/* The next charge of a stored card, out of the result of the last one. */
#ifndef CIELO_CHARGE_H
#define CIELO_CHARGE_H

#include <cielo/api.h>
#include <cielo/error.h>
#include <cielo/value.h>

CIELO_BEGIN

/*
 * The fields of the charge that the store makes by itself of a card it keeps,
 * in wire names, for CIELO_OP_SALE_CREATE: token, brand, CardOnFile and what
 * the brand wants of the sale before [scheme-ids] [link-id] [who-began].
 *
 * `sale` is the result of the last approved sale of that card, in wire names or
 * in a host's. `given` holds "merchant_order_id" and "amount", and may hold
 * "reason" (Recurring, Unscheduled or Installments; left out, the one of
 * `sale`, and where that has none Recurring after a sale marked Recurrent, else
 * Unscheduled) and "transaction_link_id". Mastercard wants the link id of the
 * first sale, the one that the shopper took part in: it is taken from `sale`
 * when that is the first, and must be given after any later one; "" says that
 * the first sale had none.
 *
 * `*out` is the caller's to free, and holds a token. Errors: CIELO_EVALIDATION,
 * and then `*problems` is a list of [{path, rule, message}], the caller's to
 * free, else NULL; CIELO_EMEMORY.
 */
CIELO_API int cielo_next_charge(cielo_value **out, cielo_value **problems,
                                const cielo_value *sale,
                                const cielo_value *given, cielo_error *err);

CIELO_END

#endif
