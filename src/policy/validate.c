/*
 * validate.c: what the sections of a policy must mean together: a way into
 * every environment, somebody for every rule, a time for every kind of
 * release. Pure: structs in, faults out.
 */
#include "policy/document.h"

#define IN(set, i) (((set) & (UINT64CONST(1) << (i))) != 0)

typedef struct Place
{
	RgPath		section;
	RgPath		element;
} Place;

/* $.section[index] */
static const RgPath *
place(Place *at, const char *section, int index)
{
	at->section = (RgPath) {NULL, section, 0};
	at->element = (RgPath) {&at->section, NULL, index};
	return &at->element;
}

/* What has a fault for a name is still not without one. */
static const char *
named(const char *name)
{
	return name ? name : "";
}

static const char *
shown(const char *name)
{
	return rg_found_text(named(name));
}

/* ---- environments ---- */

/* Does the chain of predecessors of `from` come to `wanted`? */
static bool
comes_after(const RgPolicy *policy, int from, int wanted)
{
	int			at = policy->environments[from].after;

	for (int steps = 0; at >= 0 && steps < RG_MAX_ENVIRONMENTS; steps++)
	{
		if (at == wanted)
			return true;
		at = policy->environments[at].after;
	}
	return false;
}

static bool
starts_somewhere(const RgPolicy *policy, int env)
{
	for (int steps = 0; steps <= RG_MAX_ENVIRONMENTS; steps++)
	{
		if (policy->environments[env].after < 0)
			return true;
		env = policy->environments[env].after;
	}
	return false;
}

static void
check_chains(RgReader *reader)
{
	const RgPolicy *policy = reader->policy;
	Place		at;

	for (int i = 0; i < policy->nenvironments; i++)
	{
		int			after = policy->environments[i].after;

		if (starts_somewhere(policy, i))
			continue;
		rg_policy_fault(reader, place(&at, "environments", i), "after",
						comes_after(policy, i, i) ?
						"expected no cycle, found %s, which itself comes after this one" :
						"expected an environment that can be reached, found %s, which waits for itself",
						shown(policy->environments[after].name));
	}
}

static void
check_releases(RgReader *reader)
{
	const RgPolicy *policy = reader->policy;
	RgPath		environments = {NULL, "environments", 0};

	for (int i = 0; i < policy->nenvironments; i++)
	{
		if (policy->environments[i].releases)
			return;
	}
	if (rg_policy_clean(reader, NULL, "environments"))
		rg_policy_fault(reader, &environments, NULL,
						"expected one with \"releases\": true, where going live makes a release released, found none");
}

static void
check_approvals_exist(RgReader *reader)
{
	const RgPolicy *policy = reader->policy;
	Place		at;

	if (!rg_policy_clean(reader, NULL, "approvals"))
		return;
	for (int env = 0; env < policy->nenvironments; env++)
	{
		if (!policy->environments[env].approval_required)
			continue;
		for (int kind = 0; kind < RG_KIND_COUNT; kind++)
		{
			bool		found = false;

			for (int i = 0; i < policy->napprovals && !found; i++)
				found = IN(policy->approvals[i].environments, env) &&
					IN(policy->approvals[i].kinds, kind);
			if (!found)
				rg_policy_fault(reader, place(&at, "environments", env), "approval_required",
								"expected an approval rule for kind %s, found none",
								rg_kind_names[kind]);
		}
	}
}

/* An environment with windows opens at some time for every kind. */
static void
check_windows(RgReader *reader)
{
	const RgPolicy *policy = reader->policy;
	RgPath		windows = {NULL, "windows", 0};

	if (!rg_policy_clean(reader, NULL, "windows"))
		return;
	for (int env = 0; env < policy->nenvironments; env++)
	{
		RgKindSet	open = 0;

		for (int i = 0; i < policy->nwindows; i++)
		{
			if (IN(policy->windows[i].environments, env))
				open |= policy->windows[i].kinds;
		}
		for (int kind = 0; open != 0 && kind < RG_KIND_COUNT; kind++)
		{
			if (!IN(open, kind))
				rg_policy_fault(reader, &windows, NULL,
								"expected a window of %s for kind %s too (\"always\": true is one), found only windows for others",
								shown(policy->environments[env].name), rg_kind_names[kind]);
		}
	}
}

/* ---- gates and reviews ---- */

static void
check_measured_in(RgReader *reader, const RgPath *path, const RgGate *gate)
{
	const RgPolicy *policy = reader->policy;
	RgPath		map = {path, "measured_in", 0};

	for (int target = 0; target < policy->nenvironments; target++)
	{
		int			source = gate->measured_in[target];
		const char *name = policy->environments[target].name;

		if (source < 0 || name == NULL)
			continue;
		if (!IN(gate->environments, target))
			rg_policy_fault(reader, &map, name,
							"expected one of the gate's environments as key, found %s",
							shown(name));
		else if (source != target && !comes_after(policy, target, source))
			rg_policy_fault(reader, &map, name,
							"expected an environment that releases pass before %s, found %s",
							shown(name), shown(policy->environments[source].name));
	}
}

static void
check_gates(RgReader *reader)
{
	const RgPolicy *policy = reader->policy;
	Place		at;

	for (int i = 0; i < policy->ngates; i++)
		check_measured_in(reader, place(&at, "gates", i), &policy->gates[i]);
	if (policy->nresults > RG_MAX_RESULTS)
		rg_policy_fault(reader, NULL, "gates",
						"expected at most %d gates and parts of gates in all, found %d",
						RG_MAX_RESULTS, policy->nresults);
}

static void
check_reviews(RgReader *reader)
{
	const RgPolicy *policy = reader->policy;
	Place		at;

	for (int i = 0; i < policy->nreviews; i++)
	{
		bool		asked = !policy->reviews[i].on_demand;

		for (int g = 0; g < policy->ngates && !asked; g++)
			asked = policy->gates[g].review == i;
		asked = asked || (policy->migrations.environments != 0 &&
						  policy->migrations.review == i);
		if (!asked && rg_policy_clean(reader, NULL, "gates") &&
			rg_policy_clean(reader, place(&at, "reviews", i), NULL))
			rg_policy_fault(reader, place(&at, "reviews", i), NULL,
							"expected \"kinds\" or \"categories\" that need it, or a gate that asks for it, found none");
	}
}

/* ---- the checklist ---- */

static void
check_computed(RgReader *reader, const RgPath *path, const RgCheck *check,
			   const RgCheckComputed *computed)
{
	const RgPolicy *policy = reader->policy;

	for (int env = 0; env < policy->nenvironments; env++)
	{
		const char *name = policy->environments[env].name;

		if (!IN(check->environments, env) || name == NULL)
			continue;
		if (computed->source == RG_CHECK_SOAK && policy->environments[env].soak == 0)
			rg_policy_fault(reader, path, NULL,
							"expected \"soak\" only where the environment has one, found none in %s", name);
		if (computed->source == RG_CHECK_GATE && computed->gate >= 0 &&
			!IN(policy->gates[computed->gate].environments, env))
			rg_policy_fault(reader, path, NULL,
							"expected a gate of %s, found %s, which does not apply there",
							name, shown(policy->gates[computed->gate].name));
	}
	if (computed->source == RG_CHECK_MIGRATIONS &&
		(check->environments & ~policy->migrations.environments) != 0)
		rg_policy_fault(reader, path, NULL,
						"expected \"migrations\" only where the section \"migrations\" applies, found an environment where it does not");
	if (computed->source == RG_CHECK_GATE && computed->gate >= 0 &&
		(check->kinds & ~policy->gates[computed->gate].kinds) != 0)
		rg_policy_fault(reader, path, NULL,
						"expected a gate for the kinds of this item, found %s, which is for fewer",
						shown(policy->gates[computed->gate].name));
}

static void
check_checklist(RgReader *reader)
{
	const RgPolicy *policy = reader->policy;

	for (int i = 0; i < policy->nchecks; i++)
	{
		const RgCheck *check = &policy->checks[i];
		Place		at;
		RgPath		computed = {place(&at, "checklist", i), "computed", 0};

		for (int c = 0; c < check->ncomputed; c++)
		{
			RgPath		here = {&computed, NULL, c};

			if (rg_policy_clean(reader, NULL, "gates") &&
				rg_policy_clean(reader, &here, NULL))
				check_computed(reader, &here, check, &check->computed[c]);
		}
	}
}

/* ---- waivers ---- */

/* Requirements of every policy that can be waived, see promotion_eligibility;
 * the others are gate:NAME, review:NAME, checklist:NAME and approval:NAME. */
static const char *const plain_requirements[] = {
	"predecessor", "soak", "approval", "blocking_issues", "release_notes",
	"artifact", "window", "freeze", "hold", "migrations", "migration_class"
};

/* "gate:lint", "gate:*", "*" */
static bool
pattern_matches(const char *pattern, const char *kind, const char *name)
{
	size_t		len = strlen(kind);

	if (strcmp(pattern, "*") == 0)
		return true;
	if (strncmp(pattern, kind, len) != 0)
		return false;
	if (name == NULL)
		return pattern[len] == '\0';
	return pattern[len] == ':' && (strcmp(pattern + len + 1, "*") == 0 ||
								   strcmp(pattern + len + 1, name) == 0);
}

static bool
pattern_matches_any(const RgPolicy *policy, const char *pattern)
{
	for (int i = 0; i < (int) lengthof(plain_requirements); i++)
	{
		if (pattern_matches(pattern, plain_requirements[i], NULL))
			return true;
	}
	for (int i = 0; i < policy->ngates; i++)
	{
		if (pattern_matches(pattern, "gate", named(policy->gates[i].name)))
			return true;
	}
	for (int i = 0; i < policy->nreviews; i++)
	{
		if (pattern_matches(pattern, "review", named(policy->reviews[i].name)))
			return true;
	}
	for (int i = 0; i < policy->nchecks; i++)
	{
		if (pattern_matches(pattern, "checklist", named(policy->checks[i].name)))
			return true;
	}
	for (int i = 0; i < policy->napprovals; i++)
	{
		if (pattern_matches(pattern, "approval", named(policy->approvals[i].name)))
			return true;
	}
	return false;
}

static void
check_waivers(RgReader *reader)
{
	const RgPolicy *policy = reader->policy;

	for (int i = 0; i < policy->nwaivers; i++)
	{
		const RgWaiverRule *waiver = &policy->waivers[i];
		Place		at;
		RgPath		requirements = {place(&at, "waivers", i), "requirements", 0};

		for (int r = 0; r < waiver->nrequirements; r++)
		{
			RgPath		here = {&requirements, NULL, r};
			const char *pattern = waiver->requirements[r];

			if (pattern && !pattern_matches_any(policy, pattern))
				rg_policy_fault(reader, &here, NULL,
								"expected a requirement of this policy such as \"gate:*\", \"window\" or \"*\", found %s",
								rg_found_text(pattern));
		}
	}
}

void
rg_policy_validate(RgReader *reader)
{
	check_chains(reader);
	check_releases(reader);
	check_approvals_exist(reader);
	check_windows(reader);
	check_reviews(reader);
	check_gates(reader);
	check_checklist(reader);
	check_waivers(reader);
}
