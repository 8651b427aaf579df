/*
 * evaluate.h: the facts of one release as structs (load.c fills them), and
 * the rules that judge them: pure, without SPI, clock or errors for data, so
 * that one load can be judged at many times.
 */
#ifndef RG_EVALUATE_H
#define RG_EVALUATE_H

#include "eligibility/eligibility.h"
#include "store/store.h"

/* ---- facts ---- */

/* In the order of the SQL enums of the same names. */
typedef enum RgReleaseState
{
	RG_RELEASE_DRAFT,
	RG_RELEASE_CANDIDATE,
	RG_RELEASE_RELEASED,
	RG_RELEASE_RETIRED,
	RG_RELEASE_WITHDRAWN
} RgReleaseState;

typedef enum RgDeploymentState
{
	RG_DEPLOYMENT_REQUESTED,
	RG_DEPLOYMENT_DEPLOYING,
	RG_DEPLOYMENT_ROLLING_OUT,
	RG_DEPLOYMENT_LIVE,
	RG_DEPLOYMENT_SUPERSEDED,
	RG_DEPLOYMENT_CANCELLED,
	RG_DEPLOYMENT_FAILED,
	RG_DEPLOYMENT_ROLLING_BACK,
	RG_DEPLOYMENT_ROLLED_BACK
} RgDeploymentState;

typedef enum RgDecisionKind
{
	RG_APPROVE,
	RG_REJECT,
	RG_REVOKE
} RgDecisionKind;

typedef enum RgOutcome
{
	RG_OUTCOME_PASS,
	RG_OUTCOME_FAIL,
	RG_OUTCOME_UNUSABLE,		/* a report that was not whole, and the like */
	RG_OUTCOME_NONE
} RgOutcome;

typedef struct RgFactRelease
{
	bool		registered;		/* by then */
	RgReleaseState state;
	TimestampTz state_since;
	RgReleaseKind kind;
	int			ncategories;
	char	  **categories;
	int			nauthors;
	char	  **authors;		/* persons, once resolved */
	bool		has_notes;
	const char *artifact_digest;	/* NULL if none */
	const bytea *content_digest;
} RgFactRelease;

typedef struct RgFactDeployment
{
	bool		found;
	pg_uuid_t	id;
	RgDeploymentState state;
	const char *version;
	const char *requested_by;	/* a person, once resolved */
	const char *artifact_digest;	/* NULL if none */
	TimestampTz since;			/* of the state */
	TimestampTz live_at;
} RgFactDeployment;

typedef struct RgFactHealth
{
	bool		found;
	pg_uuid_t	id;
	bool		healthy;
	TimestampTz observed_at;
	TimestampTz healthy_since;
	const char *detail;
} RgFactHealth;

typedef struct RgFactResult
{
	bool		found;
	pg_uuid_t	id;
	bool		has_measure;
	RgMeasure	measured;
	RgOutcome	outcome;
	TimestampTz measured_at;
	const char *source;
	const char *run_id;
	int32		attempt;
	const char *detail;			/* RG_FULL only */
} RgFactResult;

/* A review, approval, attestation or waiver. */
typedef struct RgFactDecision
{
	const char *subject;		/* the review, rule, item or requirement */
	pg_uuid_t	id;
	RgDecisionKind decision;
	const char *role;			/* the policy's word, or NULL */
	bool		same_content;	/* given on what the release says now */
	const char *actor;
	const char *person;			/* behind the actor */
	bool		author;			/* one of the release's authors */
	TimestampTz recorded_at;
	TimestampTz expires_at;		/* waivers only */
	bool		break_glass;	/* waivers only */
	const char *text;			/* comment, evidence or reason; RG_FULL only */
} RgFactDecision;

/* Newest first within each subject. */
typedef struct RgFactDecisions
{
	int			n;
	int			capacity;
	RgFactDecision *items;
} RgFactDecisions;

/* An open issue, a feature flag, a monitoring check: its newest row. */
typedef struct RgFactItem
{
	const char *name;
	pg_uuid_t	id;
	bool		reported;
	bool		good;
	TimestampTz recorded_at;
	const char *detail;			/* RG_FULL only */
} RgFactItem;

typedef struct RgFactItems
{
	int			n;
	int			capacity;
	RgFactItem *items;
} RgFactItems;

typedef struct RgFactHold
{
	bool		placed;
	pg_uuid_t	id;
	TimestampTz recorded_at;
	const char *reason;
	const char *recorded_by;
} RgFactHold;

/* What executing migrations showed. */
typedef struct RgFactProof
{
	bool		found;
	pg_uuid_t	id;
	const char *verdict;
	const char *detail;			/* RG_FULL only */
	TimestampTz proven_at;
} RgFactProof;

/* A migration of the release, and the newest proof; found if it is of this text. */
typedef struct RgFactMigration
{
	int64		sequence;
	const char *name;
	pg_uuid_t	id;
	char		class;			/* A, B, C */
	bool		has_down;
	bool		irreversible;	/* so say its statements */
	bool		opaque;			/* they do not say what they do */
	bool		data_loss;
	const char *detail;			/* RG_FULL only */
	RgFactProof proof;
} RgFactMigration;

typedef struct RgFacts
{
	const char *application;
	const char *version;
	TimestampTz known_at;		/* what happened later is not known yet */
	RgFactRelease release;
	RgFactDeployment live;		/* this release, live in the environment */
	RgFactDeployment open;		/* this release, requested or on its way */
	RgFactDeployment busy;		/* whatever is under way there */
	RgFactDeployment before;	/* this release in the predecessor */
	RgFactHealth health;		/* of the predecessor */
	RgFactResult *results;		/* by RgGate.first_result, then by part */
	RgFactDecisions reviews;
	RgFactDecisions approvals;
	RgFactDecisions attestations;
	RgFactDecisions waivers;
	RgFactItems issues;			/* all, good: resolved */
	RgFactItems flags;			/* good: as expected */
	RgFactItems monitoring;		/* good: passed */
	RgFactHold	hold;
	int			nmigrations;
	RgFactMigration *migrations;	/* by sequence */
	RgFactProof whole;			/* of all of them, from bottom to top, where they are several */
} RgFacts;

/* ---- load.c ---- */

typedef struct RgLoader
{
	RgFacts    *facts;
	const RgPolicy *policy;
	int			environment;
	Datum		application;
	Datum		version;
	TimestampTz as_of;
	bool		all;			/* every visible fact counts: it is now */
	pg_uuid_t	bound;			/* else those recorded by then */
	Snapshot	snapshot;
	RgDetail	detail;
} RgLoader;

/* No reported time is further ahead of its recording (releasegov.clock_skew),
 * so older facts need not be searched beyond it. */
#define RG_MAX_CLOCK_SKEW USECS_PER_DAY

extern void rg_loader_init(RgLoader *loader, Datum application, Datum version,
						   TimestampTz as_of, Snapshot snapshot,
						   RgDetail detail);
/* False when there is no such release at all. */
extern bool rg_load_release(RgLoader *loader);
extern void rg_load_facts(RgLoader *loader);
extern void rg_load_waivers(RgLoader *loader);

/* load_util.c: what the readers of all tables share */
extern void rg_load_columns(const RgTable *table, const char *const *names,
							AttrNumber *columns, int n);
extern Datum rg_load_value(const RgTable *table, AttrNumber column, bool *isnull);
extern char *rg_load_text(const RgTable *table, AttrNumber column);
extern TimestampTz rg_load_time(const RgTable *table, AttrNumber column,
								TimestampTz if_null);
extern void rg_load_uuid(const RgTable *table, AttrNumber column, pg_uuid_t *out);
/* The position of an enum's label among the labels, or n. */
extern int	rg_load_enum(const RgTable *table, AttrNumber column,
						 const char *const *labels, int n);
extern bool rg_load_counts(const RgLoader *loader, const pg_uuid_t *id);

/* load_deployments.c */
extern void rg_load_deployments(RgLoader *loader);
/* The state that a release (deployment NULL) or one of its deployments was
 * moved into last before then; n when no move was recorded. */
extern int	rg_load_state_as_of(const RgLoader *loader, Datum version,
								const pg_uuid_t *deployment,
								const char *const *labels, int n,
								TimestampTz *since);

/* load_people.c */
extern void rg_load_people(RgLoader *loader);
/* Is the environment that is asked about one of these? */
extern bool rg_load_here(const RgLoader *loader, RgEnvironmentSet environments);

/* ---- load_migrations.c ---- */

extern void rg_load_migrations(RgLoader *loader);

/* ---- eligibility.c ---- */

/*
 * Loads and judges. Without a policy, the one of the application at that time
 * in that revision (0: the one in force). The loader keeps the facts, so that
 * they can be judged at other times.
 */
extern RgEligibility *rg_judge(RgLoader *loader, const char *environment,
							   RgPolicy *policy, int revision);
/* RG_NEVER when somebody has to act; after rg_judge(). */
extern TimestampTz rg_judge_eligible_at(const RgLoader *loader,
										const RgEligibility *eligibility);

/* ---- evaluate.c ---- */

typedef struct RgEvaluation
{
	const RgPolicy *policy;
	const RgFacts *facts;
	int			environment;
	const RgEnvironment *target;
	TimestampTz as_of;
	bool		full;
	int			nrows;
	RgRequirement *rows;
	RgRequirement *soak;		/* rows that the checklist looks at */
	RgRequirement *migrations;	/* NULL where the policy does not ask */
	RgRequirement *migration_class;
	RgRequirement **gates;
} RgEvaluation;

/* Judges the facts; the rows are palloc'd. True when eligible. */
extern bool rg_evaluate(RgEvaluation *ev, const RgPolicy *policy,
						const RgFacts *facts, int environment,
						TimestampTz as_of, RgDetail detail);
/* The earliest time from as_of at which time alone makes it eligible. */
extern TimestampTz rg_evaluate_eligible_at(const RgPolicy *policy,
										   const RgFacts *facts,
										   int environment, TimestampTz as_of);
extern RgRequirement *rg_row(RgEvaluation *ev, const char *kind,
							 const char *subject);
extern void rg_cite(RgEvaluation *ev, RgRequirement *row, const pg_uuid_t *id);
extern bool rg_applies(const RgEvaluation *ev, RgEnvironmentSet environments,
					   RgKindSet kinds);
/* Who may waive it in the ordinary way, break-glass apart; 0: nobody. */
extern RgRoleSet rg_waived_by(const RgEvaluation *ev, const RgRequirement *row);

/* evaluate_state.c, _gates.c, _people.c, _checklist.c, _schedule.c */
extern void rg_evaluate_state(RgEvaluation *ev);
extern void rg_evaluate_content(RgEvaluation *ev);
extern void rg_evaluate_gates(RgEvaluation *ev);

/* A single result; why it cannot be judged, or NULL. */
extern RgStatus rg_result_judge(const RgEvaluation *ev, const RgGate *gate,
								const RgFactResult *result);
extern const char *rg_result_fault(const RgGate *gate,
								   const RgFactResult *result);

/* evaluate_parts.c: a gate of several parts, a result each. Describing gives
 * observed and detail, and the first part that something is amiss with. */
extern RgStatus rg_judge_parts(const RgEvaluation *ev, const RgGate *gate,
							   const RgFactResult *results);
extern const char *rg_describe_parts(RgEvaluation *ev, RgRequirement *row,
									 const RgGate *gate,
									 const RgFactResult *results);
extern void rg_evaluate_reviews(RgEvaluation *ev);
extern void rg_evaluate_migrations(RgEvaluation *ev);
extern void rg_evaluate_approvals(RgEvaluation *ev);
extern void rg_evaluate_checklist(RgEvaluation *ev);
extern void rg_evaluate_schedule(RgEvaluation *ev);

/* What a set of people decided under one rule. */
typedef struct RgTallyRule
{
	const char *subject;
	RgRoleSet	roles;
	int			count;
	bool		not_author;
	const char *not_person;		/* the requester, or NULL */
	int64		valid_for;
} RgTallyRule;

typedef struct RgTally
{
	int			approvals;		/* that count */
	int			expired;
	int			outdated;		/* given on other content */
	int			own;			/* by an author or the requester */
	TimestampTz holds_until;
	const RgFactDecision *rejection;
	const RgFactDecision *newest;	/* of those that count */
	const RgFactDecision *last_expired;
} RgTally;

extern void rg_tally(const RgEvaluation *ev, const RgFactDecisions *decisions,
					 const RgTallyRule *rule, RgTally *tally);
/* Sets a row by its tally: the status, and the texts when they are wanted. */
extern void rg_tally_row(RgEvaluation *ev, RgRequirement *row,
						 const RgFactDecisions *decisions,
						 const RgTallyRule *rule, const RgTally *tally);
/*
 * Puts a missed requirement before the people of a review: it is satisfied
 * when they approved after the newest of the facts that are to be looked at,
 * for an approval before it says nothing about it. "did" is what they did,
 * "before_what" what an earlier one came before.
 */
extern void rg_ask_review(RgEvaluation *ev, RgRequirement *row, int number,
						  const pg_uuid_t *newest, const char *did,
						  const char *before_what);

/* ---- texts.c ---- */

extern const char *rg_status_name(RgStatus status);
extern const char *rg_enforcement_name(RgEnforcement enforcement);
extern const char *rg_text_time(TimestampTz at);
extern const char *rg_text_duration(int64 microseconds);
extern const char *rg_text_age(TimestampTz then, TimestampTz now);
extern const char *rg_text_measure(const RgMeasure *measure);
extern const char *rg_text_threshold(const RgThreshold *threshold);
/* "tech_lead or devops_lead" */
extern const char *rg_text_roles(const RgPolicy *policy, RgRoleSet roles);
/* One line, without control characters, cut at a character where too long. */
extern const char *rg_text_line(const char *words, int limit);
/* releasegov.FUNCTION('app', 'version'[, ...]) with quoted names */
extern const char *rg_text_call(const RgFacts *facts, const char *function,
								const char *environment, const char *rest);

#endif							/* RG_EVALUATE_H */
