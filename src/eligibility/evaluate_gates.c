/*
 * evaluate_gates.c: a gate's newest result against its threshold. The verdict
 * is the policy's; the client's own "pass" is no more than evidence, though
 * its "fail" is believed.
 */
#include "eligibility/evaluate.h"

#include "utils/builtins.h"

static TimestampTz
result_expiry(const RgGate *gate, const RgFactResult *result)
{
	return gate->valid_for == RG_NO_DURATION ? RG_NEVER :
		result->measured_at + gate->valid_for;
}

const char *
rg_result_fault(const RgGate *gate, const RgFactResult *result)
{
	if (result->outcome == RG_OUTCOME_UNUSABLE)
		return "its outcome is neither pass nor fail";
	if (!gate->has_threshold)
		return result->outcome == RG_OUTCOME_NONE ?
			"the gate takes pass or fail, and the result says neither" : NULL;
	if (!result->has_measure)
		return "the result has no measure: the tool gave none, or its report could not be used";
	if (rg_measure_family(&result->measured) !=
		rg_measure_family(&gate->threshold.measure))
		return "the result is measured in another unit than the threshold";
	return NULL;
}

static bool
is_good(const RgGate *gate, const RgFactResult *result)
{
	if (result->outcome == RG_OUTCOME_FAIL)
		return false;
	return !gate->has_threshold ||
		rg_threshold_met(&gate->threshold, &result->measured);
}

RgStatus
rg_result_judge(const RgEvaluation *ev, const RgGate *gate,
				const RgFactResult *result)
{
	if (!result->found)
		return RG_PENDING;
	if (result_expiry(gate, result) <= ev->as_of)
		return RG_STALE;
	if (rg_result_fault(gate, result))
		return RG_ERROR;
	return is_good(gate, result) ? RG_SATISFIED : RG_UNSATISFIED;
}

/* ---- in words ---- */

/* The environment whose results count; NULL: CI's. */
static const char *
where_measured(const RgEvaluation *ev, const RgGate *gate)
{
	int			where = gate->measured_in[ev->environment];

	return where < 0 ? NULL : ev->policy->environments[where].name;
}

static const char *
describe_required(const RgEvaluation *ev, const RgGate *gate)
{
	StringInfoData words;

	initStringInfo(&words);
	appendStringInfoString(&words, gate->has_threshold ?
						   rg_text_threshold(&gate->threshold) : "pass");
	if (gate->nparts > 0)
		appendStringInfo(&words, gate->combine == RG_COMBINE_SUM ?
						 " in all, of %d parts" : " for each of %d parts",
						 gate->nparts);
	if (where_measured(ev, gate))
		appendStringInfo(&words, " in %s", where_measured(ev, gate));
	if (gate->valid_for != RG_NO_DURATION)
		appendStringInfo(&words, ", not older than %s",
						 rg_text_duration(gate->valid_for));
	return words.data;
}

static const char *
describe_observed(const RgEvaluation *ev, const RgFactResult *result)
{
	StringInfoData words;

	if (!result->found)
		return "no result";
	initStringInfo(&words);
	if (result->has_measure)
		appendStringInfoString(&words, rg_text_measure(&result->measured));
	if (result->outcome == RG_OUTCOME_PASS && !result->has_measure)
		appendStringInfoString(&words, "pass");
	if (result->outcome == RG_OUTCOME_FAIL)
		appendStringInfo(&words, "%sfail", result->has_measure ? ", " : "");
	return words.len ? words.data : "nothing usable";
}

static const char *
describe_detail(const RgEvaluation *ev, const RgGate *gate,
				const RgFactResult *result, RgStatus status)
{
	const char *place = where_measured(ev, gate);
	StringInfoData words;

	initStringInfo(&words);
	switch (status)
	{
		case RG_PENDING:
			appendStringInfo(&words, "no result for this version has been reported%s%s",
							 place ? " from " : "", place ? place : "");
			break;
		case RG_STALE:
			appendStringInfo(&words, "the newest result ran out at %s: it is %s old",
							 rg_text_time(result_expiry(gate, result)),
							 rg_text_age(result->measured_at, ev->as_of));
			break;
		case RG_ERROR:
			appendStringInfoString(&words, rg_result_fault(gate, result));
			break;
		case RG_UNSATISFIED:
			if (gate->has_threshold &&
				rg_threshold_met(&gate->threshold, &result->measured))
				appendStringInfoString(&words, "the figure is good, but the run was reported as failed");
			else
				appendStringInfo(&words, "%s, measured %s ago",
								 gate->has_threshold ? "the threshold is missed" :
								 "reported as failed",
								 rg_text_age(result->measured_at, ev->as_of));
			break;
		default:
			appendStringInfo(&words, "measured %s ago",
							 rg_text_age(result->measured_at, ev->as_of));
	}
	if (result->found && result->detail && result->detail[0])
		appendStringInfo(&words, "; %s", rg_text_line(result->detail, 200));
	return words.data;
}

/* The figure stays the reporter's to fill in: a remedy makes nothing up. */
static const char *
describe_remedy(const RgEvaluation *ev, const RgGate *gate, const char *part,
				RgStatus status)
{
	const char *place = where_measured(ev, gate);
	const char *app = quote_literal_cstr(ev->facts->application);
	const char *version = quote_literal_cstr(ev->facts->version);
	StringInfoData words;

	initStringInfo(&words);
	if (status == RG_UNSATISFIED)
		appendStringInfoString(&words, "fix it in a new version, or run the check again if it was not the code's fault: ");
	else
		appendStringInfo(&words, "run the check%s%s and report it: ",
						 place ? " in " : "", place ? place : "");
	appendStringInfo(&words,
					 "INSERT INTO releasegov.ci_result (application, version, gate, %s%s%s) VALUES (%s, %s, %s, %s%s%s)",
					 place ? "environment, " : "", part ? "part, " : "",
					 gate->has_threshold ? "measured" : "outcome",
					 app, version, quote_literal_cstr(gate->name),
					 place ? psprintf("%s, ", quote_literal_cstr(place)) : "",
					 part ? psprintf("%s, ", quote_literal_cstr(part)) : "",
					 gate->has_threshold ? "'...'" : "'pass'");
	return words.data;
}

static void
describe(RgEvaluation *ev, RgRequirement *row, const RgGate *gate,
		 const RgFactResult *results)
{
	const char *part = NULL;

	row->required = describe_required(ev, gate);
	if (gate->nparts > 0)
		part = rg_describe_parts(ev, row, gate, results);
	else
	{
		row->observed = describe_observed(ev, results);
		row->detail = describe_detail(ev, gate, results, row->status);
	}
	if (row->status != RG_SATISFIED)
		row->remedy = describe_remedy(ev, gate, part, row->status);
	for (int i = 0; i < Max(gate->nparts, 1); i++)
	{
		if (results[i].found)
			rg_cite(ev, row, &results[i].id);
	}
}

/* What a review must have been given after: every part's result. */
static const pg_uuid_t *
newest_id(const RgGate *gate, const RgFactResult *results)
{
	const pg_uuid_t *newest = &results[0].id;

	for (int i = 1; i < gate->nparts; i++)
	{
		if (memcmp(&results[i].id, newest, UUID_LEN) > 0)
			newest = &results[i].id;
	}
	return newest;
}

void
rg_evaluate_gates(RgEvaluation *ev)
{
	for (int i = 0; i < ev->policy->ngates; i++)
	{
		const RgGate *gate = &ev->policy->gates[i];
		const RgFactResult *results = &ev->facts->results[gate->first_result];
		RgRequirement *row;

		if (!rg_applies(ev, gate->environments, gate->kinds))
			continue;
		row = rg_row(ev, "gate", gate->name);
		ev->gates[i] = row;
		row->enforcement = gate->enforcement;
		row->status = gate->nparts > 0 ? rg_judge_parts(ev, gate, results) :
			rg_result_judge(ev, gate, results);
		if (row->status == RG_SATISFIED || row->status == RG_UNSATISFIED)
		{
			for (int part = 0; part < Max(gate->nparts, 1); part++)
				row->holds_until = Min(row->holds_until,
									   result_expiry(gate, &results[part]));
		}
		if (ev->full)
			describe(ev, row, gate, results);
		if (row->status == RG_UNSATISFIED && gate->enforcement == RG_REVIEW &&
			gate->review >= 0)
			rg_ask_review(ev, row, gate->review, newest_id(gate, results),
						  "accepted it", "this result came in");
	}
}
