/*
 * policy/store.h: the rows of policy_revision, as the cache, the guards and
 * the SQL functions of the policy share them.
 */
#ifndef RG_POLICY_STORE_H
#define RG_POLICY_STORE_H

#include "policy/document.h"
#include "store/store.h"

#define RG_DIGEST_LEN 32

typedef struct RgPolicyRow
{
	int			revision;
	TimestampTz applied_at;
	uint8		digest[RG_DIGEST_LEN];
	Datum		document;		/* in the slot: fetched only where needed */
} RgPolicyRow;

/* cache.c: the row in the table's slot; false if it is not one of ours. */
extern bool rg_policy_row(RgTable *table, RgPolicyRow *row);
/* Newest first; revision 0: all of them. */
extern void rg_policy_scan(RgScan *scan, RgTable *table, const char *policy,
						   int revision, Snapshot snapshot);

/* policy_guard.c */
/* SHA-256 of the document's text as jsonb prints it, in UTF-8. */
extern void rg_policy_digest(Jsonb *document, uint8 *digest);
/* ERROR ERRCODE_RG_INVALID_POLICY with one line for each fault. */
extern void rg_policy_refuse(const char *what, List *faults) pg_attribute_noreturn();
/* The newest revision, 0 if there is none. */
extern int	rg_policy_newest(const char *policy, RgPolicyRow *row,
							 Snapshot snapshot);
extern bool rg_policy_exists(const char *name, Snapshot snapshot);
extern void rg_policy_check_name(const char *name);

/* policy_sql.c: revision 0: the newest; an unknown one is refused in words. */
extern Jsonb *rg_policy_stored_document(const char *name, int revision);

#endif							/* RG_POLICY_STORE_H */
