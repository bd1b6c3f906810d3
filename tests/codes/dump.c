/* Prints every row of the code books as tab-separated lines, the kind of row
 * first, for check_codes.py. */
#include <cielo/codes.h>

#include <stdio.h>

static void dump_retry(const cielo_retry *retry)
{
    printf("\t%s\t%d\t%d\t%d", cielo_retry_name(retry->kind),
           retry->max_attempts, retry->window_days, retry->after_hours);
}

static void dump_codes(void)
{
    const cielo_code *code;
    size_t i;

    for (i = 0; (code = cielo_return_code_at(i)) != NULL; i++) {
        printf("code\t%s\t%s\t%s", cielo_code_operation_name(code->operation),
               code->code, code->category);
        dump_retry(&code->retry);
        printf("\t%s\t%s\t%s\t%s\t%s\n", cielo_change_name(code->change),
               code->meaning_pt, code->meaning_en, code->shopper_pt,
               code->shopper_en);
    }
}

static void dump_books(void)
{
    static const char *const names[] = {
#define CIELO_X(id, name) name,
        CIELO_BOOK_MAP(CIELO_X)
#undef CIELO_X
    };
    const cielo_status *status;
    int book;
    size_t i;

    for (book = 0; book < CIELO_BOOK_END; book++)
        for (i = 0; (status = cielo_book_at(book, i)) != NULL; i++)
            printf("status\t%s\t%d\t%s\t%s\t%s\t%s\n", names[book],
                   status->number, status->name, status->wire,
                   status->meaning_pt, status->meaning_en);
}

/* What the statuses say for the money, those that say something. */
static void dump_natures(void)
{
    static const char *const books[] = {
#define CIELO_X(id, name) name,
        CIELO_BOOK_MAP(CIELO_X)
#undef CIELO_X
    };
    static const char *const natures[] = {
#define CIELO_X(id, name) name,
        CIELO_NATURE_MAP(CIELO_X)
#undef CIELO_X
    };
    const cielo_status *status;
    int book;
    size_t i;

    for (book = 0; book < CIELO_BOOK_END; book++)
        for (i = 0; (status = cielo_book_at(book, i)) != NULL; i++)
            if (status->nature != CIELO_NATURE_NONE)
                printf("nature\t%s\t%d\t%s\n", books[book], status->number,
                       natures[status->nature]);
}

static void dump_brands(void)
{
    const cielo_denial *denial;
    const cielo_merchant_code *merchant;
    const cielo_programme *programme;
    size_t i;

    for (i = 0; (denial = cielo_abecs_at(i)) != NULL; i++)
        printf("denial\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", denial->brand,
               denial->code, denial->category, denial->reversible,
               cielo_change_name(denial->change), denial->meaning_pt,
               denial->meaning_en);
    for (i = 0; (merchant = cielo_merchant_advice_at(i)) != NULL; i++) {
        printf("merchant\t%s", merchant->code);
        dump_retry(&merchant->retry);
        printf("\t%s\t%s\t%s\t%d\t%d\n", cielo_change_name(merchant->change),
               merchant->meaning_pt, merchant->meaning_en, merchant->charged,
               merchant->since);
    }
    for (i = 0; (programme = cielo_programme_at(i)) != NULL; i++) {
        printf("programme\t%s", programme->brand);
        dump_retry(&programme->retry);
        printf("\t%d\n", programme->since);
    }
}

/* Every code of two characters that is not of the category of all the rest. */
static void dump_visa(void)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char code[2];
    int i, j, category;

    for (i = 0; alphabet[i] != '\0'; i++)
        for (j = 0; alphabet[j] != '\0'; j++) {
            code[0] = alphabet[i];
            code[1] = alphabet[j];
            category = cielo_visa_category(code, sizeof(code));
            if (category != 4)
                printf("visa\t%.2s\t%d\n", code, category);
        }
}

int main(void)
{
#define CIELO_X(id, name) printf("category\t%s\n", name);
    CIELO_CATEGORY_MAP(CIELO_X)
#undef CIELO_X
    dump_codes();
    dump_books();
    dump_natures();
    dump_brands();
    dump_visa();
    return 0;
}
