/*
 * eligibility.h: may this release be promoted into that environment, at that
 * time, under that revision? One row per requirement, each with its status,
 * what is missing and when time alone clears it. Nothing is written.
 */
#ifndef RG_ELIGIBILITY_H
#define RG_ELIGIBILITY_H

#include "releasegov.h"

#include "lib/stringinfo.h"
#include "policy/policy.h"
#include "utils/jsonb.h"
#include "utils/snapshot.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* In the order of the SQL enum requirement_status. */
typedef enum RgStatus
{
	RG_NOT_APPLICABLE,
	RG_SATISFIED,
	RG_UNSATISFIED,
	RG_PENDING,
	RG_STALE,
	RG_WAIVED,
	RG_ERROR
} RgStatus;

/* A verdict needs no texts; they are built only when somebody reads them. */
typedef enum RgDetail
{
	RG_VERDICT,
	RG_FULL
} RgDetail;

#define RG_NEVER DT_NOEND

typedef struct RgRequirement
{
	const char *kind;			/* gate, review, soak, ... */
	const char *subject;		/* the gate's name, ... or NULL */
	RgStatus	status;
	RgEnforcement enforcement;
	bool		waivable;
	bool		derived;		/* stands or falls with others: no remedy of its own */
	TimestampTz clears_at;		/* when time alone clears it, or RG_NEVER */
	TimestampTz holds_until;	/* when time alone undoes it, or RG_NEVER */
	int			nevidence;		/* the facts it rests on */
	const pg_uuid_t **evidence;

	/* RG_FULL only, else NULL */
	const char *name;			/* kind, or kind:subject */
	const char *required;
	const char *observed;
	const char *detail;
	const char *remedy;
} RgRequirement;

typedef struct RgEligibility
{
	bool		eligible;
	const char *application;
	const char *version;
	const char *environment;
	TimestampTz as_of;
	RgPolicy   *policy;			/* NULL: none, or unreadable; not eligible */
	int			nrequirements;
	RgRequirement *requirements;
} RgEligibility;

/*
 * Facts are read under the snapshot (take rg_newest_snapshot() in a trigger).
 * revision 0: the one in force at as_of. Unknown names raise
 * ERRCODE_RG_UNKNOWN_NAME; everything else is a row. The result lies in the
 * current memory context.
 */
extern RgEligibility *rg_eligibility(Datum application, Datum version,
									 Datum environment, TimestampTz as_of,
									 int revision, Snapshot snapshot,
									 RgDetail detail);

/* Would this row, as it stands, keep the release from being promoted? */
extern bool rg_requirement_blocks(const RgRequirement *requirement);

/* An array of objects with the columns of promotion_eligibility; RG_FULL. */
extern Jsonb *rg_eligibility_to_jsonb(const RgEligibility *eligibility);

/* Blockers one per line for errdetail, remedies for errhint; RG_FULL. */
extern void rg_eligibility_blockers(const RgEligibility *eligibility,
									StringInfo detail, StringInfo hint);

/* explain.c: the whole answer as one text for people; RG_FULL. The time is
 * eligible_at, RG_NEVER when somebody has to act first. */
extern char *rg_explain(const RgEligibility *eligibility,
						TimestampTz eligible_at);

#endif							/* RG_ELIGIBILITY_H */
