/* Prints the core's maps as tab-separated lines, the kind of row first, for
 * docs.py and tests/parity/check.py. It needs no library: the headers, and
 * core/src/facts/details.c for what each fact is of. */
#include <stdio.h>

#include <cielo/cielo.h>

static void print_operations(void)
{
#define CIELO_X(id, name, noun, verb, method, host, auth, path, params, body, \
                fields, result, kind, note, settle, expect, about)            \
    printf("operation\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s"    \
           "\t%s\t%s\t%s\t%s\n",                                              \
           #id, name, noun, verb, #method, #host, #auth, path, params, body,  \
           #fields, #result, #kind, #note, #settle, expect, about);
    CIELO_OPERATION_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, type) printf("param_kind\t%s\t%s\n", #name, type);
    CIELO_PARAM_KIND_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, kind, size, about) \
    printf("param\t%s\t%s\t%d\t%s\n", #name, #kind, size, about);
    CIELO_PARAM_MAP(CIELO_X)
#undef CIELO_X
}

/* The types whose results have a fact, when not all have it. */
static void print_owners(const cielo_detail *fact)
{
    static const char *const types[] = {
#define CIELO_X(name, type) type,
        CIELO_OBJECT_MAP(CIELO_X)
#undef CIELO_X
    };
    size_t i;

    if (fact->owner == CIELO_OF_RESULT)
        return;
    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (cielo_fact_is_of(fact, (int)i))
            printf("fact_of\t%s\t%s\n", fact->name, types[i]);
    }
}

static void print_details(void)
{
    const cielo_detail *fact;
    size_t i;

#define CIELO_X(name, type, owner, known, about) \
    printf("fact\t%s\t%s\t%s\t%s\t%s\n", #owner, #name, #type, #known, about);
    CIELO_FACT_MAP(CIELO_X)
#undef CIELO_X
    for (i = 0; (fact = cielo_fact_at(i)) != NULL; i++)
        print_owners(fact);
#define CIELO_X(owner, name, type, known, about) \
    printf("detail\t%s\t%s\t%s\t%s\t%s\n", #owner, #name, #type, #known, about);
    CIELO_DETAIL_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, type) printf("detail_type\t%s\t%s\n", #name, type);
    CIELO_DETAIL_TYPE_MAP(CIELO_X)
#undef CIELO_X
}

int main(void)
{
    printf("version\t%s\t%d.%d.%d\n", CIELO_VERSION, CIELO_VERSION_MAJOR,
           CIELO_VERSION_MINOR, CIELO_VERSION_PATCH);
    print_operations();
    print_details();
#define CIELO_X(name, type) printf("object\t%s\t%s\n", #name, type);
    CIELO_OBJECT_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(name, annotation, policy, takes) \
    printf("type\t%s\t%s\t%s\t%s\n", #name, annotation, #policy, takes);
    CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(object, wire, policy, code) \
    printf("policy\t%s\t%s\t%s\t%d\n", #object, wire, #policy, code);
    CIELO_MEMBER_POLICY_MAP(CIELO_X)
#undef CIELO_X
#define CIELO_X(object, wire, host, type, size, use, child)                   \
    printf("field\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", #object, wire, host, #type, \
           size, #use, #child);
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
