/*
 * sections.c: the policy document's form: for each kind of object the keys it
 * may have, the reader of each, and what its keys must mean together. The
 * tables are docs/policy.schema.json and docs/policy.md in C.
 */
#include "policy/document.h"

#include "miscadmin.h"

#define ALL_KINDS ((RgKindSet) ((1 << RG_KIND_COUNT) - 1))
#define HOUR (INT64CONST(3600) * USECS_PER_SEC)

const char *const rg_kind_names[RG_KIND_COUNT] = {
	[RG_KIND_FEATURE] = "feature",
	[RG_KIND_HOTFIX] = "hotfix"
};

/* One field of struct T. */
#define TEXT(T, key, member, max) \
	{key, rg_read_text, false, offsetof(T, member), 0, max}
#define NAME(T) \
	{"name", rg_read_name, true, offsetof(T, name)}
#define FREE_NAME(T) \
	{"name", rg_read_text, true, offsetof(T, name), 0, RG_MAX_TITLE}
#define TITLE(T) TEXT(T, "title", title, RG_MAX_TITLE)
#define BOOL(T, member) \
	{#member, rg_read_bool, false, offsetof(T, member)}
#define DURATION(T, member) \
	{#member, rg_read_duration, false, offsetof(T, member)}
#define ROLES(T, key, must) \
	{key, rg_read_set, must, offsetof(T, roles), sizeof(RgRoleSet), RG_LIST_ROLES}
#define ENVIRONMENTS(T) \
	{"environments", rg_read_set, true, offsetof(T, environments), \
		sizeof(RgEnvironmentSet), RG_LIST_ENVIRONMENTS}
#define KINDS(T) \
	{"kinds", rg_read_set, false, offsetof(T, kinds), sizeof(RgKindSet), RG_LIST_KINDS}
#define ARRAY(T, key, reader, n, member, max) \
	{key, reader, false, offsetof(T, member), offsetof(T, n), max}
#define OBJECTS(T, key, n, member, max, type) \
	{key, rg_read_objects, false, offsetof(T, member), offsetof(T, n), max, &type}
#define OBJECT(what, T, fields, prepare, finish) \
	{what, sizeof(T), fields, lengthof(fields), prepare, finish}

/* Absent kinds mean all; a bad list is not absent, and keeps its fault. */
static void
default_kinds(RgKindSet *kinds)
{
	if (*kinds == 0)
		*kinds = ALL_KINDS;
}

static void
default_title(const char **title, const char *name)
{
	if (*title == NULL)
		*title = name ? name : "";
}

/* ---- roles ---- */

static void
finish_role(RgReader *reader, const RgPath *path, void *object)
{
	RgPolicyRole *role = object;

	default_title(&role->title, role->name);
	if (role->pg_role == NULL)
		role->pg_role = role->name;
	if (strcmp(role->pg_role, "public") == 0 ||
		strcmp(role->pg_role, "none") == 0)
		rg_policy_fault(reader, path, "role",
						"expected a role of the database server that people are granted, found %s",
						rg_found_text(role->pg_role));
}

static const RgField role_fields[] = {
	TEXT(RgPolicyRole, "role", pg_role, RG_MAX_NAME),
	TITLE(RgPolicyRole)
};
static const RgObject role_object =
OBJECT("role", RgPolicyRole, role_fields, NULL, finish_role);

/* ---- environments ---- */

static const RgField phase_fields[] = {
	NAME(RgPhase),
	{"traffic", rg_read_percent, true, offsetof(RgPhase, traffic)},
	DURATION(RgPhase, health_within)
};
static const RgObject phase_object =
OBJECT("phase", RgPhase, phase_fields, NULL, NULL);

static const RgField abort_fields[] = {
	{"metric", rg_read_name, true, offsetof(RgAbort, metric)},
	{"threshold", rg_read_threshold, true, offsetof(RgAbort, threshold)}
};
static const RgObject abort_object =
OBJECT("rollout abort", RgAbort, abort_fields, NULL, NULL);

static void
check_phases(RgReader *reader, const RgPath *path, RgEnvironment *env)
{
	RgMeasure	full;
	RgPath		phases = {path, "phases", 0};

	rg_measure_from_decimal(100, 0, RG_UNIT_PERCENT, &full);
	for (int i = 0; i < env->nphases; i++)
	{
		RgPath		here = {&phases, NULL, i};

		if (!rg_policy_clean(reader, &here, "traffic") ||
			(i > 0 && rg_measure_family(&env->phases[i - 1].traffic) != RG_FAMILY_PERCENT))
			continue;
		if (i > 0 && rg_measure_compare(&env->phases[i].traffic,
										&env->phases[i - 1].traffic) <= 0)
			rg_policy_fault(reader, &here, "traffic",
							"expected more than in the phase before, found no more");
		if (i == env->nphases - 1 &&
			rg_measure_compare(&env->phases[i].traffic, &full) != 0)
			rg_policy_fault(reader, &here, "traffic",
							"expected \"100%%\" in the last phase, found another share");
	}
}

static void
finish_environment(RgReader *reader, const RgPath *path, void *object)
{
	RgEnvironment *env = object;
	const struct
	{
		bool		set;
		const char *key;
	}			need_after[] = {
		{env->soak > 0, "soak"},
		{env->predecessor_required, "predecessor_required"},
		{env->same_artifact, "same_artifact"}
	};

	env->position = path->index;
	for (int i = 0; i < (int) lengthof(need_after); i++)
	{
		if (need_after[i].set && env->after < 0 &&
			rg_policy_clean(reader, path, "after"))
			rg_policy_fault(reader, path, need_after[i].key,
							"expected \"after\" with it, the environment before this one, found nothing");
	}
	if (env->health_max_gap > 0 && env->soak == 0 &&
		rg_policy_clean(reader, path, "soak"))
		rg_policy_fault(reader, path, "health_max_gap",
						"expected \"soak\" with it, found nothing");
	if (env->health_max_gap == 0)
		env->health_max_gap = HOUR;
	if (env->auto_deploy && env->branch == NULL &&
		rg_policy_clean(reader, path, "branch"))
		rg_policy_fault(reader, path, "auto_deploy",
						"expected \"branch\" with it, whose releases deploy by themselves, found nothing");
	check_phases(reader, path, env);
	if (env->naborts > 0 && env->nphases == 0 &&
		rg_policy_clean(reader, path, "phases"))
		rg_policy_fault(reader, path, "rollout_abort",
						"expected \"phases\" with it, found nothing");
}

static void
prepare_environment(void *object)
{
	((RgEnvironment *) object)->after = -1;
}

static const RgField environment_fields[] = {
	NAME(RgEnvironment),
	TEXT(RgEnvironment, "purpose", purpose, RG_MAX_TEXT),
	{"after", rg_read_reference, false, offsetof(RgEnvironment, after), 0, RG_LIST_ENVIRONMENTS},
	BOOL(RgEnvironment, predecessor_required),
	DURATION(RgEnvironment, soak),
	DURATION(RgEnvironment, health_max_gap),
	TEXT(RgEnvironment, "branch", branch, RG_MAX_TITLE),
	BOOL(RgEnvironment, auto_deploy),
	BOOL(RgEnvironment, approval_required),
	BOOL(RgEnvironment, releases),
	BOOL(RgEnvironment, release_notes_required),
	BOOL(RgEnvironment, blocking_issues),
	BOOL(RgEnvironment, same_artifact),
	BOOL(RgEnvironment, rollback_on_failed_health),
	DURATION(RgEnvironment, health_within),
	TEXT(RgEnvironment, "strategy", strategy, RG_MAX_NAME),
	OBJECTS(RgEnvironment, "phases", nphases, phases, 100, phase_object),
	OBJECTS(RgEnvironment, "rollout_abort", naborts, aborts, 100, abort_object)
};
static const RgObject environment_object =
OBJECT("environment", RgEnvironment, environment_fields, prepare_environment, finish_environment);

/* ---- gates ---- */

static const RgWord enforcement_words[] = {
	{"block", RG_BLOCK}, {"warn", RG_WARN}, {"review", RG_REVIEW}, {NULL}
};

static const RgWord combine_words[] = {
	{"each", RG_COMBINE_EACH}, {"sum", RG_COMBINE_SUM}, {NULL}
};

static void
prepare_gate(void *object)
{
	RgGate	   *gate = object;

	gate->review = -1;
	for (int i = 0; i < RG_MAX_ENVIRONMENTS; i++)
		gate->measured_in[i] = -1;
}

static void
check_figures(RgReader *reader, const RgPath *path, const RgGate *gate)
{
	RgPath		figures = {path, "figures", 0};

	if (gate->nfigures > 0 && !gate->has_threshold &&
		rg_policy_clean(reader, path, "threshold"))
		rg_policy_fault(reader, path, "threshold",
						"expected here, as figures are judged by it, found nothing");
	for (int i = 0; i < gate->nfigures && gate->has_threshold; i++)
	{
		RgPath		here = {&figures, NULL, i};
		RgFamily	asked = rg_measure_family(&gate->threshold.measure);
		RgFamily	family;

		if (gate->figures[i] &&
			rg_figure_family(gate->figures[i], &family) && family != asked)
			rg_policy_fault(reader, &here, NULL,
							"expected a figure in %s, as the threshold is, found %s, which is in %s",
							rg_family_name(asked), gate->figures[i],
							rg_family_name(family));
	}
}

/* Percentages and rates of parts do not add up to one of the whole. */
static void
check_combine(RgReader *reader, const RgPath *path, const RgGate *gate)
{
	RgFamily	family = gate->has_threshold ?
		rg_measure_family(&gate->threshold.measure) : RG_FAMILY_PERCENT;

	if (gate->combine != RG_COMBINE_SUM)
		return;
	if (gate->nparts == 0 && rg_policy_clean(reader, path, "parts"))
		rg_policy_fault(reader, path, "combine",
						"expected only where the gate has parts, found \"sum\"");
	else if (!rg_family_adds(family) &&
			 rg_policy_clean(reader, path, "threshold"))
		rg_policy_fault(reader, path, "combine",
						"expected \"each\", as only counts, bytes and times can be added up, found \"sum\"");
}

static void
finish_gate(RgReader *reader, const RgPath *path, void *object)
{
	RgGate	   *gate = object;

	default_title(&gate->title, gate->name);
	default_kinds(&gate->kinds);
	if (gate->enforcement == RG_REVIEW && gate->review < 0 &&
		rg_policy_clean(reader, path, "review"))
		rg_policy_fault(reader, path, "review",
						"expected the review that a miss asks for, as enforcement is \"review\", found nothing");
	if (gate->enforcement != RG_REVIEW && gate->review >= 0 &&
		rg_policy_clean(reader, path, "enforcement"))
		rg_policy_fault(reader, path, "review",
						"expected only where enforcement is \"review\", found \"%s\"",
						enforcement_words[gate->enforcement].word);
	check_figures(reader, path, gate);
	rg_check_gate_path(reader, path, gate);
	check_combine(reader, path, gate);
}

static const RgField gate_fields[] = {
	NAME(RgGate),
	TITLE(RgGate),
	{"threshold", rg_read_threshold, false, offsetof(RgGate, threshold), offsetof(RgGate, has_threshold)},
	ARRAY(RgGate, "figures", rg_read_figures, nfigures, figures, 0),
	TEXT(RgGate, "path", query.path, RG_MAX_TEXT),
	TEXT(RgGate, "within", query.within, RG_MAX_TEXT),
	{"take", rg_read_word, false, offsetof(RgGate, query.take), 0, 0, rg_take_words},
	{"unit", rg_read_unit, false, offsetof(RgGate, query)},
	{"namespaces", rg_read_namespaces, false, offsetof(RgGate, query)},
	ARRAY(RgGate, "parts", rg_read_parts, nparts, parts, RG_MAX_TITLE),
	{"combine", rg_read_word, false, offsetof(RgGate, combine), 0, 0, combine_words},
	{"enforcement", rg_read_word, true, offsetof(RgGate, enforcement), 0, 0, enforcement_words},
	{"review", rg_read_reference, false, offsetof(RgGate, review), 0, RG_LIST_REVIEWS},
	ENVIRONMENTS(RgGate),
	KINDS(RgGate),
	DURATION(RgGate, valid_for),
	{"measured_in", rg_read_map, false, offsetof(RgGate, measured_in), 0, RG_LIST_ENVIRONMENTS}
};
static const RgObject gate_object =
OBJECT("gate", RgGate, gate_fields, prepare_gate, finish_gate);

/* ---- reviews ---- */

static void
finish_review(RgReader *reader, const RgPath *path, void *object)
{
	RgReview   *review = object;

	default_title(&review->title, review->name);
	review->on_demand = review->kinds == 0 && review->ncategories == 0;
	default_kinds(&review->kinds);
}

static const RgField review_fields[] = {
	NAME(RgReview),
	TITLE(RgReview),
	ROLES(RgReview, "by", true),
	ENVIRONMENTS(RgReview),
	KINDS(RgReview),
	ARRAY(RgReview, "categories", rg_read_references, ncategories, categories, RG_LIST_CATEGORIES),
	DURATION(RgReview, valid_for)
};
static const RgObject review_object =
OBJECT("review", RgReview, review_fields, NULL, finish_review);

/* ---- checklist ---- */

static const RgWord needs_words[] = {
	{"both", false}, {"either", true}, {NULL}
};

static void
finish_check(RgReader *reader, const RgPath *path, void *object)
{
	RgCheck    *check = object;

	default_title(&check->title, check->name);
	default_kinds(&check->kinds);
	if (check->ncomputed == 0 && check->attested_by == 0 &&
		rg_policy_clean(reader, path, "computed") &&
		rg_policy_clean(reader, path, "attested_by"))
		rg_policy_fault(reader, path, NULL,
						"expected \"computed\" or \"attested_by\" or both, found neither");
}

static const RgField check_fields[] = {
	NAME(RgCheck),
	TITLE(RgCheck),
	ENVIRONMENTS(RgCheck),
	KINDS(RgCheck),
	ARRAY(RgCheck, "computed", rg_read_computed, ncomputed, computed, 0),
	{"attested_by", rg_read_set, false, offsetof(RgCheck, attested_by), sizeof(RgRoleSet), RG_LIST_ROLES},
	{"needs", rg_read_switch, false, offsetof(RgCheck, either), 0, 0, needs_words},
	DURATION(RgCheck, valid_for)
};
static const RgObject check_object =
OBJECT("checklist item", RgCheck, check_fields, NULL, finish_check);

/* ---- approvals ---- */

static const RgWord not_words[] = {
	{"requester", offsetof(RgApprovalRule, not_requester)},
	{"author", offsetof(RgApprovalRule, not_author)},
	{NULL}
};

static void
prepare_approval(void *object)
{
	((RgApprovalRule *) object)->count = 1;
}

static void
finish_approval(RgReader *reader, const RgPath *path, void *object)
{
	RgApprovalRule *rule = object;

	default_title(&rule->title, rule->name);
	default_kinds(&rule->kinds);
}

static const RgField approval_fields[] = {
	NAME(RgApprovalRule),
	TITLE(RgApprovalRule),
	ROLES(RgApprovalRule, "any_of", true),
	{"count", rg_read_count, false, offsetof(RgApprovalRule, count), 0, 100},
	{"not", rg_read_flags, false, 0, 0, 0, not_words},
	ENVIRONMENTS(RgApprovalRule),
	KINDS(RgApprovalRule),
	DURATION(RgApprovalRule, valid_for)
};
static const RgObject approval_object =
OBJECT("approval rule", RgApprovalRule, approval_fields, prepare_approval, finish_approval);

/* ---- windows and freezes ---- */

/* The members of a calendar rule that a window has keys for. */
static const struct
{
	const char *key;
	size_t		offset;
	bool		required;
}			rule_texts[] = {
	{"time_zone", offsetof(RgWindow, text.time_zone), true},
	{"start", offsetof(RgWindow, text.start), true},
	{"end", offsetof(RgWindow, text.end), true},
	{"rrule", offsetof(RgWindow, text.rrule), false}
};

#define RULE_TEXT(i) \
	(*(const char **) ((char *) window + rule_texts[i].offset))

static void
finish_always(RgReader *reader, const RgPath *path, RgWindow *window)
{
	window->rule = rg_calendar_always();
	for (int i = 0; i < (int) lengthof(rule_texts); i++)
	{
		if (RULE_TEXT(i) != NULL)
			rg_policy_fault(reader, path, rule_texts[i].key,
							"expected nothing, as \"always\" is true, found %s",
							rg_found_text(RULE_TEXT(i)));
	}
	if (window->text.nexdates > 0 || window->text.nrdates > 0)
		rg_policy_fault(reader, path, window->text.nexdates > 0 ? "exdates" : "rdates",
						"expected nothing, as \"always\" is true, found dates");
}

/* The field may be an element: "exdates[3]". */
static void
calendar_fault(RgReader *reader, const RgPath *path, const char *field,
			   const char *why)
{
	const char *bracket = strchr(field, '[');
	RgPath		array = {path, NULL, 0};
	RgPath		element = {&array, NULL, 0};

	if (bracket == NULL)
	{
		rg_policy_fault(reader, path, field, "%s", why);
		return;
	}
	array.key = pnstrdup(field, bracket - field);
	element.index = atoi(bracket + 1);
	rg_policy_fault(reader, &element, NULL, "%s", why);
}

static void
finish_window(RgReader *reader, const RgPath *path, void *object)
{
	RgWindow   *window = object;
	const char *field = NULL;
	char	   *why = NULL;
	bool		complete = window->name != NULL;

	default_kinds(&window->kinds);
	if (window->always)
	{
		finish_always(reader, path, window);
		return;
	}
	for (int i = 0; i < (int) lengthof(rule_texts); i++)
	{
		bool		clean = rg_policy_clean(reader, path, rule_texts[i].key);

		if (rule_texts[i].required && RULE_TEXT(i) == NULL && clean)
			rg_policy_fault(reader, path, rule_texts[i].key,
							"expected here, as each rule of a calendar has it, found nothing");
		complete = complete && clean &&
			(RULE_TEXT(i) != NULL || !rule_texts[i].required);
	}
	if (!complete || !rg_policy_clean(reader, path, "exdates") ||
		!rg_policy_clean(reader, path, "rdates"))
		return;
	CHECK_FOR_INTERRUPTS();
	window->text.name = window->name;
	window->text.stored = reader->stored;
	window->rule = palloc0(sizeof(RgCalendarRule));
	if (reader->bad_rules < RG_MAX_BAD_RULES &&
		!rg_calendar_rule_parse(&window->text, window->rule, &field, &why))
	{
		reader->bad_rules++;
		calendar_fault(reader, path, field, why);
	}
}

/* A freeze that is always on is no calendar's matter: there is none such. */
#define CALENDAR_FIELDS \
	FREE_NAME(RgWindow), \
	ENVIRONMENTS(RgWindow), \
	KINDS(RgWindow), \
	TEXT(RgWindow, "time_zone", text.time_zone, RG_MAX_TITLE), \
	TEXT(RgWindow, "start", text.start, RG_MAX_TITLE), \
	TEXT(RgWindow, "end", text.end, RG_MAX_TITLE), \
	TEXT(RgWindow, "rrule", text.rrule, RG_MAX_TEXT), \
	ARRAY(RgWindow, "exdates", rg_read_texts, text.nexdates, text.exdates, RG_MAX_TITLE), \
	ARRAY(RgWindow, "rdates", rg_read_texts, text.nrdates, text.rdates, RG_MAX_TITLE)

static const RgField window_fields[] = {
	CALENDAR_FIELDS,
	BOOL(RgWindow, always)
};
static const RgObject window_object =
OBJECT("window", RgWindow, window_fields, NULL, finish_window);

static const RgField freeze_fields[] = {
	CALENDAR_FIELDS
};
static const RgObject freeze_object =
OBJECT("freeze", RgWindow, freeze_fields, NULL, finish_window);

/* ---- waivers ---- */

static const RgField waiver_fields[] = {
	FREE_NAME(RgWaiverRule),
	{"requirements", rg_read_texts, true, offsetof(RgWaiverRule, requirements),
	offsetof(RgWaiverRule, nrequirements), RG_MAX_TITLE},
	ROLES(RgWaiverRule, "granted_by", true),
	{"max_duration", rg_read_duration, true, offsetof(RgWaiverRule, max_duration)},
	BOOL(RgWaiverRule, break_glass)
};
static const RgObject waiver_object =
OBJECT("waiver rule", RgWaiverRule, waiver_fields, NULL, NULL);

/* ---- migrations ---- */

static const RgWord proof_words[] = {
	{"required", false}, {"optional", true}, {NULL}
};

static const RgWord class_words[] = {
	{"allow", RG_CLASS_ALLOW}, {"review", RG_CLASS_REVIEW},
	{"waiver", RG_CLASS_WAIVER}, {NULL}
};

static void
prepare_migrations(void *object)
{
	RgMigrationPolicy *migrations = object;

	migrations->review = -1;
	migrations->class_b = RG_CLASS_REVIEW;
	migrations->class_c = RG_CLASS_WAIVER;
}

static void
finish_migrations(RgReader *reader, const RgPath *path, void *object)
{
	const RgMigrationPolicy *migrations = object;
	bool		asked = migrations->class_b == RG_CLASS_REVIEW ||
		migrations->class_c == RG_CLASS_REVIEW;

	if (!rg_policy_clean(reader, path, "review") ||
		!rg_policy_clean(reader, path, "class_b") ||
		!rg_policy_clean(reader, path, "class_c"))
		return;
	if (asked && migrations->review < 0)
		rg_policy_fault(reader, path, "review",
						"expected the review that gives the go-ahead to a class, as \"%s\" is \"review\", found nothing",
						migrations->class_b == RG_CLASS_REVIEW ? "class_b" : "class_c");
	if (!asked && migrations->review >= 0)
		rg_policy_fault(reader, path, "review",
						"expected only where a class asks for it, found a review");
}

static const RgField migration_fields[] = {
	ENVIRONMENTS(RgMigrationPolicy),
	{"proof", rg_read_switch, false, offsetof(RgMigrationPolicy, proof_optional), 0, 0, proof_words},
	DURATION(RgMigrationPolicy, proof_valid_for),
	{"class_b", rg_read_word, false, offsetof(RgMigrationPolicy, class_b), 0, 0, class_words},
	{"class_c", rg_read_word, false, offsetof(RgMigrationPolicy, class_c), 0, 0, class_words},
	{"review", rg_read_reference, false, offsetof(RgMigrationPolicy, review), 0, RG_LIST_REVIEWS}
};
static const RgObject migration_object =
OBJECT("migrations section", RgMigrationPolicy, migration_fields, prepare_migrations, finish_migrations);

/* ---- rollback ---- */

static void
finish_trigger(RgReader *reader, const RgPath *path, void *object)
{
	RgRollbackTrigger *trigger = object;
	bool		condition = rg_sustained_usecs(&trigger->condition) > 0 ||
		rg_sustained_samples(&trigger->condition) > 0;

	if (!rg_policy_clean(reader, path, "metric") ||
		!rg_policy_clean(reader, path, "condition") ||
		!rg_policy_clean(reader, path, "consecutive_failures"))
		return;
	if ((trigger->metric != NULL) != condition ||
		(trigger->metric != NULL) == (trigger->failures > 0))
		rg_policy_fault(reader, path, NULL,
						"expected either \"consecutive_failures\" or \"metric\" with \"condition\", found neither or a mixture");
}

static const RgField trigger_fields[] = {
	NAME(RgRollbackTrigger),
	{"metric", rg_read_name, false, offsetof(RgRollbackTrigger, metric)},
	{"condition", rg_read_sustained, false, offsetof(RgRollbackTrigger, condition)},
	{"consecutive_failures", rg_read_count, false, offsetof(RgRollbackTrigger, failures), 0, 1000},
	ENVIRONMENTS(RgRollbackTrigger)
};
static const RgObject trigger_object =
OBJECT("rollback trigger", RgRollbackTrigger, trigger_fields, NULL, finish_trigger);

static const RgWord down_words[] = {
	{"optional", false}, {"required", true}, {NULL}
};

static const RgField rollback_fields[] = {
	OBJECTS(RgPolicy, "triggers", ntriggers, triggers, RG_MAX_ELEMENTS, trigger_object),
	ARRAY(RgPolicy, "manual_reasons", rg_read_texts, nreasons, reasons, RG_MAX_TITLE),
	DURATION(RgPolicy, restore_within),
	{"down_migrations", rg_read_switch, false, offsetof(RgPolicy, down_migrations_required), 0, 0, down_words},
	BOOL(RgPolicy, disable_feature_flags),
	ARRAY(RgPolicy, "notify", rg_read_references, nnotify, notify, RG_LIST_ENDPOINTS)
};
static const RgObject rollback_object =
OBJECT("rollback section", RgPolicy, rollback_fields, NULL, NULL);

/* ---- service levels ---- */

static const char *const clocks[] = {"deploy", "rollback", "restore"};

static void
finish_sla(RgReader *reader, const RgPath *path, void *object)
{
	RgSla	   *sla = object;
	uint8		comparator = sla->target.comparator;
	bool		known = sla->clock == NULL;

	default_title(&sla->title, sla->name);
	for (int i = 0; i < (int) lengthof(clocks) && !known; i++)
		known = strcmp(sla->clock, clocks[i]) == 0;
	if (!known)
		rg_policy_fault(reader, path, "clock",
						"expected \"deploy\", \"rollback\" or \"restore\", found %s",
						rg_found_text(sla->clock));
	if (rg_policy_clean(reader, path, "target") &&
		(rg_measure_family(&sla->target.measure) != RG_FAMILY_TIME ||
		 (comparator != RG_LT && comparator != RG_LE)))
	{
		char		str[RG_THRESHOLD_MAXLEN];

		rg_threshold_format(&sla->target, str);
		rg_policy_fault(reader, path, "target",
						"expected a time that is not exceeded such as \"<= 5 min\", found \"%s\"",
						str);
	}
}

static const RgField sla_fields[] = {
	NAME(RgSla),
	TITLE(RgSla),
	{"clock", rg_read_text, true, offsetof(RgSla, clock), 0, RG_MAX_NAME},
	{"target", rg_read_threshold, true, offsetof(RgSla, target)},
	ENVIRONMENTS(RgSla),
	TEXT(RgSla, "monitoring", monitoring, RG_MAX_TITLE)
};
static const RgObject sla_object =
OBJECT("service level", RgSla, sla_fields, NULL, finish_sla);

/* ---- the document ---- */

static const RgField document_fields[] = {
	{"$schema", rg_read_ignored},
	{"releasegov", rg_read_version, true},
	TITLE(RgPolicy),
	{"roles", rg_read_keyed, false, offsetof(RgPolicy, roles), offsetof(RgPolicy, nroles),
	RG_MAX_ROLES, &role_object},
	ARRAY(RgPolicy, "change_categories", rg_read_names, ncategories, categories, 0),
	ARRAY(RgPolicy, "communication", rg_read_names, nendpoints, endpoints, 0),
	{"environments", rg_read_objects, true, offsetof(RgPolicy, environments),
	offsetof(RgPolicy, nenvironments), RG_MAX_ENVIRONMENTS, &environment_object},
	OBJECTS(RgPolicy, "reviews", nreviews, reviews, RG_MAX_ELEMENTS, review_object),
	OBJECTS(RgPolicy, "gates", ngates, gates, RG_MAX_ELEMENTS, gate_object),
	{"reports", rg_read_object, false, 0, 0, 0, &rg_reports_object},
	OBJECTS(RgPolicy, "checklist", nchecks, checks, RG_MAX_ELEMENTS, check_object),
	OBJECTS(RgPolicy, "approvals", napprovals, approvals, RG_MAX_ELEMENTS, approval_object),
	OBJECTS(RgPolicy, "windows", nwindows, windows, RG_MAX_ELEMENTS, window_object),
	OBJECTS(RgPolicy, "freezes", nfreezes, freezes, RG_MAX_ELEMENTS, freeze_object),
	OBJECTS(RgPolicy, "waivers", nwaivers, waivers, RG_MAX_ELEMENTS, waiver_object),
	{"migrations", rg_read_object, false, offsetof(RgPolicy, migrations), 0, 0, &migration_object},
	{"rollback", rg_read_object, false, 0, 0, 0, &rollback_object},
	OBJECTS(RgPolicy, "slas", nslas, slas, RG_MAX_ELEMENTS, sla_object)
};
const RgObject rg_document_object =
OBJECT("policy", RgPolicy, document_fields, NULL, NULL);
