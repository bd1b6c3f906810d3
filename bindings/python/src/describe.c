/* Docstrings from the core's maps: parameters, facts and details. */
#include "state.h"

/* How Python spells the types of facts and details, by CIELO_DETAIL_TYPE_MAP. */
#define SPELLED_TEXT "str"
#define SPELLED_SENT "'no', 'maybe' or 'yes'"
#define SPELLED_NUMBER "int"
#define SPELLED_BOOL "bool"
#define SPELLED_ADVICE "cielo.Advice"
#define SPELLED_PROBLEMS "a sequence of cielo.Problem"
#define SPELLED_ERRORS "a sequence of cielo.ErrorEntry"
#define SPELLED_ATTEMPTS "a sequence of cielo.Attempt"
#define SPELLED_FOUND "a sequence of cielo.Payment"

/* What nobody may know is None then. */
#define OR_ALWAYS ""
#define OR_MAYBE " or None"

static const char *const spelled[] = {
#define CIELO_X(name, type) SPELLED_##name,
    CIELO_DETAIL_TYPE_MAP(CIELO_X)
#undef CIELO_X
};

/* The rows of CIELO_DETAIL_MAP as fields of named tuples, whose texts Python
 * keeps pointers to. */
static const PyStructSequence_Field fields[] = {
#define CIELO_X(owner, name, type, known, about) \
    {#name, SPELLED_##type OR_##known ", " about},
    CIELO_DETAIL_MAP(CIELO_X)
#undef CIELO_X
};

#define FIELD_COUNT (sizeof(fields) / sizeof(*fields))

/* Takes `line`, which may be NULL with an exception set. */
static void append_line(PyObject **text, PyObject *line)
{
    if (line)
        PyUnicode_Append(text, line);
    else
        Py_CLEAR(*text);
    Py_XDECREF(line);
}

void describe_param(PyObject **text, const cielo_param *param, int optional)
{
    append_line(text, PyUnicode_FromFormat(
                          "\n%s: %s%s%s%s", param->name, param_wanted(param),
                          *param->about ? ", " : "", param->about,
                          optional ? "; when left out, Cielo's default" : ""));
}

void describe_detail(PyObject **text, const cielo_detail *detail)
{
    append_line(text, PyUnicode_FromFormat(
                          "\n%s: %s%s, %s", detail->name, spelled[detail->type],
                          detail->known ? OR_ALWAYS : OR_MAYBE, detail->about));
}

/* What every result has is told of their base. */
int is_own_fact(const cielo_detail *fact, int object)
{
    return cielo_fact_is_of(fact, object) &&
           (object == CIELO_OBJECT_ANY ||
            !cielo_fact_is_of(fact, CIELO_OBJECT_ANY));
}

void describe_facts(PyObject **text, int object)
{
    const cielo_detail *fact;
    int found = 0;
    size_t i;

    for (i = 0; *text && (fact = cielo_fact_at(i)) != NULL; i++) {
        if (!is_own_fact(fact, object))
            continue;
        if (!found++)
            append_line(text, PyUnicode_FromString(
                                  "\n\nComputed by the library, of what an "
                                  "operation gave:\n"));
        if (*text)
            describe_detail(text, fact);
    }
}

int detail_type_add(PyObject *module, int owner, const char *name,
                    const char *about, PyTypeObject **slot)
{
    PyStructSequence_Field own[FIELD_COUNT + 1] = {{NULL, NULL}};
    PyStructSequence_Desc desc = {name, about, own, 0};
    size_t i;

    for (i = 0; i < FIELD_COUNT; i++)
        if (cielo_detail_at(i)->owner == owner)
            own[desc.n_in_sequence++] = fields[i];
    *slot = PyStructSequence_NewType(&desc);
    return *slot ? PyModule_AddType(module, *slot) : -1;
}
