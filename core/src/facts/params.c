/* The parameters of operations, as data. */
#include <string.h>

#include "facts.h"

static const cielo_param params[] = {
#define CIELO_X(name, kind, size, about) \
    {#name, CIELO_PARAM_##kind, size, about},
    CIELO_PARAM_MAP(CIELO_X)
#undef CIELO_X
};

static const unsigned char lengths[] = {
#define CIELO_X(name, kind, size, about) sizeof(#name) - 1,
    CIELO_PARAM_MAP(CIELO_X)
#undef CIELO_X
};

const cielo_param *cielo_param_at(size_t index)
{
    return index < sizeof(params) / sizeof(params[0]) ? &params[index] : NULL;
}

const cielo_param *cielo_param_find(const char *name, size_t length)
{
    size_t i;

    for (i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
        if (lengths[i] == length && memcmp(params[i].name, name, length) == 0)
            return &params[i];
    }
    return NULL;
}

const char *cielo_param_type(int kind)
{
    static const char *const types[] = {
#define CIELO_X(name, type) type,
        CIELO_PARAM_KIND_MAP(CIELO_X)
#undef CIELO_X
    };

    return kind >= 0 && kind < CIELO_PARAM_KIND_END ? types[kind] : NULL;
}
