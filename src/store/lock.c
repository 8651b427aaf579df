/*
 * lock.c: one order for the facts and the decisions of a release. A fact's
 * writer holds its release shared, a decision holds it exclusively, both to
 * the end of the transaction; times are read with the lock held. So what a
 * decision could not see was recorded after it, and a replay agrees.
 *
 * The locks are entries of the server's lock table, not of a row: CI jobs do
 * not queue behind one another, leave no dead tuples and make no multixacts.
 */
#include "store/store.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "utils/snapmgr.h"

/*
 * Advisory lock tags carry 1 or 2 in the last field when SQL functions make
 * them; ours carry another number and so never meet a user's.
 */
#define RG_LOCK_CLASS 0x5247

/*
 * A bulk load may touch many releases; past this number it holds the whole
 * database's facts with one lock instead of filling the lock table. A
 * decision takes the other side of that lock too.
 */
#define RG_MAX_FACT_LOCKS 256

static LocalTransactionId counted_lxid = InvalidLocalTransactionId;
static int	fact_locks = 0;

static void
acquire(uint32 key1, uint32 key2, LOCKMODE mode, bool *fresh)
{
	LOCKTAG		tag;
	LockAcquireResult result;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, key1, key2, RG_LOCK_CLASS);
	result = LockAcquire(&tag, mode, false, false);
	if (fresh)
		*fresh = (result == LOCKACQUIRE_OK);
}

/* Both sides of the lock for bulk loads; each mode is compatible with itself. */
static void
lock_all_facts(LOCKMODE mode)
{
	acquire(0, 0, mode, NULL);
}

static uint32
hash_text_datum(Datum value)
{
	text	   *t = DatumGetTextPP(value);
	uint32		hash = hash_bytes((unsigned char *) VARDATA_ANY(t),
								  VARSIZE_ANY_EXHDR(t));

	if ((Pointer) t != DatumGetPointer(value))
		pfree(t);
	return hash;
}

/* 0 is the lock on everything. */
static uint32
application_key(Datum application)
{
	return hash_text_datum(application) | 1;
}

void
rg_lock_release_for_fact(Datum application, Datum version)
{
	LocalTransactionId lxid = RG_MY_LXID;
	bool		fresh;

	if (counted_lxid != lxid)
	{
		counted_lxid = lxid;
		fact_locks = 0;
	}
	if (fact_locks >= RG_MAX_FACT_LOCKS)
	{
		lock_all_facts(RowExclusiveLock);
		return;
	}
	acquire(application_key(application), hash_text_datum(version),
			RowExclusiveLock, &fresh);
	if (fresh)
		fact_locks++;
}

void
rg_lock_all_for_fact(void)
{
	lock_all_facts(RowExclusiveLock);
}

/*
 * The lock on everything comes last: a bulk load that holds it takes no other
 * any more, so no circle can close.
 */
void
rg_lock_releases_for_decision(Datum application, int nversions,
							  const Datum *versions)
{
	for (int i = 0; i < nversions; i++)
		acquire(application_key(application), hash_text_datum(versions[i]),
				ExclusiveLock, NULL);
	lock_all_facts(ShareLock);
}

void
rg_lock_release_for_decision(Datum application, Datum version)
{
	rg_lock_releases_for_decision(application, 1, &version);
}

/* Applications have odd first keys; the even ones are kinds of their own. */
#define RG_LOCK_POLICY 2
#define RG_LOCK_APPLICATION 4
#define RG_LOCK_HEALTH 6
#define RG_LOCK_IDENTITY 8
#define RG_LOCK_ENVIRONMENT 10

static void
lock_named(uint32 kind, const char *name, LOCKMODE mode)
{
	acquire(kind, hash_bytes((const unsigned char *) name, strlen(name)),
			mode, NULL);
}

void
rg_lock_policy_for_decision(const char *policy)
{
	lock_named(RG_LOCK_POLICY, policy, ShareLock);
}

void
rg_lock_policy_for_change(const char *policy)
{
	lock_named(RG_LOCK_POLICY, policy, ExclusiveLock);
}

void
rg_lock_application_for_decision(const char *application)
{
	lock_named(RG_LOCK_APPLICATION, application, ShareLock);
}

void
rg_lock_application_for_change(const char *application)
{
	lock_named(RG_LOCK_APPLICATION, application, ExclusiveLock);
}

void
rg_lock_environment(Datum application, Datum environment)
{
	acquire(RG_LOCK_ENVIRONMENT,
			hash_combine(hash_text_datum(application), hash_text_datum(environment)),
			ExclusiveLock, NULL);
}

void
rg_lock_identities(void)
{
	acquire(RG_LOCK_IDENTITY, 0, ExclusiveLock, NULL);
}

void
rg_lock_health_chain(Datum application, Datum environment)
{
	acquire(RG_LOCK_HEALTH,
			hash_combine(hash_text_datum(application), hash_text_datum(environment)),
			ExclusiveLock, NULL);
}

/*
 * What foreign-key triggers do (ri_PerformCheck): under REPEATABLE READ and
 * SERIALIZABLE the transaction's snapshot may be older than a revocation that
 * has long been committed; what decides must not be.
 */
Snapshot
rg_newest_snapshot(void)
{
	CommandCounterIncrement();
	return RegisterSnapshot(GetLatestSnapshot());
}

void
rg_snapshot_done(Snapshot snapshot)
{
	UnregisterSnapshot(snapshot);
}
