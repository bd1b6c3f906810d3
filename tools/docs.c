/* Prints the core's maps as tab-separated lines, the kind of row first, for
 * docs.py and tests/parity/check.py. What it prints comes from the headers
 * alone, so that it needs no library. */
#include <stdio.h>

#include <cielo/cielo.h>

int main(void)
{
    printf("version\t%s\t%d.%d.%d\n", CIELO_VERSION, CIELO_VERSION_MAJOR,
           CIELO_VERSION_MINOR, CIELO_VERSION_PATCH);
#define CIELO_X(id, name, noun, verb, method, host, path, params, body,    \
                fields, result, kind, settle, expect, about)               \
    printf("operation\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s" \
           "\t%s\t%s\n",                                                   \
           #id, name, noun, verb, #method, #host, path, params, body,      \
           #fields, #result, #kind, #settle, expect, about);
    CIELO_OPERATION_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, type) printf("object\t%s\t%s\n", #name, type);
    CIELO_OBJECT_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, annotation) printf("type\t%s\t%s\n", #name, annotation);
    CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(object, wire, host, type, size, use, child)              \
    printf("field\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", #object, wire, host, \
           #type, size, #use, #child);
    CIELO_FIELD_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(object, wire, word) \
    printf("choice\t%s\t%s\t%s\n", #object, wire, word);
    CIELO_CHOICE_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, number, kind, type, text) \
    printf("status\t%s\t%d\t%s\t%s\t%s\n", #name, number, kind, type, text);
    CIELO_STATUS_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, kind, shareable) \
    printf("option\t%s\t%s\t%d\n", #name, #kind, shareable);
    CIELO_OPTION_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, word) printf("cause\t%s\t%s\n", #name, word);
    CIELO_CAUSE_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, text) printf("book\t%s\t%s\n", #name, text);
    CIELO_BOOK_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, text) printf("notification\t%s\t%s\n", #name, text);
    CIELO_NOTIFICATION_MAP(CIELO_X)
#undef CIELO_X
    return 0;
}
