/* The maps of operations, parameters, facts and details hold together. */
#include "check.h"

#include "facts/facts.h"

static void operations_can_be_found(void)
{
    int i;

    for (i = 0; i < CIELO_OP_COUNT; i++) {
        const cielo__operation *row = cielo__operation_row(i);

        CHECK_INT(cielo_operation_find(row->facts.name), i);
        CHECK(cielo_operation_at(i) == &row->facts);
        CHECK(row->facts.path[0] == '/' || row->facts.path[0] == '-');
        /* Tokens for a page are posted for, and charge nothing. */
        CHECK(strcmp(row->facts.method, "GET") == 0 || row->facts.is_write
              || strcmp(row->facts.noun, "browser") == 0);
    }
    CHECK_INT(cielo_operation_find("sale"), -1);
    CHECK_INT(cielo_operation_find(NULL), -1);
    CHECK(cielo_operation_at(-1) == NULL);
    CHECK(cielo_operation_at(CIELO_OP_COUNT) == NULL);
}

/* Says which word of which row CIELO_PARAM_MAP lacks. */
static void check_params(const cielo_operation *row)
{
    const char *at = row->params;
    char what[160];

    while (*at) {
        size_t length = strcspn(at, " ?");

        snprintf(what, sizeof(what),
                 "CIELO_PARAM_MAP has no \"%.*s\", a parameter of %s",
                 (int)length, at, row->name);
        if (!cielo_param_find(at, length))
            check__fail(__FILE__, __LINE__, what);
        at += length;
        at += strspn(at, " ?");
    }
}

static void every_parameter_has_a_row(void)
{
    int i;

    for (i = 0; i < CIELO_OP_COUNT; i++)
        check_params(cielo_operation_at(i));
    CHECK(cielo_param_find("amount", 6)->kind == CIELO_PARAM_AMOUNT);
    CHECK(cielo_param_find("amoun", 5) == NULL);
}

static void every_parameter_is_used(void)
{
    const cielo_param *param;
    size_t n;
    int i, used;

    for (n = 0; (param = cielo_param_at(n)) != NULL; n++) {
        for (i = used = 0; i < CIELO_OP_COUNT && !used; i++)
            used = strstr(cielo_operation_at(i)->params, param->name) != NULL;
        CHECK(used);
        CHECK(cielo_param_type(param->kind) != NULL);
    }
    CHECK(cielo_param_type(-1) == NULL);
    CHECK(cielo_param_type(CIELO_PARAM_KIND_END) == NULL);
}

static void facts_are_numbered(void)
{
    CHECK_STR(cielo_fact_at(CIELO_FACT_approved)->name, "approved");
    CHECK_STR(cielo_fact_at(CIELO_FACT_advice)->name, "advice");
    CHECK(cielo_fact_at(CIELO_FACT_COUNT) == NULL);
    CHECK(cielo_fact_is_of(cielo_fact_at(CIELO_FACT_approved),
                           CIELO_OBJECT_SALE));
    CHECK(!cielo_fact_is_of(cielo_fact_at(CIELO_FACT_approved),
                            CIELO_OBJECT_ORDER));
    CHECK(cielo_fact_is_of(cielo_fact_at(CIELO_FACT_status_name),
                           CIELO_OBJECT_ORDER));
    CHECK(cielo_fact_is_of(cielo_fact_at(CIELO_FACT_request_id),
                           CIELO_OBJECT_CARD));
}

static void details_stand_by_owner(void)
{
    const cielo_detail *detail;
    int owner = 0;
    size_t i;

    for (i = 0; (detail = cielo_detail_at(i)) != NULL; i++) {
        CHECK(detail->owner >= owner);
        CHECK(!cielo_fact_is_of(detail, CIELO_OBJECT_SALE));
        owner = detail->owner;
    }
    CHECK_INT(owner, CIELO_OF_ATTEMPT);
}

CHECK_MAIN(operations_can_be_found, every_parameter_has_a_row,
           every_parameter_is_used, facts_are_numbered, details_stand_by_owner)
