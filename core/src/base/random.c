/* Numbers drawn from a seed: xoshiro256** (Blackman and Vigna). */
#include <string.h>

#include "base.h"

void cielo__random_seed(cielo__random *random, const unsigned char *seed)
{
    memcpy(random->state, seed, sizeof(random->state));
    random->state[0] |= 1; /* all zeros would stay zeros */
}

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

uint64_t cielo__random_next(cielo__random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

void cielo__random_guid(cielo__random *random, char out[37])
{
    static const char hex[] = "0123456789abcdef";
    static const char form[] = "xxxxxxxx-xxxx-4xxx-Nxxx-xxxxxxxxxxxx";
    uint64_t bits = 0;
    int left = 0;
    size_t i;

    for (i = 0; i < sizeof(form) - 1; i++) {
        if (left == 0) {
            bits = cielo__random_next(random);
            left = 16;
        }
        if (form[i] == 'x' || form[i] == 'N') {
            unsigned digit = (unsigned)(bits & 15);

            out[i] = hex[form[i] == 'N' ? (digit & 3) | 8 : digit];
            bits >>= 4;
            left--;
        } else {
            out[i] = form[i];
        }
    }
    out[36] = '\0';
}
