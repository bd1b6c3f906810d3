/* Makes a broken world small: what can be left out without mending it is. */
#include <string.h>

#include "sim.h"

static int still_breaks(uint64_t seed, const sim_mask *mask)
{
    return !sim_play(seed, mask, NULL, NULL, NULL);
}

/* Sets ever shorter runs of `flags`, and keeps those that change nothing. */
static void leave_out(uint64_t seed, sim_mask *mask, unsigned char *flags,
                      int count)
{
    int run, at, i;

    for (run = count / 2; run > 0; run /= 2) {
        for (at = 0; at < count; at += run) {
            unsigned char kept[sizeof(mask->skip)];

            memcpy(kept, flags, sizeof(kept));
            for (i = at; i < at + run && i < count; i++)
                flags[i] = 1;
            if (memcmp(kept, flags, sizeof(kept)) != 0
                && !still_breaks(seed, mask))
                memcpy(flags, kept, sizeof(kept));
        }
    }
}

static void try_flag(uint64_t seed, sim_mask *mask, int *flag)
{
    *flag = 1;
    if (!still_breaks(seed, mask))
        *flag = 0;
}

void sim_shrink(uint64_t seed, sim_mask *mask)
{
    int round;

    try_flag(seed, mask, &mask->honest);
    try_flag(seed, mask, &mask->immortal);
    for (round = 0; round < 2; round++) {
        leave_out(seed, mask, mask->skip, SIM_ITEMS);
        leave_out(seed, mask, mask->calm, SIM_ITEMS);
    }
}

/* ---- a mask as options of the command ---- */

static void print_list(FILE *out, const char *name, const unsigned char *flags)
{
    const char *between = "";
    int i, from;

    for (i = 0; i < SIM_ITEMS; i++) {
        if (!flags[i])
            continue;
        for (from = i; i + 1 < SIM_ITEMS && flags[i + 1]; i++)
            continue;
        fprintf(out, "%s%d", *between ? between : name, from);
        if (i > from)
            fprintf(out, "-%d", i);
        between = ",";
    }
}

void sim_mask_print(FILE *out, const sim_mask *mask)
{
    if (mask->honest)
        fprintf(out, " --honest");
    if (mask->immortal)
        fprintf(out, " --immortal");
    print_list(out, " --without ", mask->skip);
    print_list(out, " --calm ", mask->calm);
}
