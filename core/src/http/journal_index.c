/* The index of a journal: takes up records one by one, whatever their order,
 * and knows entries by id, by time, by order and by payment. */
#include <stdlib.h>
#include <string.h>

#include <cielo/operations.h>

#include "../facts/facts.h"
#include "journal_index.h"

/* ---- hashes ---- */

static uint64_t mix(uint64_t hash, const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001B3);
    hash ^= hash >> 29;
    return hash * UINT64_C(0xFF51AFD7ED558CCD);
}

static void hash_id(uint64_t id[2], const char *text, size_t length)
{
    id[0] = mix(UINT64_C(0xCBF29CE484222325), text, length);
    id[1] = mix(UINT64_C(0x9E3779B97F4A7C15), text, length);
}

static const char *text_of(const cielo_value *record, const char *name,
                           size_t *length)
{
    const cielo_value *value = cielo_value_get(record, name);

    *length = 0;
    return cielo_value_type(value) == CIELO_TEXT
        ? cielo_value_text(value, length)
        : NULL;
}

static int is_word(const cielo_value *record, const char *name,
                   const char *word)
{
    return cielo__is_word(cielo_value_get(record, name), word);
}

static uint64_t mix_any_case(uint64_t hash, const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        char lower = cielo__lower(text[i]);

        hash = mix(hash, &lower, 1);
    }
    return hash;
}

/* Of members that are one only together, whatever their case, as ids have it;
 * never 0. */
static uint64_t hash_members(const cielo_value *record,
                             const char *const *names, size_t count)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    size_t i, length;

    for (i = 0; i < count; i++) {
        const char *text = text_of(record, names[i], &length);

        hash = mix_any_case(hash ^ length, text ? text : "", length);
    }
    return hash ? hash : 1;
}

static int64_t moment_of(const cielo_value *record, const char *name,
                         int64_t otherwise)
{
    size_t length;
    const char *text = text_of(record, name, &length);
    int64_t ms;

    return text && cielo__moment_read(text, length, &ms) ? ms : otherwise;
}

/* ---- entries by id ---- */

static uint32_t *slot_of(const cielo__index *index, const uint64_t id[2])
{
    size_t at = (size_t)id[0] & (index->slot_count - 1);

    while (index->slots[at] != CIELO__NOWHERE
           && memcmp(index->entries[index->slots[at]].id, id, 16) != 0)
        at = (at + 1) & (index->slot_count - 1);
    return &index->slots[at];
}

/* Half of them at least are free. */
static int grow_slots(cielo__index *index)
{
    size_t count = index->slot_count ? index->slot_count * 2 : 256, i;
    uint32_t *slots;

    if (index->count * 2 < index->slot_count)
        return CIELO_OK;
    slots = cielo__allocate(index->mem, count * sizeof(*slots));
    if (!slots)
        return CIELO_EMEMORY;
    memset(slots, 0xFF, count * sizeof(*slots));
    cielo__free(index->mem, index->slots);
    index->slots = slots;
    index->slot_count = count;
    for (i = 0; i < index->count; i++)
        *slot_of(index, index->entries[i].id) = (uint32_t)i;
    return CIELO_OK;
}

/* Makes room for one more in an array of items of that size. */
static int grow(const cielo_allocator *mem, void **items, size_t count,
                size_t *room, size_t size)
{
    size_t wanted = *room ? *room * 2 : 64;
    void *grown;

    if (count < *room)
        return CIELO_OK;
    if (wanted >= CIELO__NOWHERE)
        return CIELO_EMEMORY;
    grown = cielo__reallocate(mem, *items, wanted * size);
    if (!grown)
        return CIELO_EMEMORY;
    *items = grown;
    *room = wanted;
    return CIELO_OK;
}

/* The entry of an id, made where there is none; NULL when memory is short. */
static cielo__entry *entry_of(cielo__index *index, const uint64_t id[2])
{
    cielo__entry *entry;
    void *items = index->entries;
    uint32_t *slot;
    int status = grow_slots(index);

    if (status == CIELO_OK)
        status = grow(index->mem, &items, index->count, &index->room,
                      sizeof(*entry));
    index->entries = items;
    if (status != CIELO_OK)
        return NULL;
    slot = slot_of(index, id);
    if (*slot != CIELO__NOWHERE)
        return &index->entries[*slot];
    *slot = (uint32_t)index->count;
    entry = &index->entries[index->count++];
    memset(entry, 0, sizeof(*entry));
    memcpy(entry->id, id, sizeof(entry->id));
    entry->ended = INT64_MAX;
    entry->first = entry->last = entry->segment = CIELO__NOWHERE;
    return entry;
}

uint32_t cielo__index_find(const cielo__index *index, const char *id,
                           size_t length)
{
    uint64_t key[2];

    hash_id(key, id, length);
    return index->slot_count ? *slot_of(index, key) : CIELO__NOWHERE;
}

/* ---- records ---- */

static const cielo__operation *row_named(const cielo_value *record)
{
    size_t length;
    const char *name = text_of(record, "op", &length);

    return name ? cielo__operation_row(cielo_operation_find(name)) : NULL;
}

static void read_intent(cielo__entry *entry, const cielo_value *record,
                        uint32_t segment)
{
    static const char *const order[] = {"merchant", "env", "order"};
    static const char *const payment[]
        = {"merchant", "env", "payment_id", "checkout_order"};
    static const char *const recurrence[]
        = {"merchant", "env", "recurrence_id"};
    const cielo__operation *row = row_named(record);

    entry->segment = segment;
    entry->at = moment_of(record, "at", 0);
    entry->deadline = moment_of(record, "deadline", entry->at);
    entry->makes = row && row->settle == CIELO__SETTLE_SALE;
    if (entry->makes)
        entry->order = hash_members(record, order, 3);
    /* One by order number that names no payment is of any. */
    if (row && cielo__operation_is_void(row)
        && (cielo_value_get(record, "payment_id")
            || cielo_value_get(record, "checkout_order")))
        entry->payment = hash_members(record, payment, 4);
    else if (row && row->settle == CIELO__SETTLE_RECURRENCE)
        entry->payment = hash_members(record, recurrence, 3);
}

/* What it made is kept for the others of its order, which it is not. */
static int note_made(cielo__index *index, cielo__entry *entry,
                     const cielo_value *record)
{
    size_t length, at = index->texts.length;
    const char *id = text_of(record, "payment_id", &length);

    if (!id || !length)
        return CIELO_OK;
    if (at + length >= UINT32_MAX
        || cielo__buf_reserve(&index->texts, length + 2) != CIELO_OK) {
        index->texts.status = CIELO_OK; /* what is there stays, and it may be
                                           asked again */
        return CIELO_EMEMORY;
    }
    if (at == 0) /* 0 is none */
        cielo__buf_char(&index->texts, '\0');
    entry->made = (uint32_t)index->texts.length;
    cielo__buf_add(&index->texts, id, length);
    return cielo__buf_char(&index->texts, '\0');
}

/* Of two the one that knows more stands. */
static int read_outcome(cielo__index *index, cielo__entry *entry,
                        const cielo_value *record)
{
    int ending = is_word(record, "result", "unknown") ? CIELO__ENDING_UNKNOWN
        : is_word(record, "result", "failed")         ? CIELO__ENDING_FAILED
                                                      : CIELO__ENDING_DONE;

    if (ending < entry->outcome)
        return CIELO_OK;
    entry->outcome = (unsigned char)ending;
    entry->ended = moment_of(record, "at", INT64_MAX);
    return ending == CIELO__ENDING_DONE ? note_made(index, entry, record)
                                        : CIELO_OK;
}

static int read_settled(cielo__index *index, cielo__entry *entry,
                        const cielo_value *record)
{
    int adopted = is_word(record, "state", "adopted");

    if (!adopted && !is_word(record, "state", "absent"))
        return CIELO_EDECODE;
    if (adopted)
        entry->settled = CIELO__ENDING_ADOPTED;
    else if (!entry->settled)
        entry->settled = CIELO__ENDING_ABSENT;
    return adopted ? note_made(index, entry, record) : CIELO_OK;
}

static int kind_of(const cielo_value *record, cielo__record_kind *kind)
{
    static const char *const words[] = {"intent", "outcome", "look", "settled"};
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (is_word(record, "rec", words[i])) {
            *kind = (cielo__record_kind)i;
            return 1;
        }
    }
    return 0;
}

/* In the order in which they are read. */
static void link_place(cielo__index *index, cielo__entry *entry,
                       const cielo__place_of_record *place,
                       cielo__record_kind kind)
{
    uint32_t number = (uint32_t)index->place_count++;

    index->places[number] = *place;
    index->places[number].kind = kind;
    index->places[number].next = CIELO__NOWHERE;
    if (entry->last == CIELO__NOWHERE)
        entry->first = number;
    else
        index->places[entry->last].next = number;
    entry->last = number;
}

static int take_up(cielo__index *index, cielo__entry *entry,
                   const cielo_value *record, cielo__record_kind kind,
                   uint32_t segment)
{
    switch (kind) {
    case CIELO__RECORD_INTENT:
        if (entry->segment == CIELO__NOWHERE) /* else it is a copy */
            read_intent(entry, record, segment);
        return CIELO_OK;
    case CIELO__RECORD_OUTCOME:
        return read_outcome(index, entry, record);
    case CIELO__RECORD_SETTLED:
        return read_settled(index, entry, record);
    default:
        return CIELO_OK;
    }
}

int cielo__index_add(cielo__index *index, const cielo_value *record,
                     const cielo__place_of_record *place)
{
    cielo__record_kind kind;
    cielo__entry *entry;
    void *items = index->places;
    int64_t version = 0;
    const char *id;
    size_t length;
    uint64_t key[2];
    int status;

    cielo_value_integer(cielo_value_get(record, "v"), &version);
    if (version != 1)
        return CIELO_EDECODE;
    if (!kind_of(record, &kind))
        return CIELO_OK; /* of who writes more than calls */
    id = text_of(record, kind == CIELO__RECORD_INTENT ? "id" : "of", &length);
    if (!id || !length)
        return CIELO_EDECODE;
    hash_id(key, id, length);
    status = grow(index->mem, &items, index->place_count, &index->place_room,
                  sizeof(*index->places));
    index->places = items;
    entry = status == CIELO_OK ? entry_of(index, key) : NULL;
    if (!entry)
        return CIELO_EMEMORY;
    status = take_up(index, entry, record, kind, place->segment);
    if (status == CIELO_OK)
        link_place(index, entry, place, kind);
    return status;
}

cielo__ending cielo__entry_ending(const cielo__entry *entry)
{
    return entry->outcome > CIELO__ENDING_UNKNOWN || !entry->settled
        ? (cielo__ending)entry->outcome
        : (cielo__ending)entry->settled;
}

/* ---- orders ---- */

/* One that stands for an entry while it is sorted. */
typedef struct key {
    uint64_t hash;
    int64_t at;
    uint32_t entry;
} key;

static int compare(const void *first, const void *second)
{
    const key *a = first, *b = second;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->entry < b->entry ? -1 : 1;
}

static uint64_t no_hash(const cielo__entry *entry)
{
    (void)entry;
    return 1;
}

static uint64_t order_hash(const cielo__entry *entry)
{
    return entry->order;
}

static uint64_t payment_hash(const cielo__entry *entry)
{
    return entry->payment;
}

/* Puts into `list` those whose intent was seen and that have such a hash, by
 * it and by time. */
static int sort_by(cielo__index *index, cielo__list *list,
                   uint64_t (*hash_of)(const cielo__entry *), key *keys)
{
    size_t count = 0, i;

    for (i = 0; i < index->count; i++) {
        const cielo__entry *entry = &index->entries[i];
        uint64_t hash = hash_of(entry);

        if (entry->segment == CIELO__NOWHERE || !hash)
            continue;
        keys[count].hash = hash;
        keys[count].at = entry->at;
        keys[count++].entry = (uint32_t)i;
    }
    qsort(keys, count, sizeof(*keys), compare);
    cielo__free(index->mem, list->items);
    list->count = 0;
    list->items = cielo__allocate(index->mem, count * sizeof(*list->items));
    if (!list->items)
        return CIELO_EMEMORY;
    for (i = 0; i < count; i++)
        list->items[i] = keys[i].entry;
    list->count = count;
    return CIELO_OK;
}

int cielo__index_sort(cielo__index *index)
{
    key *keys = cielo__allocate(index->mem, index->count * sizeof(*keys));
    int status;

    if (!keys)
        return CIELO_EMEMORY;
    status = sort_by(index, &index->by_time, no_hash, keys);
    if (status == CIELO_OK)
        status = sort_by(index, &index->by_order, order_hash, keys);
    if (status == CIELO_OK)
        status = sort_by(index, &index->by_payment, payment_hash, keys);
    cielo__free(index->mem, keys);
    return status;
}

/* Those of a sorted list that have the hash. */
static const uint32_t *part_of(const cielo__index *index,
                               const cielo__list *list,
                               uint64_t (*hash_of)(const cielo__entry *),
                               uint64_t hash, size_t *count)
{
    size_t low = 0, high = list->count, end;

    *count = 0;
    if (!hash)
        return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (hash_of(&index->entries[list->items[middle]]) < hash)
            low = middle + 1;
        else
            high = middle;
    }
    end = low;
    while (end < list->count
           && hash_of(&index->entries[list->items[end]]) == hash)
        end++;
    *count = end - low;
    return list->items + low;
}

const uint32_t *cielo__index_of_order(const cielo__index *index,
                                      const cielo__entry *entry, size_t *count)
{
    return part_of(index, &index->by_order, order_hash, entry->order, count);
}

const uint32_t *cielo__index_of_payment(const cielo__index *index,
                                        const cielo__entry *entry,
                                        size_t *count)
{
    return part_of(index, &index->by_payment, payment_hash, entry->payment,
                   count);
}

/* What was given back before was read a little before the intent was noted. */
#define READ_BEFORE_MS 5000

int cielo__index_is_overtaken(const cielo__index *index,
                              const cielo__entry *entry)
{
    size_t count, i;
    const uint32_t *of = cielo__index_of_payment(index, entry, &count);

    for (i = 0; i < count; i++) {
        const cielo__entry *other = &index->entries[of[i]];
        cielo__ending ending = cielo__entry_ending(other);
        int64_t end = other->ended < INT64_MAX ? other->ended : other->deadline;

        if (other != entry && ending != CIELO__ENDING_FAILED
            && ending != CIELO__ENDING_ABSENT
            && (other->at >= entry->at || end > entry->at - READ_BEFORE_MS))
            return 1;
    }
    return 0;
}

/* ---- life ---- */

void cielo__index_init(cielo__index *index, const cielo_allocator *mem)
{
    memset(index, 0, sizeof(*index));
    index->mem = mem;
    cielo__buf_init(&index->texts, mem, SIZE_MAX - 1);
}

void cielo__index_clear(cielo__index *index)
{
    cielo__free(index->mem, index->entries);
    cielo__free(index->mem, index->places);
    cielo__free(index->mem, index->slots);
    cielo__free(index->mem, index->by_time.items);
    cielo__free(index->mem, index->by_order.items);
    cielo__free(index->mem, index->by_payment.items);
    cielo__buf_clear(&index->texts);
    cielo__index_init(index, index->mem);
}
