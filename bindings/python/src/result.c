/* cielo.Result and its kinds: what Cielo answered, read by name. */
#include "state.h"

#include <string.h>

#define NAME_SIZE 128
/* No object of Cielo's has as many members: up to this number, comparing with
 * each is as fast as hashing. */
#define INDEX_FROM 64

int is_result(module_state *state, PyObject *value)
{
    return PyObject_TypeCheck(value, state->result_types[CIELO_OBJECT_ANY]);
}

int result_next(ResultObject *self, Py_ssize_t *position, PyObject **name,
                PyObject **value)
{
    PyObject *members = self->members;

    if (!members || *position >= PyTuple_GET_SIZE(members))
        return 0;
    *name = PyTuple_GET_ITEM(members, *position);
    *value = PyTuple_GET_ITEM(members, *position + 1);
    *position += 2;
    return 1;
}

static Py_ssize_t result_length(PyObject *op)
{
    PyObject *members = ((ResultObject *)op)->members;

    return members ? PyTuple_GET_SIZE(members) / 2 : 0;
}

/* ---- the field map as Python names ---- */

/* Where a name of an object is looked for first. The names of one object seldom
 * agree in length and in both letters. */
static size_t slot_of(const module_state *state, int object, const char *name,
                      size_t length)
{
    size_t hash = (size_t)object * 31 + length;

    if (length > 0)
        hash = (hash * 31 + (unsigned char)name[length / 2]) * 31 +
               (unsigned char)name[length - 1];
    return hash & (state->field_room - 1);
}

/* The slot of a member spelled as the map has it, or a free one. */
static field_slot *find_slot(const module_state *state, int object,
                             const char *name, size_t length)
{
    size_t at = slot_of(state, object, name, length);
    field_slot *slot = &state->fields[at];

    while (slot->field &&
           (slot->length != length || slot->field->object != object ||
            memcmp(slot->field->wire, name, length) != 0)) {
        at = (at + 1) & (state->field_room - 1);
        slot = &state->fields[at];
    }
    return slot;
}

static int add_field(module_state *state, const cielo_field *field)
{
    size_t length = strlen(field->wire);
    field_slot *slot = find_slot(state, field->object, field->wire, length);
    PyObject *host;
    int status;

    /* Of rows that spell one name, the core takes the first. */
    if (!slot->field) {
        slot->wire = PyUnicode_InternFromString(field->wire);
        if (!slot->wire)
            return -1;
        slot->length = length;
        slot->field = field;
    }
    if (field->use == CIELO_USE_ALIAS)
        return 0;
    host = PyUnicode_InternFromString(field->host);
    if (!host)
        return -1;
    status = PyDict_SetItem(state->by_host[field->object], host, slot->wire);
    Py_DECREF(host);
    return status;
}

static int add_fields(module_state *state)
{
    size_t i, count = 0, room = 2;
    int object;

    while (cielo_field_at(count))
        count++;
    while (room < 2 * count)
        room *= 2;
    state->fields = PyMem_Calloc(room, sizeof(*state->fields));
    state->field_room = room;
    if (!state->fields) {
        PyErr_NoMemory();
        return -1;
    }
    for (object = 0; object < CIELO_OBJECT_COUNT; object++)
        if (!(state->by_host[object] = PyDict_New()))
            return -1;
    for (i = 0; i < count; i++)
        if (add_field(state, cielo_field_at(i)) < 0)
            return -1;
    return 0;
}

/* What the map says of a member of an answer. */
typedef struct member_rule {
    const cielo_field *field; /* NULL: not in the map */
    PyObject *wire; /* the name, borrowed; NULL: not spelled as in the map */
    int child;
    int type; /* -1: not in the map */
} member_rule;

/* A card's number is one under its name in any object. */
static int is_card_number(const char *name, size_t length)
{
    const cielo_field *field =
        cielo_field_by_wire(CIELO_OBJECT_CARD, name, length);

    return field && field->type == CIELO_FIELD_CARD_NUMBER;
}

static void find_rule(const module_state *state, int object, const char *name,
                      size_t length, member_rule *rule)
{
    const field_slot *slot = find_slot(state, object, name, length);

    rule->wire = slot->wire;
    rule->field = slot->field ? slot->field
                              : cielo_field_by_wire(object, name, length);
    if (rule->field) {
        rule->child = rule->field->child;
        rule->type = rule->field->type;
    } else {
        rule->child = CIELO_OBJECT_NONE;
        rule->type = is_card_number(name, length) ? CIELO_FIELD_CARD_NUMBER : -1;
    }
    if (rule->child == CIELO_OBJECT_NONE)
        rule->child = CIELO_OBJECT_ANY;
}

static int find_rule_of(const module_state *state, int object, PyObject *wire,
                        member_rule *rule)
{
    Py_ssize_t length;
    const char *name = PyUnicode_AsUTF8AndSize(wire, &length);

    if (!name)
        return -1;
    find_rule(state, object, name, (size_t)length, rule);
    return 0;
}

/* ---- from the core's tree ---- */

static PyObject *convert(module_state *state, const cielo_value *value,
                         int object, int type, PyObject *facts);

static PyObject *convert_number(const cielo_value *value)
{
    int64_t integer;

    if (cielo_value_integer(value, &integer))
        return PyLong_FromLongLong(integer);
    if (cielo_value_is_integer(value))
        return PyLong_FromString(cielo_value_text(value, NULL), NULL, 10);
    return PyFloat_FromDouble(cielo_value_real(value));
}

static PyObject *convert_array(module_state *state, const cielo_value *value,
                               int object, int type, PyObject *facts)
{
    PyObject *list = PyList_New((Py_ssize_t)cielo_value_size(value));
    const cielo_value *item;
    Py_ssize_t i = 0;

    if (!list)
        return NULL;
    for (item = cielo_value_first(value); item; item = cielo_value_next(item)) {
        PyObject *converted = convert(state, item, object, type, facts);

        if (!converted) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i++, converted);
    }
    return list;
}

static ResultObject *new_result(module_state *state, int object, size_t count,
                                PyObject *facts)
{
    PyTypeObject *type = state->result_types[object];
    ResultObject *self = (ResultObject *)type->tp_alloc(type, 0);

    if (!self)
        return NULL;
    self->object = object;
    self->facts = facts ? Py_NewRef(facts) : NULL;
    self->members = PyTuple_New((Py_ssize_t)count * 2);
    if (self->members)
        return self;
    Py_DECREF(self);
    return NULL;
}

/* Puts a member at its place among the members. */
static int convert_member(module_state *state, ResultObject *self,
                          const cielo_value *member, Py_ssize_t place)
{
    size_t length;
    const char *name = cielo_value_name(member, &length);
    member_rule rule;
    PyObject *key, *value;

    find_rule(state, self->object, name, length, &rule);
    key = rule.wire ? Py_NewRef(rule.wire)
                    : PyUnicode_DecodeUTF8(name, (Py_ssize_t)length, "strict");
    if (!key)
        return -1;
    PyTuple_SET_ITEM(self->members, place, key);
    value = convert(state, member, rule.child, rule.type, NULL);
    if (!value)
        return -1;
    PyTuple_SET_ITEM(self->members, place + 1, value);
    return 0;
}

static int make_index(ResultObject *self)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;

    self->index = PyDict_New();
    while (self->index && result_next(self, &position, &name, &value)) {
        PyObject *place = PyLong_FromSsize_t(position - 1);
        int status = place ? PyDict_SetItem(self->index, name, place) : -1;

        Py_XDECREF(place);
        if (status < 0)
            return -1;
    }
    return self->index ? 0 : -1;
}

static PyObject *convert_object(module_state *state, const cielo_value *value,
                                int object, PyObject *facts)
{
    size_t count = cielo_value_size(value);
    ResultObject *self = new_result(state, object, count, facts);
    const cielo_value *member;
    Py_ssize_t place = 0;

    if (!self)
        return NULL;
    /* A collection on the way may call code that reads all it can find. */
    PyObject_GC_UnTrack(self);
    for (member = cielo_value_first(value); member;
         member = cielo_value_next(member), place += 2)
        if (convert_member(state, self, member, place) < 0)
            goto failed;
    if (count < INDEX_FROM || make_index(self) == 0) {
        PyObject_GC_Track(self);
        return (PyObject *)self;
    }
failed:
    Py_DECREF(self);
    return NULL;
}

static PyObject *convert(module_state *state, const cielo_value *value,
                         int object, int type, PyObject *facts)
{
    const char *text;
    size_t length;

    switch (cielo_value_type(value)) {
    case CIELO_BOOL:
        return PyBool_FromLong(cielo_value_bool(value));
    case CIELO_NUMBER:
        if (type != CIELO_FIELD_CARD_NUMBER)
            return convert_number(value);
        text = cielo_value_text(value, &length);
        return secret_new(state->secret_type, text, length);
    case CIELO_TEXT:
        text = cielo_value_text(value, &length);
        if (type == CIELO_FIELD_CARD_NUMBER)
            return secret_new(state->secret_type, text, length);
        return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "strict");
    case CIELO_ARRAY:
        return convert_array(state, value, object, type, facts);
    case CIELO_OBJECT:
        return convert_object(state, value, object, facts);
    default:
        Py_RETURN_NONE;
    }
}

PyObject *value_to_python(module_state *state, const cielo_value *value,
                          int object, PyObject *facts)
{
    if (object == CIELO_OBJECT_NONE)
        object = CIELO_OBJECT_ANY;
    /* A change answered without a body gives a result without members. */
    if (!value || cielo_value_type(value) == CIELO_NULL)
        return (PyObject *)new_result(state, object, 0, facts);
    return convert(state, value, object, -1, facts);
}

static int add_plain(PyObject *tree, const cielo_value *item)
{
    PyObject *plain = value_to_plain(item), *name = NULL;
    size_t length;
    const char *text = cielo_value_name(item, &length);
    int status = -1;

    if (plain && text)
        name = PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "replace");
    if (name)
        status = PyDict_SetItem(tree, name, plain);
    else if (plain && !text)
        status = PyList_Append(tree, plain);
    Py_XDECREF(name);
    Py_XDECREF(plain);
    return status;
}

PyObject *value_to_plain(const cielo_value *value)
{
    const cielo_value *item;
    PyObject *tree;
    const char *text;
    size_t length;

    switch (cielo_value_type(value)) {
    case CIELO_ARRAY:
        tree = PyList_New(0);
        break;
    case CIELO_OBJECT:
        tree = PyDict_New();
        break;
    case CIELO_BOOL:
        return PyBool_FromLong(cielo_value_bool(value));
    case CIELO_NUMBER:
        return convert_number(value);
    case CIELO_TEXT:
        text = cielo_value_text(value, &length);
        return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "replace");
    default:
        Py_RETURN_NONE;
    }
    for (item = cielo_value_first(value); tree && item;
         item = cielo_value_next(item))
        if (add_plain(tree, item) < 0)
            Py_CLEAR(tree);
    return tree;
}

/* ---- reading ---- */

/* The host name of a member, as str. */
static PyObject *host_name(int object, PyObject *wire)
{
    char name[NAME_SIZE];
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(wire, &length);
    size_t needed;

    if (!text)
        return NULL;
    needed = cielo_host_name(object, text, (size_t)length, name, sizeof(name));
    if (needed >= sizeof(name))
        return Py_NewRef(wire);
    return PyUnicode_DecodeUTF8(name, (Py_ssize_t)needed, "replace");
}

/* "$id" numbers objects for the serializer Cielo uses: it says nothing and is
 * in the wire form only. */
static int is_wire_only(PyObject *wire)
{
    return PyUnicode_CompareWithASCIIString(wire, "$id") == 0;
}

/* The value of the member with that very name object, borrowed, or NULL. */
static PyObject *find_interned(ResultObject *self, PyObject *wire)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;

    while (result_next(self, &position, &name, &value))
        if (name == wire)
            return value;
    return NULL;
}

/* An object that only refers to the number of another, as the serializer that
 * Cielo uses writes it: it has nothing else, but for a number of its own. */
static int is_reference(module_state *state, PyObject *value)
{
    PyObject *name, *ignored;
    Py_ssize_t position = 0;
    int refers = 0;

    if (!is_result(state, value) || result_length(value) > 2)
        return 0;
    while (result_next((ResultObject *)value, &position, &name, &ignored)) {
        if (PyUnicode_CompareWithASCIIString(name, "$ref") == 0)
            refers = 1;
        else if (!is_wire_only(name))
            return 0;
    }
    return refers;
}

/* A member as its attribute reads, a new reference; the wire form keeps what
 * Cielo wrote. */
static PyObject *read_value(module_state *state, ResultObject *self,
                            PyObject *wire, PyObject *value)
{
    member_rule rule;
    Py_ssize_t length;
    const char *text;
    int64_t number;

    if (is_reference(state, value))
        Py_RETURN_NONE;
    if (!PyUnicode_Check(value))
        return Py_NewRef(value);
    text = PyUnicode_AsUTF8AndSize(value, &length);
    if (!text || find_rule_of(state, self->object, wire, &rule) < 0)
        return NULL;
    switch (cielo_field_reads(rule.type, text, (size_t)length, &number)) {
    case CIELO_NULL:
        Py_RETURN_NONE;
    case CIELO_BOOL:
        return PyBool_FromLong(number != 0);
    case CIELO_NUMBER:
        return PyLong_FromLongLong(number);
    default:
        return Py_NewRef(value);
    }
}

/* Looks under another spelling, or for a member that the map does not know:
 * its wire name and its value, borrowed; 1, 0 or -1 as below. A null stands
 * back behind another spelling with a value. */
static int search_member(ResultObject *self, PyObject *name, PyObject **wire,
                         PyObject **value)
{
    PyObject *key, *found;
    Py_ssize_t position = 0;
    int known = 0;

    while (result_next(self, &position, &key, &found)) {
        PyObject *host;
        int same;

        if (is_wire_only(key) || (known && found == Py_None))
            continue;
        host = host_name(self->object, key);
        if (!host)
            return -1;
        same = PyUnicode_Compare(host, name) == 0;
        Py_DECREF(host);
        if (!same)
            continue;
        *wire = key;
        *value = found;
        known = 1;
        if (found != Py_None)
            break;
    }
    return PyErr_Occurred() ? -1 : known;
}

/* 1 and a new reference, 0 when no member has that name, -1 on failure. */
static int find_member(module_state *state, ResultObject *self, PyObject *name,
                       PyObject **value)
{
    PyObject *wire = PyDict_GetItemWithError(state->by_host[self->object], name);
    PyObject *found = wire ? find_interned(self, wire) : NULL;
    int known;

    if (PyErr_Occurred())
        return -1;
    if (!found || found == Py_None) {
        known = search_member(self, name, &wire, &found);
        if (known <= 0)
            return known;
    }
    *value = read_value(state, self, wire, found);
    return *value ? 1 : -1;
}

static int is_method_name(PyObject *name)
{
    return PyUnicode_CompareWithASCIIString(name, "to_dict") == 0 ||
           PyUnicode_CompareWithASCIIString(name, "to_json") == 0 ||
           (PyUnicode_GetLength(name) > 2 && PyUnicode_READ_CHAR(name, 0) == '_' &&
            PyUnicode_READ_CHAR(name, 1) == '_');
}

static PyObject *result_getattro(PyObject *op, PyObject *name)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *value = NULL;
    int found;

    if (!state || !PyUnicode_Check(name) || is_method_name(name))
        return PyObject_GenericGetAttr(op, name);
    found = find_member(state, self, name, &value);
    if (found)
        return value;
    if (self->facts) {
        value = PyDict_GetItemWithError(self->facts, name);
        if (value)
            return Py_NewRef(value);
        if (PyErr_Occurred())
            return NULL;
    }
    found = PyDict_Contains(state->by_host[self->object], name);
    if (found < 0)
        return NULL;
    if (found)
        Py_RETURN_NONE;
    return PyObject_GenericGetAttr(op, name);
}

PyObject *result_member(PyObject *op, const char *host)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *name, *value = NULL;

    if (!state)
        return NULL;
    name = PyUnicode_FromString(host);
    if (!name)
        return NULL;
    if (find_member(state, self, name, &value) == 1 && value == Py_None)
        Py_CLEAR(value);
    Py_DECREF(name);
    return value;
}

/* The value of a member by its wire name, borrowed; NULL without an exception
 * when there is none. */
static PyObject *find_wire(ResultObject *self, PyObject *key)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;
    Py_hash_t hash;

    if (self->index) {
        PyObject *place = PyDict_GetItemWithError(self->index, key);

        return place ? PyTuple_GET_ITEM(self->members, PyLong_AsSsize_t(place))
                     : NULL;
    }
    value = find_interned(self, key); /* as literals are */
    if (value)
        return value;
    hash = PyObject_Hash(key);
    while (hash != -1 && result_next(self, &position, &name, &value)) {
        int same = PyObject_Hash(name) == hash
                       ? PyObject_RichCompareBool(name, key, Py_EQ)
                       : 0;

        if (same)
            return same > 0 ? value : NULL;
    }
    return NULL;
}

static PyObject *result_subscript(PyObject *op, PyObject *key)
{
    PyObject *value = find_wire((ResultObject *)op, key);

    if (value)
        return Py_NewRef(value);
    if (!PyErr_Occurred())
        PyErr_SetObject(PyExc_KeyError, key);
    return NULL;
}

static int result_contains(PyObject *op, PyObject *key)
{
    if (find_wire((ResultObject *)op, key))
        return 1;
    return PyErr_Occurred() ? -1 : 0;
}

/* A dict of the members as they are. */
static PyObject *members_dict(ResultObject *self)
{
    PyObject *dict = PyDict_New(), *name, *value;
    Py_ssize_t position = 0;

    while (dict && result_next(self, &position, &name, &value))
        if (PyDict_SetItem(dict, name, value) < 0)
            Py_CLEAR(dict);
    return dict;
}

static PyObject *result_iter(PyObject *op)
{
    PyObject *dict = members_dict((ResultObject *)op), *iterator;

    if (!dict)
        return NULL;
    iterator = PyObject_GetIter(dict);
    Py_DECREF(dict);
    return iterator;
}

static PyObject *result_compare(PyObject *op, PyObject *other, int how)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *mine, *others, *answer = NULL;

    if (!state)
        return NULL;
    if ((how != Py_EQ && how != Py_NE) ||
        (!PyDict_Check(other) && !is_result(state, other)))
        Py_RETURN_NOTIMPLEMENTED;
    mine = members_dict((ResultObject *)op);
    others = PyDict_Check(other) ? Py_NewRef(other)
                                 : members_dict((ResultObject *)other);
    if (mine && others)
        answer = PyObject_RichCompare(mine, others, how);
    Py_XDECREF(mine);
    Py_XDECREF(others);
    return answer;
}

/* Completion in a REPL: what this one holds, not all that it might. */
static PyObject *result_dir(PyObject *op, PyObject *ignored)
{
    ResultObject *self = (ResultObject *)op;
    PyObject *names, *key, *value;
    Py_ssize_t position = 0;

    (void)ignored;
    names = PyObject_CallMethod((PyObject *)&PyBaseObject_Type, "__dir__", "O",
                                op);
    if (!names)
        return NULL;
    while (result_next(self, &position, &key, &value)) {
        PyObject *host;
        int status;

        if (is_wire_only(key))
            continue;
        host = host_name(self->object, key);
        /* Two spellings have one name. */
        status = host ? PySequence_Contains(names, host) : -1;
        if (status == 0)
            status = PyList_Append(names, host);
        Py_XDECREF(host);
        if (status < 0)
            goto failed;
    }
    position = 0;
    while (self->facts && PyDict_Next(self->facts, &position, &key, &value)) {
        int known = PySequence_Contains(names, key);

        if (known < 0 || (!known && PyList_Append(names, key) < 0))
            goto failed;
    }
    return names;
failed:
    Py_DECREF(names);
    return NULL;
}

/* ---- plain copies, masked unless asked ---- */

/* What may be shown of a result, as a tree that the caller frees. */
static cielo_value *shown_tree(module_state *state, ResultObject *self,
                               int printed)
{
    cielo_value *tree =
        value_from_result(state, (PyObject *)self, self->object, printed);
    cielo_value *shown;

    if (!tree)
        return NULL;
    shown = cielo_value_shown(tree, self->object);
    cielo_value_free(tree);
    if (!shown)
        PyErr_NoMemory();
    return shown;
}

static PyObject *masked(module_state *state, ResultObject *self)
{
    cielo_value *shown = shown_tree(state, self, 0);
    PyObject *copy = shown ? value_to_plain(shown) : NULL;

    cielo_value_free(shown);
    return copy;
}

static PyObject *revealed(module_state *state, PyObject *value);

static PyObject *revealed_members(module_state *state, ResultObject *self)
{
    PyObject *dict = PyDict_New(), *key, *value;
    Py_ssize_t position = 0;

    while (dict && result_next(self, &position, &key, &value)) {
        PyObject *copy = revealed(state, value);

        if (!copy || PyDict_SetItem(dict, key, copy) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(copy);
    }
    return dict;
}

static PyObject *revealed_items(module_state *state, PyObject *list)
{
    PyObject *copy = PyList_New(0);
    Py_ssize_t i;

    for (i = 0; copy && i < PyList_GET_SIZE(list); i++) {
        PyObject *item = Py_NewRef(PyList_GET_ITEM(list, i));
        PyObject *value = revealed(state, item);

        Py_DECREF(item);
        if (!value || PyList_Append(copy, value) < 0)
            Py_CLEAR(copy);
        Py_XDECREF(value);
    }
    return copy;
}

static PyObject *revealed(module_state *state, PyObject *value)
{
    PyObject *copy;

    if (Py_IS_TYPE(value, state->secret_type)) {
        size_t length;
        const char *text = secret_text(value, &length);

        return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "strict");
    }
    if (Py_EnterRecursiveCall(" while copying a result"))
        return NULL;
    if (is_result(state, value))
        copy = revealed_members(state, (ResultObject *)value);
    else if (PyList_Check(value))
        copy = revealed_items(state, value);
    else
        copy = Py_NewRef(value);
    Py_LeaveRecursiveCall();
    return copy;
}

static PyObject *plain(module_state *state, PyObject *op, int reveal)
{
    return reveal ? revealed(state, op) : masked(state, (ResultObject *)op);
}

static int parse_reveal(const char *function, PyObject *const *args,
                        Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"reveal", 0, 0}};
    PyObject *reveal;

    if (!parse_args(function, specs, 1, args, nargs, kwnames, &reveal))
        return -1;
    return reveal ? PyObject_IsTrue(reveal) : 0;
}

static PyObject *result_to_dict(PyObject *op, PyObject *const *args,
                                Py_ssize_t nargs, PyObject *kwnames)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    int reveal = parse_reveal("to_dict", args, nargs, kwnames);

    if (!state || reveal < 0)
        return NULL;
    return plain(state, op, reveal);
}

static PyObject *result_to_json(PyObject *op, PyObject *const *args,
                                Py_ssize_t nargs, PyObject *kwnames)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    int reveal = parse_reveal("to_json", args, nargs, kwnames);
    PyObject *dict, *empty = NULL, *options = NULL, *text = NULL;

    if (!state || reveal < 0 || import_values(state) < 0)
        return NULL;
    dict = plain(state, op, reveal);
    if (!dict)
        return NULL;
    empty = PyTuple_Pack(1, dict);
    options = Py_BuildValue("{s:O,s:(ss)}", "ensure_ascii", Py_False,
                            "separators", ",", ":");
    if (empty && options)
        text = PyObject_Call(state->json_dumps, empty, options);
    Py_XDECREF(empty);
    Py_XDECREF(options);
    Py_DECREF(dict);
    return text;
}

/* ---- pickling ---- */

static PyObject *result_reduce(PyObject *op, PyObject *ignored)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *members;

    (void)ignored;
    if (!state)
        return NULL;
    members = masked(state, self);
    if (!members)
        return NULL;
    return Py_BuildValue("O(sNO)", state->restore,
                         cielo_object_name(self->object), members,
                         self->facts ? self->facts : Py_None);
}

PyObject *result_restore(PyObject *module, PyObject *const *args,
                         Py_ssize_t nargs)
{
    module_state *state = PyModule_GetState(module);
    PyObject *result;
    cielo_value *value;
    int object;

    if (nargs != 3 || !PyUnicode_Check(args[0]) || !PyDict_Check(args[1]) ||
        (args[2] != Py_None && !PyDict_Check(args[2]))) {
        PyErr_SetString(PyExc_TypeError, "not a pickled result");
        return NULL;
    }
    for (object = CIELO_OBJECT_ANY; object < CIELO_OBJECT_COUNT; object++)
        if (PyUnicode_CompareWithASCIIString(args[0],
                                             cielo_object_name(object)) == 0)
            break;
    /* A kind that a later version had. */
    if (object == CIELO_OBJECT_COUNT)
        object = CIELO_OBJECT_ANY;
    value = value_from_result(state, args[1], object, 0);
    if (!value)
        return NULL;
    result = value_to_python(state, value, object,
                             args[2] == Py_None ? NULL : args[2]);
    cielo_value_free(value);
    return result;
}

static PyObject *result_copy(PyObject *op, PyObject *ignored)
{
    (void)ignored;
    return Py_NewRef(op);
}

/* ---- repr: what fits one screen, of a masked copy ---- */

#define WIDTH 88
#define LONGEST_TEXT 60
#define MOST_ITEMS 8
#define MOST_MEMBERS 100

typedef struct printer {
    module_state *state;
    int budget; /* members left to print, however deep */
} printer;

static PyObject *print_result(printer *p, ResultObject *self, int indent);

static PyObject *print_text(PyObject *value)
{
    PyObject *cut, *text;

    if (!PyUnicode_Check(value) || PyUnicode_GetLength(value) <= LONGEST_TEXT)
        return PyObject_Repr(value);
    cut = PyUnicode_Substring(value, 0, LONGEST_TEXT - 3);
    if (!cut)
        return NULL;
    text = PyUnicode_FromFormat("%R...", cut);
    Py_DECREF(cut);
    return text;
}

static PyObject *print_value(printer *p, PyObject *value, int indent);

static PyObject *print_list(printer *p, PyObject *list, int indent)
{
    PyObject *parts = PyList_New(0), *comma, *joined = NULL, *text = NULL;
    Py_ssize_t i, size = PyList_GET_SIZE(list);

    for (i = 0; parts && i < size && i < MOST_ITEMS; i++) {
        PyObject *item = Py_NewRef(PyList_GET_ITEM(list, i));
        PyObject *part = print_value(p, item, indent);

        Py_DECREF(item);
        if (!part || PyList_Append(parts, part) < 0)
            Py_CLEAR(parts);
        Py_XDECREF(part);
    }
    if (!parts)
        return NULL;
    comma = PyUnicode_FromString(", ");
    if (comma)
        joined = PyUnicode_Join(comma, parts);
    if (joined)
        text = size > MOST_ITEMS
                   ? PyUnicode_FromFormat("[%U, ... %zd more]", joined,
                                          size - MOST_ITEMS)
                   : PyUnicode_FromFormat("[%U]", joined);
    Py_XDECREF(joined);
    Py_XDECREF(comma);
    Py_DECREF(parts);
    return text;
}

/* Links are there for the machine; the relation is what a reader wants. */
static PyObject *print_links(PyObject *list)
{
    PyObject *parts = PyList_New(0), *comma, *joined = NULL, *text = NULL;
    Py_ssize_t i;

    for (i = 0; parts && i < PyList_GET_SIZE(list) && i < MOST_ITEMS; i++) {
        PyObject *item = Py_NewRef(PyList_GET_ITEM(list, i));
        PyObject *rel = result_member(item, "rel");
        PyObject *part = NULL;

        Py_DECREF(item);
        if (!PyErr_Occurred())
            part = rel && PyUnicode_Check(rel) &&
                           PyUnicode_GetLength(rel) <= LONGEST_TEXT
                       ? Py_NewRef(rel)
                       : PyUnicode_FromString("?");
        Py_XDECREF(rel);
        if (!part || PyList_Append(parts, part) < 0)
            Py_CLEAR(parts);
        Py_XDECREF(part);
    }
    if (!parts)
        return NULL;
    comma = PyUnicode_FromString(", ");
    if (comma)
        joined = PyUnicode_Join(comma, parts);
    if (joined)
        text = PyUnicode_FromFormat("<%U>", joined);
    Py_XDECREF(joined);
    Py_XDECREF(comma);
    Py_DECREF(parts);
    return text;
}

static int is_link_list(module_state *state, PyObject *value)
{
    PyObject *first;

    if (!PyList_Check(value) || PyList_GET_SIZE(value) == 0)
        return 0;
    first = PyList_GET_ITEM(value, 0);
    return Py_IS_TYPE(first, state->result_types[CIELO_OBJECT_HYPERLINK]) ||
           Py_IS_TYPE(first, state->result_types[CIELO_OBJECT_ORDER_LINK]);
}

static int all_results(module_state *state, PyObject *list)
{
    Py_ssize_t i;

    for (i = 0; i < PyList_GET_SIZE(list); i++)
        if (!is_result(state, PyList_GET_ITEM(list, i)))
            return 0;
    return 1;
}

/* What is printed is masked already. */
static PyObject *print_value(printer *p, PyObject *value, int indent)
{
    PyObject *shown, *text;

    if (is_result(p->state, value))
        return print_result(p, (ResultObject *)value, indent);
    if (is_link_list(p->state, value) && all_results(p->state, value))
        return print_links(value);
    if (PyList_Check(value))
        return print_list(p, value, indent);
    if (!Py_IS_TYPE(value, p->state->secret_type))
        return print_text(value);
    shown = PyObject_Str(value);
    text = shown ? print_text(shown) : NULL;
    Py_XDECREF(shown);
    return text;
}

static int add_part(PyObject *parts, PyObject *name, PyObject *text)
{
    PyObject *part = PyUnicode_FromFormat("%U=%U", name, text);
    int status = part ? PyList_Append(parts, part) : -1;

    Py_XDECREF(part);
    return status;
}

static int print_member(printer *p, ResultObject *self, PyObject *wire,
                        PyObject *value, int indent, PyObject *parts)
{
    PyObject *host = host_name(self->object, wire);
    PyObject *text = host ? print_value(p, value, indent + 4) : NULL;
    int status = -1;

    if (text)
        status = add_part(parts, host, text);
    Py_XDECREF(text);
    Py_XDECREF(host);
    return status;
}

/* What a reader of a sale asks first. */
static int print_facts(ResultObject *self, PyObject *parts)
{
    static const char *const names[] = {"status_name", "reconciled"};
    size_t i;

    for (i = 0; self->facts && i < 2; i++) {
        PyObject *fact = PyDict_GetItemString(self->facts, names[i]);
        PyObject *part;
        int status;

        if (!fact || fact == Py_None || fact == Py_False)
            continue;
        part = PyUnicode_FromFormat("%s=%R", names[i], fact);
        status = part ? PyList_Append(parts, part) : -1;
        Py_XDECREF(part);
        if (status < 0)
            return -1;
    }
    return 0;
}

/* Adds what is to be read under a name, if anything is; 1 past the last that
 * fits. */
static int print_read(printer *p, ResultObject *self, PyObject *wire,
                      PyObject *value, int indent, PyObject *parts)
{
    PyObject *read, *more;
    int status;

    if (is_wire_only(wire))
        return 0;
    read = read_value(p->state, self, wire, value);
    if (!read)
        return -1;
    if (read == Py_None) {
        status = 0; /* as if it were not there */
    } else if (p->budget-- > 0) {
        status = print_member(p, self, wire, read, indent, parts);
    } else {
        more = PyUnicode_FromString("...");
        status = more && PyList_Append(parts, more) == 0 ? 1 : -1;
        Py_XDECREF(more);
    }
    Py_DECREF(read);
    return status;
}

static PyObject *print_parts(printer *p, ResultObject *self, int indent)
{
    PyObject *parts = PyList_New(0), *key, *value;
    Py_ssize_t position = 0;
    int status = parts ? print_facts(self, parts) : -1;

    while (status == 0 && result_next(self, &position, &key, &value))
        status = print_read(p, self, key, value, indent, parts);
    if (status < 0)
        Py_CLEAR(parts);
    return parts;
}

static PyObject *spaces(int count)
{
    PyObject *text = PyUnicode_New(count, ' ');

    if (text && count > 0 && PyUnicode_Fill(text, 0, count, ' ') < 0)
        Py_CLEAR(text);
    return text;
}

/* Fills lines as a paragraph; a part of several lines has its own. */
static PyObject *fill_lines(PyObject *name, PyObject *parts, int indent)
{
    PyObject *outer = spaces(indent), *inner = spaces(indent + 4);
    PyObject *text = PyUnicode_FromFormat("%U(", name);
    Py_ssize_t i, column = WIDTH, length;
    int block = 1;

    for (i = 0; outer && inner && text && i < PyList_GET_SIZE(parts); i++) {
        PyObject *part = PyList_GET_ITEM(parts, i);
        int lines = PyUnicode_FindChar(part, '\n', 0,
                                       PyUnicode_GetLength(part), 1) >= 0;
        PyObject *grown;

        length = PyUnicode_GetLength(part) + 2;
        if (block || lines || column + length > WIDTH) {
            grown = PyUnicode_FromFormat("%U\n%U%U,", text, inner, part);
            column = indent + 4;
        } else {
            grown = PyUnicode_FromFormat("%U %U,", text, part);
        }
        Py_SETREF(text, grown);
        column += length;
        block = lines;
    }
    if (outer && inner && text) {
        PyObject *whole = PyUnicode_FromFormat("%U\n%U)", text, outer);

        Py_SETREF(text, whole);
    } else {
        Py_CLEAR(text);
    }
    Py_XDECREF(outer);
    Py_XDECREF(inner);
    return text;
}

static PyObject *print_result(printer *p, ResultObject *self, int indent)
{
    PyObject *name = PyUnicode_FromString(cielo_object_name(self->object));
    PyObject *parts = print_parts(p, self, indent);
    PyObject *comma = PyUnicode_FromString(", ");
    PyObject *joined = NULL, *text = NULL;

    if (name && parts && comma)
        joined = PyUnicode_Join(comma, parts);
    if (joined) {
        Py_ssize_t length = PyUnicode_GetLength(joined);

        if (length + PyUnicode_GetLength(name) + indent + 4 <= WIDTH &&
            PyUnicode_FindChar(joined, '\n', 0, length, 1) < 0)
            text = PyUnicode_FromFormat("%U(%U)", name, joined);
        else
            text = fill_lines(name, parts, indent);
    }
    Py_XDECREF(joined);
    Py_XDECREF(comma);
    Py_XDECREF(parts);
    Py_XDECREF(name);
    return text;
}

/* A result made of what may be shown of another. */
static PyObject *shown_copy(module_state *state, ResultObject *self)
{
    cielo_value *shown = shown_tree(state, self, 1);
    PyObject *copy =
        shown ? value_to_python(state, shown, self->object, self->facts) : NULL;

    cielo_value_free(shown);
    return copy;
}

static PyObject *result_repr(PyObject *op)
{
    printer p = {PyType_GetModuleState(Py_TYPE(op)), MOST_MEMBERS};
    PyObject *copy = p.state ? shown_copy(p.state, (ResultObject *)op) : NULL;
    PyObject *text =
        copy ? print_result(&p, (ResultObject *)copy, 0) : NULL;

    Py_XDECREF(copy);
    return text;
}

/* ---- the types ---- */

static int result_traverse(PyObject *op, visitproc visit, void *arg)
{
    ResultObject *self = (ResultObject *)op;

    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->members);
    Py_VISIT(self->index);
    Py_VISIT(self->facts);
    return 0;
}

/* A result in a cycle that is being cleared may be read: it has no members. */
static int result_clear(PyObject *op)
{
    ResultObject *self = (ResultObject *)op;

    Py_CLEAR(self->index);
    Py_CLEAR(self->members);
    Py_CLEAR(self->facts);
    return 0;
}

static void result_dealloc(PyObject *op)
{
    ResultObject *self = (ResultObject *)op;

    PyObject_GC_UnTrack(op);
    Py_XDECREF(self->index);
    Py_XDECREF(self->members);
    Py_XDECREF(self->facts);
    free_object(op);
}

static PyMethodDef result_methods[] = {
    {"to_dict", METHOD(result_to_dict), METHOD_FLAGS,
     "to_dict($self, reveal=False)\n--\n\n"
     "A plain dict with wire names; card data is masked unless revealed."},
    {"to_json", METHOD(result_to_json), METHOD_FLAGS,
     "to_json($self, reveal=False)\n--\n\n"
     "JSON text with wire names; card data is masked unless revealed."},
    {"__dir__", result_dir, METH_NOARGS, NULL},
    {"__reduce__", result_reduce, METH_NOARGS,
     "__reduce__($self)\n--\n\nPickles with card data masked."},
    {"__copy__", result_copy, METH_NOARGS, NULL},
    {"__deepcopy__", result_copy, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

/* ---- the docstrings ---- */

/* What a member's annotation leaves open; NULL: nothing. */
static const char *unit_of(int type)
{
    switch (type) {
    case CIELO_FIELD_AMOUNT:
        return "in cents";
    case CIELO_FIELD_DATE:
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
#define CIELO_X(name, annotation) annotation,
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

/* Appends a line to `*text`, which becomes NULL with an exception set. */
static void add_member_line(PyObject **text, const cielo_field *field)
{
    PyObject *type = describe_type(field), *line = NULL;
    const char *unit = unit_of(field->type);

    if (type)
        line = PyUnicode_FromFormat("\n%s: %U%s%s", field->host, type,
                                    unit ? ", " : "", unit ? unit : "");
    Py_XDECREF(type);
    if (line)
        PyUnicode_Append(text, line);
    else
        Py_CLEAR(*text);
    Py_XDECREF(line);
}

/* The docstring of a named type: its rows of the field map. */
static PyObject *describe_kind(int object)
{
    PyObject *text = PyUnicode_FromFormat(
        "%s: its members, None where Cielo left one out (see cielo.Result).\n",
        cielo_object_name(object));
    const cielo_field *field;
    size_t i;

    for (i = 0; text && (field = cielo_field_at(i)) != NULL; i++)
        if (field->object == object && field->use != CIELO_USE_ALIAS)
            add_member_line(&text, field);
    if (text)
        describe_facts(&text, object);
    return text;
}

static int add_kind(PyObject *module, module_state *state, int object,
                    PyObject *bases)
{
    PyObject *text = describe_kind(object);
    const char *doc = text ? PyUnicode_AsUTF8(text) : NULL;
    char *name = state->result_names[object];
    PyType_Slot slots[] = {
        {Py_tp_doc, (void *)doc}, /* copied */
        {Py_tp_dealloc, result_dealloc},
        {Py_tp_traverse, result_traverse},
        {Py_tp_clear, result_clear},
        NO_NEW_SLOT
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = name,
        .basicsize = sizeof(ResultObject),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | NO_NEW_FLAG |
                 IMMUTABLE_FLAG,
        .slots = slots,
    };

    int status = -1;

    PyOS_snprintf(name, sizeof(state->result_names[object]), "cielo.%s",
                  cielo_object_name(object));
    if (doc)
        status = add_type(module, &spec, bases, &state->result_types[object]);
    Py_XDECREF(text);
    return status;
}

#define RESULT_DOC                                                            \
    "An object that Cielo answered with.\n\n"                                 \
    "Members are attributes in snake_case; those that Cielo left out read as\n" \
    "None. By wire name it behaves as a mapping: result['Payment'], in, len,\n" \
    "iteration. repr() leaves out what is null and masks card data."

static int add_base(PyObject *module, module_state *state, const char *doc)
{
    PyType_Slot slots[] = {
        {Py_tp_doc, (void *)doc}, /* copied */
        {Py_tp_dealloc, result_dealloc},
        {Py_tp_traverse, result_traverse},
        {Py_tp_clear, result_clear},
        {Py_tp_getattro, result_getattro},
        {Py_tp_richcompare, result_compare},
        {Py_tp_hash, PyObject_HashNotImplemented},
        {Py_tp_repr, result_repr},
        {Py_tp_iter, result_iter},
        {Py_tp_methods, result_methods},
        {Py_mp_subscript, result_subscript},
        {Py_mp_length, result_length},
        {Py_sq_contains, result_contains},
        NO_NEW_SLOT
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = "cielo.Result",
        .basicsize = sizeof(ResultObject),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE |
                 NO_NEW_FLAG | IMMUTABLE_FLAG,
        .slots = slots,
    };

    return add_type(module, &spec, NULL, &state->result_types[CIELO_OBJECT_ANY]);
}

static int describe_base(PyObject *module, module_state *state)
{
    PyObject *text = PyUnicode_FromString(RESULT_DOC);
    const char *doc;
    int status = -1;

    if (text)
        describe_facts(&text, CIELO_OBJECT_ANY);
    doc = text ? PyUnicode_AsUTF8(text) : NULL;
    if (doc)
        status = add_base(module, state, doc);
    Py_XDECREF(text);
    return status;
}

int result_types_add(PyObject *module, module_state *state)
{
    PyObject *bases;
    int object, status = 0;

    if (add_fields(state) < 0 || describe_base(module, state) < 0)
        return -1;
    bases = PyTuple_Pack(1, state->result_types[CIELO_OBJECT_ANY]);
    if (!bases)
        return -1;
    for (object = 0; status == 0 && object < CIELO_OBJECT_COUNT; object++)
        if (object != CIELO_OBJECT_NONE && object != CIELO_OBJECT_ANY)
            status = add_kind(module, state, object, bases);
    Py_DECREF(bases);
    return status;
}
