/* The members of a result: found by name, made when first read, then kept. */
#include "state.h"

#include <string.h>

/* No object of Cielo's has as many members: up to this number, comparing with
 * each is as fast as hashing. */
#define INDEX_FROM 64

/* Numbers objects for the serializer that Cielo uses: it says nothing and is in
 * the wire form only. */
#define HIDDEN "$id"

typedef struct member {
    const cielo_value *node;
    PyObject *value; /* NULL until it is read */
} member;

struct member_list {
    Py_ssize_t count;
    void *names;     /* as objects, for who walks them; each or all NULL */
    PyObject *index; /* wire name to place, where there are many; or NULL */
    member items[];
};

static void rule_of(const module_state *state, const ResultObject *self,
                    const member *at, member_rule *rule)
{
    size_t length;
    const char *name = cielo_value_name(at->node, &length);

    field_rule(state, self->object, name, length, rule);
}

/* What a slot holds, borrowed, after `made` was put there unless another came
 * first: code that runs while one is made may make it, too. Takes `made`. */
static PyObject *put_first(PyObject **slot, PyObject *made)
{
    if (made && !atomic_put(slot, made))
        Py_DECREF(made);
    return made ? atomic_peek(slot) : NULL;
}

static PyObject **names_of(member_list *list)
{
    PyObject **names = atomic_peek_pointer(&list->names);

    if (names)
        return names;
    names = PyMem_Calloc((size_t)list->count, sizeof(*names));
    if (!names) {
        PyErr_NoMemory();
        return NULL;
    }
    if (atomic_put_pointer(&list->names, names))
        return names;
    PyMem_Free(names);
    return atomic_peek_pointer(&list->names);
}

/* Borrowed; NULL with an exception set. */
static PyObject *name_of(const module_state *state, const ResultObject *self,
                         member_list *list, Py_ssize_t place)
{
    const member *at = &list->items[place];
    PyObject **names = names_of(list), *name;
    member_rule rule;

    if (!names)
        return NULL;
    name = atomic_peek(&names[place]);
    if (name)
        return name;
    rule_of(state, self, at, &rule);
    return put_first(&names[place],
                     rule.wire ? Py_NewRef(rule.wire)
                               : PyUnicode_FromString(
                                     cielo_value_name(at->node, NULL)));
}

static PyObject *value_of(module_state *state, ResultObject *self, member *at)
{
    PyObject *value = atomic_peek(&at->value);
    member_rule rule;

    if (value)
        return value;
    rule_of(state, self, at, &rule);
    return put_first(&at->value,
                     state->make_member(state, self, at->node, &rule));
}

static void free_list(member_list *list)
{
    PyObject **names = list->names;
    Py_ssize_t i;

    for (i = 0; i < list->count; i++)
        Py_XDECREF(list->items[i].value);
    for (i = 0; names && i < list->count; i++)
        Py_XDECREF(names[i]);
    PyMem_Free(names);
    Py_XDECREF(list->index);
    PyMem_Free(list);
}

static int make_index(const module_state *state, const ResultObject *self,
                      member_list *list)
{
    Py_ssize_t i;

    list->index = PyDict_New();
    for (i = 0; list->index && i < list->count; i++) {
        PyObject *name = name_of(state, self, list, i);
        PyObject *place = name ? PyLong_FromSsize_t(i) : NULL;
        int status = place ? PyDict_SetItem(list->index, name, place) : -1;

        Py_XDECREF(place);
        if (status < 0)
            return -1;
    }
    return list->index ? 0 : -1;
}

static member_list *make_list(const module_state *state,
                              const ResultObject *self)
{
    const cielo_value *node = cielo_value_first(self->node);
    size_t count = cielo_value_size(self->node), i;
    member_list *list
        = PyMem_Malloc(sizeof(*list) + count * sizeof(list->items[0]));

    if (!list) {
        PyErr_NoMemory();
        return NULL;
    }
    list->count = (Py_ssize_t)count;
    list->names = NULL;
    list->index = NULL;
    for (i = 0; i < count; i++, node = cielo_value_next(node)) {
        list->items[i].node = node;
        list->items[i].value = NULL;
    }
    if (count < INDEX_FROM || make_index(state, self, list) == 0)
        return list;
    free_list(list);
    return NULL;
}

int member_is_hidden(PyObject *wire)
{
    return PyUnicode_CompareWithASCIIString(wire, HIDDEN) == 0;
}

/* Made at the first look; NULL with an exception set. */
static member_list *list_of(const module_state *state, ResultObject *self)
{
    member_list *list = atomic_peek_pointer(&self->list);

    if (list)
        return list;
    list = make_list(state, self);
    if (list && !atomic_put_pointer(&self->list, list)) {
        free_list(list);
        list = atomic_peek_pointer(&self->list);
    }
    return list;
}

int result_next(ResultObject *self, Py_ssize_t *position, PyObject **name,
                PyObject **value)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(self));
    member_list *list = state ? list_of(state, self) : NULL;
    Py_ssize_t place = *position;

    if (!list)
        return -1;
    if (place >= list->count)
        return 0;
    *position = place + 1;
    *name = name_of(state, self, list, place);
    if (!*name || !value)
        return *name ? 1 : -1;
    *value = value_of(state, self, &list->items[place]);
    return *value ? 1 : -1;
}

/* ---- by wire name ---- */

static Py_ssize_t find_text(const member_list *list, const char *wire)
{
    Py_ssize_t i;

    for (i = 0; i < list->count; i++) {
        const char *name = cielo_value_name(list->items[i].node, NULL);

        if (*name == *wire && strcmp(name, wire) == 0)
            return i;
    }
    return NO_MEMBER;
}

static Py_ssize_t find_indexed(const member_list *list, PyObject *key)
{
    PyObject *place = PyDict_GetItemWithError(list->index, key);

    if (place)
        return PyLong_AsSsize_t(place);
    return PyErr_Occurred() ? FAILED : NO_MEMBER;
}

/* Any object may be asked for, as a dict may: it has its own notion of what it
 * is equal to. */
static Py_ssize_t find_equal(const module_state *state, ResultObject *self,
                             member_list *list, PyObject *key)
{
    Py_hash_t hash = PyObject_Hash(key);
    Py_ssize_t i;

    for (i = 0; hash != -1 && i < list->count; i++) {
        PyObject *name = name_of(state, self, list, i);
        int same = -1;

        if (name)
            same = PyObject_Hash(name) == hash
                       ? PyObject_RichCompareBool(name, key, Py_EQ)
                       : 0;
        if (same)
            return same > 0 ? i : FAILED;
    }
    return hash == -1 ? FAILED : NO_MEMBER;
}

/* A text that a name may be; NULL with or without an exception for another. */
static const char *name_text(PyObject *name)
{
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(name, &length);

    if (!text && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
        PyErr_Clear();
    return text && strlen(text) == (size_t)length ? text : NULL;
}

static Py_ssize_t find_key(const module_state *state, ResultObject *self,
                           member_list *list, PyObject *key)
{
    const char *text;

    if (list->index)
        return find_indexed(list, key);
    if (!PyUnicode_CheckExact(key))
        return find_equal(state, self, list, key);
    text = name_text(key);
    if (text)
        return find_text(list, text);
    return PyErr_Occurred() ? FAILED : NO_MEMBER;
}

Py_ssize_t member_find(const module_state *state, ResultObject *self,
                       PyObject *key)
{
    member_list *list = list_of(state, self);

    return list ? find_key(state, self, list, key) : FAILED;
}

PyObject *member_value(module_state *state, ResultObject *self,
                       Py_ssize_t place)
{
    member_list *list = list_of(state, self);

    return list ? value_of(state, self, &list->items[place]) : NULL;
}

/* ---- as attributes ---- */

/* An object that only refers to the number of another, as the serializer that
 * Cielo uses writes it: it has nothing else, but for a number of its own. */
static int is_reference(const cielo_value *node)
{
    const cielo_value *inner;
    int count = 0, refers = 0;

    if (cielo_value_type(node) != CIELO_OBJECT)
        return 0;
    for (inner = cielo_value_first(node); inner && count < 3;
         inner = cielo_value_next(inner), count++) {
        const char *name = cielo_value_name(inner, NULL);

        if (strcmp(name, "$ref") == 0)
            refers = 1;
        else if (strcmp(name, HIDDEN) != 0)
            return 0;
    }
    return refers && count < 3;
}

/* A text as its attribute reads; NULL for itself. */
static PyObject *read_text(const module_state *state, const ResultObject *self,
                           const member *at)
{
    member_rule rule;
    int64_t number;
    size_t length;
    const char *text = cielo_value_text(at->node, &length);

    rule_of(state, self, at, &rule);
    switch (cielo_field_reads(rule.type, text, length, &number)) {
    case CIELO_NULL:
        return Py_NewRef(Py_None);
    case CIELO_BOOL:
        return PyBool_FromLong(number != 0);
    case CIELO_NUMBER:
        return PyLong_FromLongLong(number);
    default:
        return NULL;
    }
}

PyObject *member_read(module_state *state, ResultObject *self,
                      Py_ssize_t place)
{
    member_list *list = list_of(state, self);
    member *at = list ? &list->items[place] : NULL;
    PyObject *value, *read;

    if (!at)
        return NULL;
    if (is_reference(at->node))
        Py_RETURN_NONE;
    value = value_of(state, self, at);
    if (!value || !PyUnicode_Check(value))
        return value ? Py_NewRef(value) : NULL;
    read = read_text(state, self, at);
    if (read || PyErr_Occurred())
        return read;
    return Py_NewRef(value);
}

static int is_null(const cielo_value *node)
{
    return cielo_value_type(node) <= CIELO_NULL; /* or no JSON at all */
}

/* Looks under another spelling, or for a member that the map does not know. A
 * null stands back behind another spelling with a value. */
static Py_ssize_t search(const module_state *state, const ResultObject *self,
                         const member_list *list, const char *host)
{
    Py_ssize_t found = NO_MEMBER, i;

    for (i = 0; i < list->count; i++) {
        const cielo_value *node = list->items[i].node;
        const char *name = cielo_value_name(node, NULL);

        if ((found >= 0 && is_null(node)) || strcmp(name, HIDDEN) == 0 ||
            !field_has_host_name(state, self->object, name, host))
            continue;
        found = i;
        if (!is_null(node))
            break;
    }
    return found;
}

Py_ssize_t member_find_host(const module_state *state, ResultObject *self,
                            PyObject *name)
{
    PyObject *wire
        = PyDict_GetItemWithError(state->by_host[self->object], name);
    member_list *list;
    Py_ssize_t place;
    const char *host;

    if (!wire && PyErr_Occurred())
        return FAILED;
    list = list_of(state, self);
    if (!list)
        return FAILED;
    place = wire ? find_key(state, self, list, wire) : NO_MEMBER;
    if (place == FAILED || (place >= 0 && !is_null(list->items[place].node)))
        return place;
    host = name_text(name);
    if (host)
        return search(state, self, list, host);
    return PyErr_Occurred() ? FAILED : NO_MEMBER;
}

/* ---- for the collector ---- */

int members_traverse(ResultObject *self, visitproc visit, void *arg)
{
    member_list *list = self->list;
    Py_ssize_t i;

    for (i = 0; list && i < list->count; i++)
        Py_VISIT(list->items[i].value);
    return 0;
}

/* Whoever reads it while they go finds none. */
void members_clear(ResultObject *self)
{
    member_list *list = self->list;

    self->node = NULL;
    self->list = NULL;
    if (list)
        free_list(list);
    Py_CLEAR(self->owner);
}
