/*
 * dynahash.c: the server's hash tables for server.c, each in a memory context
 * of its own as there. Entries come in the order in which they were made.
 */
#include "postgres.h"

#include "server.h"
#include "utils/hsearch.h"

#define BUCKETS 1024

typedef struct Entry
{
	struct Entry *in_bucket;	/* the next one */
	struct Entry *next;			/* of all */
	double		data[FLEXIBLE_ARRAY_MEMBER];
} Entry;

struct HTAB
{
	MemoryContext context;
	HASHCTL		control;
	bool		strings;
	long		entries;
	Entry	   *buckets[BUCKETS];
	Entry	   *first;
	Entry	  **last;
};

HTAB *
hash_create(const char *tabname, long nelem, const HASHCTL *info, int flags)
{
	MemoryContext context = AllocSetContextCreateInternal((flags & HASH_CONTEXT) ? info->hcxt : TopMemoryContext,
														  tabname, 0, 0, 0);
	HTAB	   *table = MemoryContextAllocZero(context, sizeof(HTAB));

	if (flags & (HASH_FUNCTION | HASH_COMPARE | HASH_KEYCOPY | HASH_PARTITION | HASH_SHARED_MEM))
		fault("a hash table of a kind that test/fuzz/dynahash.c does not know");
	table->context = context;
	table->control = *info;
	table->strings = (flags & HASH_STRINGS) != 0;
	table->last = &table->first;
	return table;
}

void
hash_destroy(HTAB *hashp)
{
	MemoryContextDelete(hashp->context);
}

long
hash_get_num_entries(HTAB *hashp)
{
	return hashp->entries;
}

static Entry **
bucket_of(HTAB *table, const unsigned char *key)
{
	Size		length = table->strings ?
		strnlen((const char *) key, table->control.keysize - 1) : table->control.keysize;
	uint32		value = 2166136261u;

	for (Size i = 0; i < length; i++)
		value = (uint32) ((value ^ key[i]) * UINT64CONST(16777619));
	return &table->buckets[(value ^ value >> 16) % BUCKETS];
}

static bool
is_entry(const HTAB *table, const Entry *entry, const void *key)
{
	if (table->strings)
		return strncmp((const char *) entry->data, key, table->control.keysize - 1) == 0;
	return memcmp(entry->data, key, table->control.keysize) == 0;
}

static Entry *
add(HTAB *table, Entry **bucket, const void *key)
{
	Entry	   *entry = MemoryContextAlloc(table->context, offsetof(Entry, data) + table->control.entrysize);

	if (table->strings)
		strlcpy((char *) entry->data, key, table->control.keysize);
	else
		memcpy(entry->data, key, table->control.keysize);
	entry->in_bucket = *bucket;
	entry->next = NULL;
	*bucket = *table->last = entry;
	table->last = &entry->next;
	table->entries++;
	return entry;
}

void *
hash_search(HTAB *hashp, const void *keyPtr, HASHACTION action, bool *foundPtr)
{
	Entry	  **bucket = bucket_of(hashp, keyPtr);
	Entry	   *entry = *bucket;

	if (action == HASH_REMOVE)
		fault("test/fuzz/dynahash.c removes no entry");
	while (entry != NULL && !is_entry(hashp, entry, keyPtr))
		entry = entry->in_bucket;
	if (foundPtr != NULL)
		*foundPtr = entry != NULL;
	if (entry == NULL && action != HASH_FIND)
		entry = add(hashp, bucket, keyPtr);
	return entry != NULL ? entry->data : NULL;
}

void
hash_seq_init(HASH_SEQ_STATUS *status, HTAB *hashp)
{
	status->hashp = hashp;
	status->curEntry = (HASHELEMENT *) hashp->first;
}

void *
hash_seq_search(HASH_SEQ_STATUS *status)
{
	Entry	   *entry = (Entry *) status->curEntry;

	if (entry == NULL)
		return NULL;
	status->curEntry = (HASHELEMENT *) entry->next;
	return entry->data;
}

void
hash_seq_term(HASH_SEQ_STATUS *status)
{
}
