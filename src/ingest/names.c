/*
 * names.c: a table by name, on the server's hash table that needs no other
 * part of the server. Each process hashes in its own way, so that no report
 * can be made of names that all collide.
 */
#include "ingest/names.h"

#include "common/hashfn.h"
#include "common/pg_prng.h"

typedef struct Slot
{
	const char *name;			/* key */
	void	   *entry;
	uint32		hash;
	char		status;			/* of simplehash */
} Slot;

static uint32
hash_name(const char *name)
{
	static uint64 seed;
	static bool has_seed = false;

	if (!has_seed)
	{
		seed = pg_prng_uint64(&pg_global_prng_state);
		has_seed = true;
	}
	return (uint32) hash_bytes_extended((const unsigned char *) name,
										(int) strlen(name), seed);
}

#define SH_PREFIX slots
#define SH_ELEMENT_TYPE Slot
#define SH_KEY_TYPE const char *
#define SH_KEY name
#define SH_HASH_KEY(table, key) \
	hash_name(key)
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(table, slot) (slot)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
/* the server's header, not ours, uses a name twice */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "lib/simplehash.h"
#pragma GCC diagnostic pop

struct RgNames
{
	MemoryContext context;
	Size		entry_size;
	slots_hash *slots;
	void	  **entries;		/* in the order they came */
	uint32		count;
	uint32		room;
};

RgNames *
rg_names_create(MemoryContext context, Size entry_size)
{
	RgNames    *names = MemoryContextAlloc(context, sizeof(RgNames));

	names->context = context;
	names->entry_size = entry_size;
	names->slots = slots_create(context, 64, NULL);
	names->count = 0;
	names->room = 16;
	names->entries = MemoryContextAlloc(context,
										names->room * sizeof(void *));
	return names;
}

static void
remember(RgNames *names, void *entry)
{
	if (names->count == names->room)
	{
		names->room *= 2;
		names->entries = repalloc(names->entries,
								  names->room * sizeof(void *));
	}
	names->entries[names->count++] = entry;
}

void *
rg_names_enter(RgNames *names, RgReport *report, const char *name,
			   bool *is_new)
{
	char		key[RG_NAME_LENGTH];
	bool		found;
	Slot	   *slot;

	strlcpy(key, name, sizeof(key));
	slot = slots_insert(names->slots, key, &found);
	*is_new = !found;
	if (!found)
	{
		Size		length = strlen(key) + 1;

		/* the entry, and its name behind it */
		slot->entry = MemoryContextAllocZero(names->context,
											 names->entry_size + length);
		slot->name = memcpy((char *) slot->entry + names->entry_size, key,
							length);
		remember(names, slot->entry);
	}
	if (names->slots->members <= RG_NAMES_MAX)
		return slot->entry;
	rg_report_fail(report, RG_REPORT_INVALID,
				   "it names more than %d rules or advisories", RG_NAMES_MAX);
	return NULL;
}

void *
rg_names_find(const RgNames *names, const char *name)
{
	char		key[RG_NAME_LENGTH];
	const Slot *slot;

	strlcpy(key, name, sizeof(key));
	slot = slots_lookup(names->slots, key);
	return slot != NULL ? slot->entry : NULL;
}

void *
rg_names_next(const RgNames *names, uint32 *at)
{
	return *at < names->count ? names->entries[(*at)++] : NULL;
}

const char *
rg_names_name(const RgNames *names, const void *entry)
{
	return (const char *) entry + names->entry_size;
}
