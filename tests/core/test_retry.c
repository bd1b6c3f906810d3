/* When to ask again, and what a status without a body means. */
#include "check.h"

#include <cielo/cielo.h>

#include "call/call.h"

#define MONDAY "Mon, 23 Nov 2026 15:00:00 GMT"
#define LATER "Mon, 23 Nov 2026 15:00:07 GMT"

static cielo__random seeded(void)
{
    unsigned char seed[32];
    cielo__random random;

    memset(seed, 7, sizeof(seed));
    cielo__random_seed(&random, seed);
    return random;
}

/* From 0.2 s on, doubled each time, 5 s at most; half of it is drawn. */
static void delays_grow_and_are_drawn(void)
{
    static const int64_t whole[] = {200,  400,  800,  1600,
                                    3200, 5000, 5000, 5000};
    cielo__random random = seeded();
    size_t i;

    for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
        int64_t least = INT64_MAX, most = 0;
        int round;

        for (round = 0; round < 2000; round++) {
            int64_t delay = cielo__retry_delay((int)i + 1, -1, &random);

            least = delay < least ? delay : least;
            most = delay > most ? delay : most;
        }
        CHECK(least >= whole[i] / 2 && least < whole[i] / 2 + whole[i] / 50);
        CHECK(most <= whole[i] && most > whole[i] - whole[i] / 50);
    }
}

static void cielos_own_delay_only_lengthens(void)
{
    cielo__random random = seeded();
    int64_t delay = cielo__retry_delay(1, 0, &random);

    CHECK(delay >= 100 && delay <= 200);
    delay = cielo__retry_delay(6, 1000, &random);
    CHECK(delay >= 2500 && delay <= 5000);
    CHECK_INT(cielo__retry_delay(3, 90000, &random), 90000);
}

static void retry_after_is_seconds_or_a_date(void)
{
    CHECK_INT(cielo__retry_after(NULL, NULL), -1);
    CHECK_INT(cielo__retry_after("", NULL), -1);
    CHECK_INT(cielo__retry_after("x", NULL), -1);
    CHECK_INT(cielo__retry_after("9x", NULL), -1);
    CHECK_INT(cielo__retry_after("-1", NULL), -1);
    CHECK_INT(cielo__retry_after("0", NULL), 0);
    CHECK_INT(cielo__retry_after("19", NULL), 19000);
    CHECK_INT(cielo__retry_after("90", NULL), 90000);
    CHECK_INT(cielo__retry_after("10000000", NULL), INT64_C(1000000000));
    CHECK(cielo__retry_after("99999999999999999999999999", NULL) > 0);
    CHECK_INT(cielo__retry_after(LATER, MONDAY), 7000);
    CHECK_INT(cielo__retry_after(MONDAY, LATER), -1);
    CHECK_INT(cielo__retry_after(LATER, LATER), -1);
    CHECK_INT(cielo__retry_after(LATER, NULL), -1);
    CHECK_INT(cielo__retry_after(LATER, "yesterday"), -1);
}

static void statuses_have_kinds(void)
{
    CHECK_INT(cielo__status_of(200), CIELO_EDECODE);
    CHECK_INT(cielo__status_of(299), CIELO_EDECODE);
    CHECK_INT(cielo__status_of(300), CIELO_EREQUEST);
    CHECK_INT(cielo__status_of(400), CIELO_EREQUEST);
    CHECK_INT(cielo__status_of(401), CIELO_EAUTHENTICATION);
    CHECK_INT(cielo__status_of(403), CIELO_EPERMISSION);
    CHECK_INT(cielo__status_of(404), CIELO_ENOTFOUND);
    CHECK_INT(cielo__status_of(429), CIELO_ERATELIMIT);
    CHECK_INT(cielo__status_of(499), CIELO_EREQUEST);
    CHECK_INT(cielo__status_of(500), CIELO_ESERVER);
}

static void some_statuses_are_worth_a_retry_or_a_doubt(void)
{
    int status;

    for (status = 100; status < 600; status++) {
        CHECK_INT(cielo__retry_status(status),
                  status == 429 || (status >= 502 && status <= 504));
        CHECK_INT(cielo__is_doubtful(status),
                  status == 408 || status == 409 || status == 425
                      || status == 499
                      || (status / 100 == 3 && status != 301 && status != 307
                          && status != 308));
    }
}

CHECK_MAIN(delays_grow_and_are_drawn, cielos_own_delay_only_lengthens,
           retry_after_is_seconds_or_a_date, statuses_have_kinds,
           some_statuses_are_worth_a_retry_or_a_doubt)
