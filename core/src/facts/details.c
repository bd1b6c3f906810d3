/* Facts of results and attributes of errors, as data. */
#include <cielo/results.h>

#include "facts.h"

enum { MAYBE = 0, ALWAYS = 1 };

static const cielo_detail facts[] = {
#define CIELO_X(name, type, owner, known, about) \
    {CIELO_OF_##owner, #name, CIELO_DETAIL_##type, known, about},
    CIELO_FACT_MAP(CIELO_X)
#undef CIELO_X
};

static const cielo_detail details[] = {
#define CIELO_X(owner, name, type, known, about) \
    {CIELO_OF_##owner, #name, CIELO_DETAIL_##type, known, about},
    CIELO_DETAIL_MAP(CIELO_X)
#undef CIELO_X
};

const cielo_detail *cielo_fact_at(size_t index)
{
    return index < sizeof(facts) / sizeof(facts[0]) ? &facts[index] : NULL;
}

const cielo_detail *cielo_detail_at(size_t index)
{
    return index < sizeof(details) / sizeof(details[0]) ? &details[index]
                                                        : NULL;
}

int cielo_fact_is_of(const cielo_detail *fact, int object)
{
    int sale = object == CIELO_OBJECT_SALE || object == CIELO_OBJECT_TRANSACTION;
    int order = object == CIELO_OBJECT_ORDER;

    switch (fact->owner) {
    case CIELO_OF_RESULT:
        return 1;
    case CIELO_OF_SALE:
        return sale;
    case CIELO_OF_ORDER:
        return order;
    case CIELO_OF_SALE_AND_ORDER:
        return sale || order;
    default:
        return 0;
    }
}
