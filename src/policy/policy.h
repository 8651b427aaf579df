/*
 * policy.h: a policy revision as C structs. The document (docs/policy.md) is
 * parsed and validated once, compiled into one RgPolicy per session, and kept
 * by its digest: a revision is immutable, so a compiled one is never stale.
 */
#ifndef RG_POLICY_H
#define RG_POLICY_H

#include "releasegov.h"

#include "calendar/calendar.h"
#include "ingest/path_query.h"
#include "types/types.h"
#include "utils/jsonb.h"
#include "utils/snapshot.h"
#include "utils/timestamp.h"

/* In the order of the SQL enums of the same names. */
typedef enum RgReleaseKind
{
	RG_KIND_FEATURE,
	RG_KIND_HOTFIX
} RgReleaseKind;
#define RG_KIND_COUNT 2

typedef enum RgEnforcement
{
	RG_BLOCK,
	RG_WARN,
	RG_REVIEW
} RgEnforcement;

/* Sets of environments, roles and kinds are bit sets of indexes. */
#define RG_MAX_ENVIRONMENTS 32
#define RG_MAX_ROLES 64
typedef uint32 RgEnvironmentSet;
typedef uint64 RgRoleSet;
typedef uint32 RgKindSet;

#define RG_NO_DURATION ((int64) 0)	/* durations are microseconds */

typedef struct RgPolicyRole
{
	const char *name;			/* the policy's word: tech_lead */
	const char *pg_role;		/* the PostgreSQL role that stands for it */
	const char *title;
} RgPolicyRole;

typedef struct RgPhase
{
	const char *name;
	RgMeasure	traffic;		/* percent of the traffic */
	int64		health_within;	/* health must be validated within this */
} RgPhase;

typedef struct RgAbort
{
	const char *metric;
	RgThreshold threshold;
} RgAbort;

typedef struct RgEnvironment
{
	const char *name;
	const char *purpose;
	int			position;		/* order in the document, from 0 */
	int			after;			/* index of the predecessor, -1 for none */
	bool		predecessor_required;
	int64		soak;			/* live in `after` for so long; 0 for none */
	int64		health_max_gap; /* a longer silence breaks the soak; 0: 1 h */
	const char *branch;			/* merges to it trigger deployment, or NULL */
	bool		auto_deploy;
	bool		approval_required;	/* at least one approval rule must apply */
	bool		releases;		/* going live here makes the release `released` */
	bool		release_notes_required;
	bool		blocking_issues;	/* open ones block */
	bool		same_artifact;	/* the artifact that ran in `after` */
	bool		rollback_on_failed_health;
	int64		health_within;	/* first healthy check after deploying */
	const char *strategy;		/* blue-green, ... or NULL */
	int			nphases;
	RgPhase    *phases;
	int			naborts;		/* while traffic shifts: any of these aborts */
	RgAbort    *aborts;
} RgEnvironment;

/* The longest silence between probes that a soak survives; a policy that
 * states none tolerates an hour. */
static inline int64
rg_max_gap(const RgEnvironment *target)
{
	return target->health_max_gap > 0 ? target->health_max_gap : USECS_PER_HOUR;
}

/* How the results of a gate's parts become one verdict. */
typedef enum RgCombine
{
	RG_COMBINE_EACH,			/* every part meets the threshold by itself */
	RG_COMBINE_SUM				/* the parts' measures together meet it */
} RgCombine;

#define RG_MAX_RESULTS 5000		/* of all gates and their parts */

typedef struct RgGate
{
	const char *name;
	const char *title;
	bool		has_threshold;	/* without: takes pass or fail */
	RgThreshold threshold;
	RgEnforcement enforcement;
	int			review;			/* for RG_REVIEW: index of the review asked for, else -1 */
	RgEnvironmentSet environments;	/* promotions into these need it */
	RgKindSet	kinds;
	int64		valid_for;		/* a result stays valid so long; 0: for ever */
	int			nfigures;
	const char **figures;		/* report figures that feed it, any of them */
	RgPathQuery query;			/* or a path of its own into any report */
	int			nparts;			/* 0: one result is the whole */
	const char **parts;			/* packages or shards, each with a result */
	RgCombine	combine;
	int			first_result;	/* of RgFacts.results; one, or one a part */
	int			measured_in[RG_MAX_ENVIRONMENTS];	/* by target: index of the
													 * environment whose result
													 * counts, -1: CI's */
} RgGate;

typedef struct RgReview
{
	const char *name;
	const char *title;
	RgRoleSet	roles;			/* any of these */
	RgEnvironmentSet environments;
	RgKindSet	kinds;			/* required for these kinds (all if absent) ... */
	int			ncategories;	/* ... and, unless empty, only for releases
								 * with one of these change categories */
	const char **categories;
	bool		on_demand;		/* required only where a gate asks for it
								 * (kinds and categories both absent) */
	int64		valid_for;
} RgReview;

typedef struct RgApprovalRule
{
	const char *name;
	const char *title;
	RgRoleSet	roles;			/* any of these */
	int			count;			/* so many different people */
	RgEnvironmentSet environments;
	RgKindSet	kinds;
	bool		not_requester;
	bool		not_author;
	int64		valid_for;
} RgApprovalRule;

/* What a checklist item can be computed from. */
typedef enum RgCheckSource
{
	RG_CHECK_SOAK,				/* "soak" */
	RG_CHECK_GATE,				/* "gate:NAME" */
	RG_CHECK_FEATURE_FLAGS,		/* "feature_flags" */
	RG_CHECK_MONITORING,		/* "monitoring" */
	RG_CHECK_MIGRATIONS			/* "migrations" */
} RgCheckSource;

typedef struct RgCheckComputed
{
	RgCheckSource source;
	int			gate;			/* for RG_CHECK_GATE */
} RgCheckComputed;

typedef struct RgCheck
{
	const char *name;
	const char *title;
	RgEnvironmentSet environments;
	RgKindSet	kinds;
	int			ncomputed;
	RgCheckComputed *computed;
	RgRoleSet	attested_by;	/* 0: cannot be attested */
	bool		either;			/* computed or attested is enough; else both */
	int64		valid_for;
} RgCheck;

typedef struct RgWindow			/* also a freeze */
{
	const char *name;
	RgEnvironmentSet environments;
	RgKindSet	kinds;
	bool		always;			/* any time */
	RgCalendarText text;		/* as written; unless always */
	RgCalendarRule *rule;		/* for always: rg_calendar_always() */
} RgWindow;

typedef struct RgWaiverRule
{
	const char *name;
	int			nrequirements;
	const char **requirements;	/* "gate:lint", "gate:*", "freeze", "*" */
	RgRoleSet	roles;
	int64		max_duration;
	bool		break_glass;
} RgWaiverRule;

typedef struct RgRollbackTrigger
{
	const char *name;
	const char *metric;			/* NULL: consecutive failed health checks */
	RgSustained condition;		/* for a metric */
	int			failures;		/* for health checks */
	RgEnvironmentSet environments;
} RgRollbackTrigger;

/* What a migration of a class needs besides being proven. */
typedef enum RgClassRule
{
	RG_CLASS_ALLOW,				/* nothing */
	RG_CLASS_REVIEW,			/* a named go-ahead: the review */
	RG_CLASS_WAIVER				/* only a waiver lets it pass */
} RgClassRule;

typedef struct RgMigrationPolicy
{
	RgEnvironmentSet environments;	/* promotions into these ask for it */
	bool		proof_optional; /* the static check is enough */
	int64		proof_valid_for;
	RgClassRule class_b;
	RgClassRule class_c;
	int			review;			/* -1: none */
} RgMigrationPolicy;

typedef struct RgSla
{
	const char *name;
	const char *title;
	const char *clock;			/* deploy, rollback, restore */
	RgThreshold target;
	RgEnvironmentSet environments;
	const char *monitoring;
} RgSla;

/* Which reports are kept whole. */
typedef enum RgKeep
{
	RG_KEEP_NONE,
	RG_KEEP_FAILED,				/* not ok, or a gate of theirs is not met */
	RG_KEEP_ALL
} RgKeep;

#define RG_KEEP_BELOW 1000000	/* bytes, where the policy says nothing */
#define RG_KEEP_MOST 64000000

/* Names in sorted order, for look-ups. */
typedef struct RgNameIndex
{
	int			n;
	struct RgNameEntry
	{
		const char *name;
		int			index;
	}		   *entries;
} RgNameIndex;

typedef struct RgPolicy
{
	const char *name;
	int			revision;
	uint8		digest[32];
	const char *title;
	int			nroles;
	RgPolicyRole *roles;
	int			nenvironments;
	RgEnvironment *environments;
	int			ngates;
	RgGate	   *gates;
	int			nresults;		/* that can count: gates, or their parts */
	int			nreviews;
	RgReview   *reviews;
	int			napprovals;
	RgApprovalRule *approvals;
	int			nchecks;
	RgCheck    *checks;
	int			nwindows;
	RgWindow   *windows;
	int			nfreezes;
	RgWindow   *freezes;
	int			nwaivers;
	RgWaiverRule *waivers;
	int			ntriggers;
	RgRollbackTrigger *triggers;
	int			nreasons;
	const char **reasons;		/* manual rollback reasons */
	int			nslas;
	RgSla	   *slas;
	RgMigrationPolicy migrations;	/* no environment: nothing is asked */
	RgKeep		keep;
	int64		keep_below;		/* bytes; 0: RG_KEEP_BELOW */
	int64		restore_within;	/* the previous version is back by then */
	bool		down_migrations_required;
	bool		disable_feature_flags;
	int			nnotify;		/* whom a rollback tells: of the endpoints */
	const char **notify;
	int			ncategories;
	const char **categories;	/* change categories the policy knows */
	int			nendpoints;
	const char **endpoints;		/* communication: names of the receivers */
	RgNameIndex environment_index;
	RgNameIndex gate_index;
	RgNameIndex review_index;
	RgNameIndex approval_index;
	RgNameIndex check_index;
	MemoryContext context;
} RgPolicy;

/* compile.c: all faults at once; NULL when there are any. Name, revision and
 * digest are left to the caller. stored: it was accepted before, so what takes
 * long is not judged again. */
typedef struct RgPolicyFault
{
	const char *path;			/* $.gates[3].threshold */
	const char *expected;		/* what was expected, what was found */
} RgPolicyFault;

extern RgPolicy *rg_policy_compile(Jsonb *document, MemoryContext context,
								   bool stored, List **faults);

/* cache.c: NULL when there is none such; the result lives as long as the
 * transaction at least. as_of DT_NOEND takes the newest visible revision. */
extern RgPolicy *rg_policy_revision(const char *policy, int revision,
									Snapshot snapshot);
extern RgPolicy *rg_policy_as_of(const char *policy, TimestampTz as_of,
								 Snapshot snapshot);
/* The policy an application is assigned to at that time. */
extern RgPolicy *rg_policy_of_application(const char *application,
										  TimestampTz as_of, Snapshot snapshot);
/* The same for the newest committed state, from a session cache that is
 * invalidated when a revision is applied or an application is assigned: for
 * the path of every inserted row. */
extern RgPolicy *rg_policy_of_application_cached(const char *application);

/* lookup.c: -1 when the policy has none of that name */
extern int	rg_policy_environment(const RgPolicy *policy, const char *name);
extern int	rg_policy_gate(const RgPolicy *policy, const char *name);
/* which of the gate's parts; -1 when it has none of that name */
extern int	rg_gate_part(const RgGate *gate, const char *part);
extern int	rg_policy_review(const RgPolicy *policy, const char *name);
extern int	rg_policy_approval(const RgPolicy *policy, const char *name);
extern int	rg_policy_check(const RgPolicy *policy, const char *name);

#endif							/* RG_POLICY_H */
