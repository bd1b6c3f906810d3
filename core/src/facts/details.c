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

static const cielo__layout layouts[] = {
    {CIELO_OBJECT_SALE, CIELO_OF_SALE, "Payment", "MerchantOrderId"},
    {CIELO_OBJECT_TRANSACTION, CIELO_OF_SALE, "", NULL},
    {CIELO_OBJECT_ORDER, CIELO_OF_ORDER, NULL, NULL},
    {CIELO_OBJECT_ORDER_CHANGE, CIELO_OF_CHANGE, NULL, NULL},
    {CIELO_OBJECT_PAGE, -1, NULL, "OrderNumber"},
};

const cielo__layout *cielo__layout_of(int object)
{
    size_t i;

    for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        if (layouts[i].object == object)
            return &layouts[i];
    }
    return NULL;
}

int cielo_fact_is_of(const cielo_detail *fact, int object)
{
    const cielo__layout *layout = cielo__layout_of(object);

    if (fact->owner == CIELO_OF_RESULT)
        return 1;
    if (!layout)
        return 0;
    switch (fact->owner) {
    case CIELO_OF_SALE_AND_ORDER:
        return layout->owner == CIELO_OF_SALE
            || layout->owner == CIELO_OF_ORDER;
    case CIELO_OF_SALE_AND_CHANGE:
        return layout->owner == CIELO_OF_SALE
            || layout->owner == CIELO_OF_CHANGE;
    default:
        return fact->owner == layout->owner;
    }
}
