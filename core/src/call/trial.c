/* What a call would send, without one. */
#include "call.h"

/* Gives the bytes, or the problems there are. */
static int finish(const cielo__input *input, char **text, size_t *length,
                  cielo_error *err)
{
    if (cielo_value_first(input->problems))
        return cielo__problems_report(input->problems, err);
    if (input->body && cielo_value_print(input->body, text, length) != CIELO_OK)
        return cielo__report(err, CIELO_EMEMORY, NULL);
    return cielo__report(err, CIELO_OK, NULL);
}

int cielo_fields_check(char **text, size_t *length, cielo_value **problems,
                       const cielo_client *client, int operation,
                       const cielo_value *params, cielo_error *err)
{
    const cielo__operation *row = cielo__operation_row(operation);
    cielo__input input = {0, NULL, NULL, NULL, NULL};
    int status;

    *text = NULL;
    *length = 0;
    if (problems)
        *problems = NULL;
    if (!client || !row || cielo_value_type(params) != CIELO_OBJECT)
        return cielo__report(err, CIELO_EUSAGE, NULL);
    if (cielo__validate(row, params, cielo__client_validate(client), &input)
        == CIELO_OK)
        status = finish(&input, text, length, err);
    else
        status = cielo__report(err, CIELO_EMEMORY, NULL);
    if (problems && status == CIELO_EVALIDATION) {
        *problems = input.problems;
        input.problems = NULL;
    }
    cielo_value_free(input.params);
    cielo_value_free(input.body);
    cielo_value_free(input.problems);
    cielo_value_free(input.warnings);
    return status;
}
