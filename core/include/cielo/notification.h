/* What Cielo posts to a store, read without trusting it. */
#ifndef CIELO_NOTIFICATION_H
#define CIELO_NOTIFICATION_H

#include <stddef.h>

#include <cielo/api.h>
#include <cielo/error.h>
#include <cielo/value.h>

CIELO_BEGIN

/* A longer body is refused: what Cielo posts is below 8 KB. */
#define CIELO_NOTIFICATION_LIMIT ((size_t)256 * 1024)

/*
 * The kinds: X(NAME, "kind").
 *   sale             API 3.0 post about a payment
 *   recurrence       API 3.0 post about a recurrence
 *   order            Checkout, the purchase was finished (a form)
 *   order_reference  Checkout, the same as JSON: only where to ask
 *   order_status     Checkout, the status changed (a form)
 * What each holds: [sale-notice], [order-notice].
 */
#define CIELO_NOTIFICATION_MAP(X)         \
    X(SALE, "sale")                       \
    X(RECURRENCE, "recurrence")           \
    X(ORDER, "order")                     \
    X(ORDER_REFERENCE, "order_reference") \
    X(ORDER_STATUS, "order_status")

/*
 * Reads the body of a post; bytes of any shape give a notification or
 * CIELO_EDECODE. `content_type` is the header's text or NULL, then the body
 * itself tells; odd texts are read as in answers [odd-texts]. `*out` is an
 * object by host names, the caller's to free: "kind"; "payment_id" or
 * "recurrent_payment_id", "change_type" (number) and "change" (its name) for
 * API 3.0; "checkout_order_number", "merchant_order_number", "amount" (cents),
 * "payment_status" (number), "status_name", "test_transaction" for Checkout,
 * whose other members stand in "fields" as they came; "merchant_id" and
 * "merchant_order_number" for an order_reference. Nothing in it is proof: Cielo
 * signs nothing.
 * Errors: CIELO_EDECODE, CIELO_EMEMORY.
 */
CIELO_API int cielo_notification_parse(cielo_value **out, const char *body,
                                       size_t length, const char *content_type,
                                       cielo_error *err);

/*
 * The read that tells the real state: `*operation` is CIELO_OP_... and
 * `*params`, the caller's to free, its parameters, made from the ids alone: a
 * URL in the body is never followed. Errors: CIELO_EVALIDATION when
 * `notification` has no such id, CIELO_EMEMORY.
 */
CIELO_API int cielo_notification_confirm(const cielo_value *notification,
                                         int *operation, cielo_value **params,
                                         cielo_error *err);

CIELO_END

#endif
