/* Rules of Cielo's tables and of the brands' programmes, as initialisers of a
 * cielo_retry: kind, attempts, days, hours. */
#ifndef CIELO_CODES_RULES_H
#define CIELO_CODES_RULES_H

#define RETRY_UNKNOWN {CIELO_RETRY_UNKNOWN, 0, 0, 0}
#define RETRY_ALLOWED {CIELO_RETRY_ALLOWED, 0, 0, 0}
#define RETRY_NEVER {CIELO_RETRY_NEVER, 0, 0, 0}
#define RETRY_LIMITED {CIELO_RETRY_LIMITED, 4, 16, 0}
#define RETRY_NEXT_DAY {CIELO_RETRY_LIMITED_NEXT_DAY, 4, 16, 0}
#define RETRY_AFTER(hours) {CIELO_RETRY_AFTER, 0, 0, hours}
#define RETRY_AFTER_1_HOUR RETRY_AFTER(1)
#define RETRY_AFTER_24_HOURS RETRY_AFTER(24)
#define RETRY_AFTER_72_HOURS RETRY_AFTER(72)
#define RETRY_AFTER_2_DAYS RETRY_AFTER(2 * 24)
#define RETRY_AFTER_4_DAYS RETRY_AFTER(4 * 24)
#define RETRY_AFTER_6_DAYS RETRY_AFTER(6 * 24)
#define RETRY_AFTER_8_DAYS RETRY_AFTER(8 * 24)
#define RETRY_AFTER_10_DAYS RETRY_AFTER(10 * 24)
#define RETRY_AFTER_30_DAYS RETRY_AFTER(30 * 24)

/*
 * The repeats a brand leaves free of a fee. Elo charges from the 16th retry in
 * the month, told in days like the others. Mastercard charges from the 8th, and
 * Cielo writes both "in 24 hours" and "in the month": the stricter is taken,
 * which also stays below its fee from 35 denials in 30 days. Visa's limit
 * stands for every code but those of category 1.
 */
#define ELO_PROGRAMME {CIELO_RETRY_LIMITED, 15, 30, 0}
#define MASTERCARD_PROGRAMME {CIELO_RETRY_LIMITED, 7, 30, 0}
#define VISA_PROGRAMME {CIELO_RETRY_LIMITED, 15, 30, 0}

#endif
