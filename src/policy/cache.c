/*
 * cache.c: from stored revisions to compiled policies. A compiled policy is
 * kept per session and trusted only after the stored row's digest was seen to
 * be its own, so that DROP and CREATE EXTENSION cannot leave a stale one.
 */
#include "policy/store.h"

#include "access/stratnum.h"
#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"

#define MAX_POLICIES 64
#define MAX_APPLICATIONS 10000
#define MAX_APPLICATION_NAME 256

typedef struct PolicyKey
{
	char		policy[RG_MAX_NAME + 1];
	int32		revision;
} PolicyKey;

typedef struct PolicyEntry
{
	PolicyKey	key;
	RgPolicy   *policy;
	uint64		used_in;		/* the transaction, counted in this session */
} PolicyEntry;

typedef struct ApplicationEntry
{
	char		name[MAX_APPLICATION_NAME];
	PolicyEntry *entry;
	uint64		generation;
} ApplicationEntry;

static MemoryContext cache_context = NULL;
static HTAB *policies = NULL;
static HTAB *applications = NULL;
static uint64 transaction = 1;
/* What the applications' cache was filled under; 0 is never valid. */
static uint64 generation = 1;
static Oid	revision_relid = InvalidOid;
static Oid	assignment_relid = InvalidOid;

/* ---- life of the cache ---- */

static void
count_transactions(XactEvent event, void *arg)
{
	transaction++;
}

static void
forget_applications(Datum arg, Oid relid)
{
	if (relid == InvalidOid || relid == revision_relid ||
		relid == assignment_relid)
		generation++;
}

static void
ready_cache(void)
{
	HASHCTL		control = {0};

	if (applications)
		return;
	if (cache_context == NULL)
	{
		cache_context = AllocSetContextCreate(TopMemoryContext,
											  "releasegov policies",
											  ALLOCSET_DEFAULT_SIZES);
		RegisterXactCallback(count_transactions, NULL);
		CacheRegisterRelcacheCallback(forget_applications, (Datum) 0);
	}
	control.hcxt = cache_context;
	control.keysize = sizeof(PolicyKey);
	control.entrysize = sizeof(PolicyEntry);
	if (policies == NULL)
		policies = hash_create("releasegov policies", MAX_POLICIES, &control,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	control.keysize = MAX_APPLICATION_NAME;
	control.entrysize = sizeof(ApplicationEntry);
	applications = hash_create("releasegov applications", 128, &control,
							   HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
}

static void
drop_entry(PolicyEntry *entry)
{
	if (entry->policy)
		MemoryContextDelete(entry->policy->context);
	hash_search(policies, &entry->key, HASH_REMOVE, NULL);
	generation++;
}

static PolicyEntry *
least_recently_used(void)
{
	HASH_SEQ_STATUS status;
	PolicyEntry *entry;
	PolicyEntry *oldest = NULL;

	hash_seq_init(&status, policies);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		if (oldest == NULL || entry->used_in < oldest->used_in)
			oldest = entry;
	}
	return oldest;
}

/* A policy that this transaction has used may still be pointed at. */
static void
make_room(void)
{
	while (hash_get_num_entries(policies) >= MAX_POLICIES)
	{
		PolicyEntry *oldest = least_recently_used();

		if (oldest->used_in == transaction)
			break;
		drop_entry(oldest);
	}
}

/* ---- one stored row ---- */

bool
rg_policy_row(RgTable *table, RgPolicyRow *row)
{
	bool		isnull;
	bytea	   *digest;

	row->revision = DatumGetInt32(rg_slot_get(table->slot, "revision", &isnull));
	row->applied_at = DatumGetTimestampTz(rg_slot_get(table->slot, "applied_at", &isnull));
	row->document = rg_slot_get(table->slot, "document", &isnull);
	digest = DatumGetByteaPP(rg_slot_get(table->slot, "digest", &isnull));
	if (VARSIZE_ANY_EXHDR(digest) != RG_DIGEST_LEN)
		return false;
	memcpy(row->digest, VARDATA_ANY(digest), RG_DIGEST_LEN);
	return true;
}

static void
refuse_tampered(const char *policy, int revision)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_GUARD_BYPASSED),
			 errmsg("revision %d of policy \"%s\" is not what was applied", revision, policy),
			 errdetail("The stored document does not have the digest that was stored with it."),
			 errhint("Somebody changed it in spite of the guards. Find out who, then apply the right document as a new revision.")));
}

static RgPolicy *
compile_row(const char *policy, const RgPolicyRow *row)
{
	MemoryContext context;
	Jsonb	   *document = DatumGetJsonbP(row->document);
	uint8		digest[RG_DIGEST_LEN];
	List	   *faults;
	RgPolicy   *compiled;

	rg_policy_digest(document, digest);
	if (memcmp(digest, row->digest, RG_DIGEST_LEN) != 0)
		refuse_tampered(policy, row->revision);
	context = AllocSetContextCreate(CurrentMemoryContext, "releasegov policy",
									ALLOCSET_DEFAULT_SIZES);
	compiled = rg_policy_compile(document, context, true, &faults);
	if (compiled == NULL)
		rg_policy_refuse(psprintf("revision %d of policy \"%s\"", row->revision, policy),
						 faults);
	compiled->name = MemoryContextStrdup(context, policy);
	compiled->revision = row->revision;
	memcpy(compiled->digest, digest, RG_DIGEST_LEN);
	MemoryContextSetParent(context, cache_context);
	return compiled;
}

static PolicyEntry *
entry_of_row(const char *policy, const RgPolicyRow *row)
{
	PolicyKey	key = {0};
	PolicyEntry *entry;
	RgPolicy   *compiled;

	ready_cache();
	strlcpy(key.policy, policy, sizeof(key.policy));
	key.revision = row->revision;
	entry = hash_search(policies, &key, HASH_FIND, NULL);
	if (entry && memcmp(entry->policy->digest, row->digest, RG_DIGEST_LEN) == 0)
	{
		entry->used_in = transaction;
		return entry;
	}
	compiled = compile_row(policy, row);
	if (entry)
	{
		/* rolled back and applied anew; this transaction may have used it */
		MemoryContextSetParent(entry->policy->context, TopTransactionContext);
		entry->policy = NULL;
		drop_entry(entry);
	}
	make_room();
	entry = hash_search(policies, &key, HASH_ENTER, NULL);
	entry->policy = compiled;
	entry->used_in = transaction;
	return entry;
}

/* ---- finding the row ---- */

/* Revision 0: the newest one applied at or before as_of. */
static PolicyEntry *
find_entry(const char *policy, int revision, TimestampTz as_of,
		   Snapshot snapshot)
{
	RgTable		table;
	RgScan		scan;
	RgPolicyRow row;
	PolicyEntry *entry = NULL;

	if (strlen(policy) > RG_MAX_NAME)
		return NULL;
	rg_table_open(&table, "policy_revision", NULL);
	revision_relid = RelationGetRelid(table.heap);
	rg_policy_scan(&scan, &table, policy, revision, snapshot);
	while (entry == NULL && rg_scan_next(&scan))
	{
		if (!rg_policy_row(&table, &row))
			refuse_tampered(policy, row.revision);
		if (revision != 0 || row.applied_at <= as_of)
			entry = entry_of_row(policy, &row);
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
	return entry;
}

void
rg_policy_scan(RgScan *scan, RgTable *table, const char *policy, int revision,
			   Snapshot snapshot)
{
	RgKey		keys[2] = {
		{1, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(policy)},
		{2, BTEqualStrategyNumber, INT4OID, Int32GetDatum(revision)}
	};

	rg_scan_begin(scan, table, revision == 0 ? 1 : 2, keys, snapshot,
				  BackwardScanDirection);
}

static char *
find_assignment(const char *application, TimestampTz as_of, Snapshot snapshot)
{
	Datum		key = CStringGetTextDatum(application);
	char	   *policy = NULL;
	RgTable		table;
	RgScan		scan;

	rg_table_open(&table, "policy_assignment", NULL);
	assignment_relid = RelationGetRelid(table.heap);
	rg_scan_begin_text(&scan, &table, 1, &key, snapshot, BackwardScanDirection);
	while (policy == NULL && rg_scan_next(&scan))
	{
		bool		isnull;
		Datum		at = rg_slot_get(table.slot, "recorded_at", &isnull);

		if (DatumGetTimestampTz(at) <= as_of)
			policy = TextDatumGetCString(rg_slot_get(table.slot, "policy", &isnull));
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
	return policy;
}

static PolicyEntry *
entry_of_application(const char *application, TimestampTz as_of,
					 Snapshot snapshot)
{
	char	   *policy = find_assignment(application, as_of, snapshot);

	return policy ? find_entry(policy, 0, as_of, snapshot) : NULL;
}

static RgPolicy *
policy_of(PolicyEntry *entry)
{
	return entry ? entry->policy : NULL;
}

/* ---- policy.h ---- */

RgPolicy *
rg_policy_revision(const char *policy, int revision, Snapshot snapshot)
{
	if (revision < 1)
		return NULL;
	return policy_of(find_entry(policy, revision, DT_NOEND, snapshot));
}

RgPolicy *
rg_policy_as_of(const char *policy, TimestampTz as_of, Snapshot snapshot)
{
	return policy_of(find_entry(policy, 0, as_of, snapshot));
}

RgPolicy *
rg_policy_of_application(const char *application, TimestampTz as_of,
						 Snapshot snapshot)
{
	return policy_of(entry_of_application(application, as_of, snapshot));
}

/*
 * The generation is noted before reading: an invalidation that arrives while
 * reading leaves an entry that is already out of date, never a stale one. It
 * also arrives when this transaction's own change is rolled back.
 */
RgPolicy *
rg_policy_of_application_cached(const char *application)
{
	ApplicationEntry *cached;
	PolicyEntry *entry;
	Snapshot	snapshot;
	uint64		asked_at;

	ready_cache();
	if (strlen(application) < MAX_APPLICATION_NAME)
	{
		cached = hash_search(applications, application, HASH_FIND, NULL);
		if (cached && cached->generation == generation)
		{
			cached->entry->used_in = transaction;
			return cached->entry->policy;
		}
	}
	asked_at = generation;
	snapshot = rg_newest_snapshot();
	entry = entry_of_application(application, DT_NOEND, snapshot);
	rg_snapshot_done(snapshot);
	if (entry == NULL || strlen(application) >= MAX_APPLICATION_NAME)
		return policy_of(entry);
	if (hash_get_num_entries(applications) >= MAX_APPLICATIONS)
	{
		hash_destroy(applications);
		applications = NULL;
		ready_cache();
	}
	cached = hash_search(applications, application, HASH_ENTER, NULL);
	cached->entry = entry;
	cached->generation = asked_at;
	return entry->policy;
}
