/* What a call's result adds to its members: kept as the core says it, and made
 * into an object when somebody reads it. */
#include "state.h"

#include <string.h>

struct result_facts {
    cielo_fact_value values[CIELO_FACT_COUNT]; /* texts: those behind */
    unsigned char has[CIELO_FACT_COUNT];
    unsigned char lacks_mark;
    int operation;
    cielo_value *warnings; /* or NULL */
    char texts[];
};

static size_t size_of_texts(const cielo_fact_value *values)
{
    size_t size = 0, i;

    for (i = 0; i < CIELO_FACT_COUNT; i++)
        if (values[i].type == CIELO_TEXT)
            size += strlen(values[i].text) + 1;
    return size;
}

static void copy_texts(result_facts *facts)
{
    char *at = facts->texts;
    size_t i;

    for (i = 0; i < CIELO_FACT_COUNT; i++) {
        cielo_fact_value *value = &facts->values[i];

        if (value->type != CIELO_TEXT)
            continue;
        strcpy(at, value->text);
        value->text = at;
        at += strlen(at) + 1;
    }
}

result_facts *facts_take(cielo_call *call)
{
    cielo_fact_value values[CIELO_FACT_COUNT];
    unsigned char has[CIELO_FACT_COUNT];
    const cielo_value *warnings = cielo_call_warnings(call);
    result_facts *facts;
    size_t i;

    for (i = 0; i < CIELO_FACT_COUNT; i++)
        has[i] = (unsigned char)cielo_call_fact(call, i, &values[i]);
    facts = PyMem_Malloc(sizeof(*facts) + size_of_texts(values));
    if (!facts) {
        PyErr_NoMemory();
        return NULL;
    }
    memcpy(facts->values, values, sizeof(values));
    memcpy(facts->has, has, sizeof(has));
    copy_texts(facts);
    facts->operation = cielo_call_operation(call);
    facts->lacks_mark = (unsigned char)cielo_call_lacks_mark(call);
    facts->warnings = cielo_value_dup(warnings);
    if (!warnings || facts->warnings)
        return facts;
    PyMem_Free(facts);
    PyErr_NoMemory();
    return NULL;
}

void facts_free(result_facts *facts)
{
    if (facts)
        cielo_value_free(facts->warnings);
    PyMem_Free(facts);
}

/* NULL without an exception for a fact that the result, a tree, has not. */
static PyObject *make_fact(module_state *state, const result_facts *facts,
                           const cielo_value *result, size_t number)
{
    const cielo_fact_value *value = &facts->values[number];
    cielo_advice advice;

    if (number == CIELO_FACT_warnings)
        return state->make_problems(state, facts->warnings);
    if (number == CIELO_FACT_advice)
        return cielo_result_advice(facts->operation, result, facts->lacks_mark,
                                   &advice)
                   ? state->make_advice(state, &advice)
                   : NULL;
    if (!facts->has[number])
        return NULL;
    switch (value->type) {
    case CIELO_TEXT:
        return PyUnicode_FromString(value->text);
    case CIELO_NUMBER:
        return PyLong_FromLongLong(value->number);
    case CIELO_BOOL:
        return PyBool_FromLong(value->number != 0);
    default:
        Py_RETURN_NONE;
    }
}

/* The place of a fact in CIELO_FACT_MAP, CIELO_FACT_COUNT for another name. */
static size_t number_of(const module_state *state, PyObject *name)
{
    size_t i;

    for (i = 0; i < CIELO_FACT_COUNT; i++)
        if (state->fact_names[i] == name)
            return i;
    if (PyUnicode_CHECK_INTERNED(name)) /* as names in code are */
        return i;
    for (i = 0; i < CIELO_FACT_COUNT; i++)
        if (PyUnicode_Compare(state->fact_names[i], name) == 0)
            break;
    return i;
}

/* The dict of those that were made, borrowed. */
static PyObject *dict_of(ResultObject *self)
{
    PyObject *dict = atomic_peek(&self->facts);

    if (dict)
        return dict;
    dict = PyDict_New();
    if (dict && !atomic_put(&self->facts, dict)) {
        Py_DECREF(dict);
        dict = atomic_peek(&self->facts);
    }
    return dict;
}

/* The object that a name has from now on, a new reference. Takes `fact`, which
 * may be NULL. */
static PyObject *keep(ResultObject *self, PyObject *name, PyObject *fact)
{
    PyObject *dict = fact ? dict_of(self) : NULL, *kept = NULL;

    if (dict)
        kept = PyDict_SetDefault(dict, name, fact);
    Py_XINCREF(kept);
    Py_XDECREF(fact);
    return kept;
}

PyObject *facts_get(module_state *state, ResultObject *self, PyObject *name)
{
    PyObject *dict = atomic_peek(&self->facts);
    PyObject *fact = dict ? PyDict_GetItemWithError(dict, name) : NULL;
    size_t number;

    if (fact)
        return Py_NewRef(fact);
    if (!self->raw || PyErr_Occurred())
        return NULL;
    number = number_of(state, name);
    if (number == CIELO_FACT_COUNT)
        return NULL;
    fact = make_fact(state, self->raw, self->node, number);
    if (!fact || fact == Py_None || PyBool_Check(fact))
        return fact;
    return keep(self, state->fact_names[number], fact);
}

PyObject *facts_all(module_state *state, ResultObject *self)
{
    size_t i;

    for (i = 0; self->raw && i < CIELO_FACT_COUNT; i++) {
        PyObject *name = state->fact_names[i];
        PyObject *fact = facts_get(state, self, name);

        if (fact)
            Py_XSETREF(fact, keep(self, name, Py_NewRef(fact)));
        if (!fact && PyErr_Occurred())
            return NULL;
        Py_XDECREF(fact);
    }
    return atomic_peek(&self->facts);
}

PyObject *facts_dict(module_state *state, const result_facts *facts)
{
    PyObject *dict = PyDict_New();
    size_t i;

    for (i = 0; dict && i < CIELO_FACT_COUNT; i++) {
        PyObject *fact = make_fact(state, facts, NULL, i);

        if (fact ? PyDict_SetItem(dict, state->fact_names[i], fact) < 0
                 : PyErr_Occurred() != NULL)
            Py_CLEAR(dict);
        Py_XDECREF(fact);
    }
    return dict;
}
