/* Docstrings from the core's maps. */
#include "state.h"

#include <string.h>

/* How Python spells the types of CIELO_DETAIL_TYPE_MAP. */
#define SPELLED_TEXT "str"
#define SPELLED_RULE "str"
#define SPELLED_CAUSE "str"
#define SPELLED_STATUS "str"
#define SPELLED_KIND "str"
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
    /* A moment is not sent. */
    const char *left_out = param->kind == CIELO_PARAM_MOMENT
                               ? "; may be left out"
                           : strcmp(param->name, "amount") == 0
                               ? "; when left out, the whole"
                               : "; when left out, Cielo's default";

    append_line(text, PyUnicode_FromFormat(
                          "\n%s: %s%s%s%s", param->name, param_wanted(param),
                          *param->about ? ", " : "", param->about,
                          optional ? left_out : ""));
}

/* An error that somebody made does not know what was sent. */
int detail_is_known(const cielo_detail *detail)
{
    return detail->known && (detail->owner != CIELO_OF_ERROR ||
                             detail->type != CIELO_DETAIL_SENT);
}

void describe_detail(PyObject **text, const cielo_detail *detail)
{
    append_line(text, PyUnicode_FromFormat(
                          "\n%s: %s%s, %s", detail->name, spelled[detail->type],
                          detail_is_known(detail) ? OR_ALWAYS : OR_MAYBE,
                          detail->about));
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
    return add_struct(module, &desc, slot);
}

/* ---- members ---- */

/* What a member's annotation leaves open; NULL: nothing. */
static const char *unit_of(int type)
{
    switch (type) {
    case CIELO_FIELD_AMOUNT:
        return "in cents";
    case CIELO_FIELD_DATE:
    case CIELO_FIELD_DUE:
        return "YYYY-MM-DD";
    case CIELO_FIELD_TIME:
        return "a date or a moment, as Cielo writes it";
    case CIELO_FIELD_EXPIRATION:
        return "MM/YYYY";
    case CIELO_FIELD_GUID:
        return "a GUID";
    case CIELO_FIELD_CARD_NUMBER:
        return "masked; reveal() gives it";
    default:
        return NULL;
    }
}

static PyObject *describe_type(const cielo_field *field)
{
    static const char *const annotations[] = {
#define CIELO_X(name, annotation, policy, takes) annotation,
        CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
    };
    const char *child = cielo_object_name(field->child);

    switch (field->type) {
    case CIELO_FIELD_OBJECT:
        return PyUnicode_FromString(child);
    case CIELO_FIELD_LIST:
        return PyUnicode_FromFormat("list of %s", child);
    case CIELO_FIELD_EITHER:
        return PyUnicode_FromFormat("%s or list of %s", child, child);
    case CIELO_FIELD_VARIANT:
        return PyUnicode_FromString("str or int");
    case CIELO_FIELD_OPEN:
        return PyUnicode_FromString("whatever Cielo sends");
    default:
        return PyUnicode_FromString(annotations[field->type]);
    }
}

static void describe_member(PyObject **text, const cielo_field *field)
{
    PyObject *type = describe_type(field);
    const char *unit = unit_of(field->type);

    append_line(text, type ? PyUnicode_FromFormat(
                                 "\n%s: %U%s%s", field->host, type,
                                 unit ? ", " : "", unit ? unit : "")
                           : NULL);
    Py_XDECREF(type);
}

/* The docstring of a named type: its rows of the field map. */
PyObject *describe_kind(int object)
{
    PyObject *text = PyUnicode_FromFormat(
        "%s: its members, None where Cielo left one out (see cielo.Result).\n",
        cielo_object_name(object));
    const cielo_field *field;
    size_t i;

    for (i = 0; text && (field = cielo_field_at(i)) != NULL; i++)
        if (field->object == object && field->use != CIELO_USE_ALIAS)
            describe_member(&text, field);
    if (text)
        describe_facts(&text, object);
    return text;
}
