/* The operation rows, as data. */
#include <string.h>

#include "facts.h"

static const cielo__operation rows[] = {
#define CIELO_X(id, name, noun, verb, method, host, auth, path, params, body, \
                fields, result, kind, note, settle, expect, about)            \
    {{name, noun, verb, params, #method, path, CIELO_OBJECT_##result,         \
      CIELO_OBJECT_##fields, CIELO__##kind, expect[0] == '[', about},         \
     CIELO__HOST_##host,                                                      \
     CIELO__AUTH_##auth,                                                      \
     CIELO__NOTE_##note,                                                      \
     body,                                                                    \
     CIELO__SETTLE_##settle,                                                  \
     expect},
    CIELO_OPERATION_MAP(CIELO_X)
#undef CIELO_X
};

const cielo__operation *cielo__operation_row(int operation)
{
    return operation >= 0 && operation < CIELO_OP_COUNT ? &rows[operation]
                                                        : NULL;
}

int cielo__operation_number(const cielo__operation *row)
{
    return (int)(row - rows);
}

int cielo__operation_is_void(const cielo__operation *row)
{
    return row->settle == CIELO__SETTLE_VOID
        || row->settle == CIELO__SETTLE_VOID_NEWEST
        || row->settle == CIELO__SETTLE_ORDER_VOID;
}

const cielo_operation *cielo_operation_at(int operation)
{
    const cielo__operation *row = cielo__operation_row(operation);

    return row ? &row->facts : NULL;
}

int cielo_operation_find(const char *name)
{
    int i;

    for (i = 0; name && i < CIELO_OP_COUNT; i++) {
        if (strcmp(rows[i].facts.name, name) == 0)
            return i;
    }
    return -1;
}
