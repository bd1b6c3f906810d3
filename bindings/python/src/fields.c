/* The field map as Python names: by wire name, and by host name. */
#include "state.h"

#include <string.h>

#define NAME_SIZE 128

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

int fields_add(module_state *state)
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

/* A card's number is one under its name in any object. */
static int is_card_number(const char *name, size_t length)
{
    const cielo_field *field =
        cielo_field_by_wire(CIELO_OBJECT_CARD, name, length);

    return field && field->type == CIELO_FIELD_CARD_NUMBER;
}

void field_rule(const module_state *state, int object, const char *name,
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
        rule->type =
            is_card_number(name, length) ? CIELO_FIELD_CARD_NUMBER : -1;
    }
    if (rule->child == CIELO_OBJECT_NONE)
        rule->child = CIELO_OBJECT_ANY;
}

int field_has_host_name(const module_state *state, int object,
                        const char *wire, const char *host)
{
    size_t length = strlen(wire);
    const field_slot *slot = find_slot(state, object, wire, length);
    char name[NAME_SIZE];

    if (slot->field)
        return strcmp(slot->field->host, host) == 0;
    return strcmp(cielo_host_name(object, wire, length, name, sizeof(name))
                          < sizeof(name)
                      ? name
                      : wire,
                  host)
        == 0;
}

/* The host name of a member, as str. */
PyObject *field_host_name(int object, PyObject *wire)
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
