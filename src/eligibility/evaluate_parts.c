/*
 * evaluate_parts.c: a gate that several packages or shards feed. Each part has
 * its own newest result; one that is missing is named, and no other part's
 * result stands in for it.
 */
#include "eligibility/evaluate.h"

/* Named of each kind; of the others only how many there are. */
#define SHOWN_PARTS 10

/*
 * From best to worst. What is missing or cannot be judged comes before a miss,
 * which a review may accept: nobody can accept what nobody has seen.
 */
static const RgStatus ranks[] = {
	RG_SATISFIED, RG_UNSATISFIED, RG_STALE, RG_PENDING, RG_ERROR
};

static int
rank_of(RgStatus status)
{
	int			i = 0;

	while (i < (int) lengthof(ranks) - 1 && ranks[i] != status)
		i++;
	return i;
}

/* By itself; a summand only has to be usable and not to have failed. */
static RgStatus
judge_part(const RgEvaluation *ev, const RgGate *gate,
		   const RgFactResult *result)
{
	RgStatus	status = rg_result_judge(ev, gate, result);

	if (gate->combine == RG_COMBINE_SUM && status == RG_UNSATISFIED &&
		result->outcome != RG_OUTCOME_FAIL)
		return RG_SATISFIED;
	return status;
}

static RgStatus
worst_part(const RgEvaluation *ev, const RgGate *gate,
		   const RgFactResult *results)
{
	RgStatus	worst = RG_SATISFIED;

	for (int i = 0; i < gate->nparts; i++)
	{
		RgStatus	status = judge_part(ev, gate, &results[i]);

		if (rank_of(status) > rank_of(worst))
			worst = status;
	}
	return worst;
}

/* Of parts that all have a measure of the threshold's family. */
static bool
sum_of(const RgGate *gate, const RgFactResult *results, RgMeasure *sum)
{
	const RgMeasure **measures = palloc(sizeof(RgMeasure *) * gate->nparts);

	for (int i = 0; i < gate->nparts; i++)
		measures[i] = &results[i].measured;
	return rg_measure_sum(measures, gate->nparts, sum);
}

RgStatus
rg_judge_parts(const RgEvaluation *ev, const RgGate *gate,
			   const RgFactResult *results)
{
	RgStatus	worst = worst_part(ev, gate, results);
	RgMeasure	sum;

	if (gate->combine != RG_COMBINE_SUM || worst != RG_SATISFIED)
		return worst;
	if (!sum_of(gate, results, &sum))
		return RG_ERROR;
	return rg_threshold_met(&gate->threshold, &sum) ? RG_SATISFIED :
		RG_UNSATISFIED;
}

/* ---- in words ---- */

static const char *
describe_part(const RgGate *gate, int part, const RgFactResult *result,
			  RgStatus status)
{
	const char *name = rg_text_line(gate->parts[part], 60);

	if (status == RG_ERROR)
		return result->detail && result->detail[0] ?
			psprintf("%s (%s; %s)", name, rg_result_fault(gate, result),
					 rg_text_line(result->detail, 100)) :
			psprintf("%s (%s)", name, rg_result_fault(gate, result));
	if (status != RG_UNSATISFIED)
		return name;
	if (result->detail && result->detail[0] && !result->has_measure)
		return psprintf("%s (%s)", name, rg_text_line(result->detail, 100));
	if (result->has_measure)
		return psprintf("%s (%s)", name, rg_text_measure(&result->measured));
	return name;
}

/* "no result: web, worker and 3 more" */
static const char *
list_parts(RgEvaluation *ev, StringInfo words, const RgGate *gate,
		   const RgFactResult *results, RgStatus wanted, const char *heading)
{
	const char *first = NULL;
	int			found = 0;

	for (int i = 0; i < gate->nparts; i++)
	{
		RgStatus	status = judge_part(ev, gate, &results[i]);

		if (status != wanted)
			continue;
		if (found == 0)
			appendStringInfo(words, "%s%s: ", words->len ? "; " : "", heading);
		if (found < SHOWN_PARTS)
			appendStringInfo(words, "%s%s", found ? ", " : "",
							 describe_part(gate, i, &results[i], status));
		if (found++ == 0)
			first = gate->parts[i];
	}
	if (found > SHOWN_PARTS)
		appendStringInfo(words, " and %d more", found - SHOWN_PARTS);
	return first;
}

static int
count_met(const RgEvaluation *ev, const RgGate *gate,
		  const RgFactResult *results)
{
	int			met = 0;

	for (int i = 0; i < gate->nparts; i++)
		met += judge_part(ev, gate, &results[i]) == RG_SATISFIED ? 1 : 0;
	return met;
}

static TimestampTz
oldest(const RgGate *gate, const RgFactResult *results)
{
	TimestampTz at = results[0].measured_at;

	for (int i = 1; i < gate->nparts; i++)
		at = Min(at, results[i].measured_at);
	return at;
}

const char *
rg_describe_parts(RgEvaluation *ev, RgRequirement *row, const RgGate *gate,
				  const RgFactResult *results)
{
	static const struct
	{
		RgStatus	status;
		const char *heading;
	}			kinds[] = {
		{RG_PENDING, "no result"},
		{RG_ERROR, "cannot be judged"},
		{RG_STALE, "ran out"},
		{RG_UNSATISFIED, "not met"},
	};
	StringInfoData words;
	const char *amiss = NULL;
	int			met = count_met(ev, gate, results);
	RgMeasure	sum;

	initStringInfo(&words);
	for (int i = 0; i < (int) lengthof(kinds); i++)
	{
		const char *first = list_parts(ev, &words, gate, results,
									   kinds[i].status, kinds[i].heading);

		amiss = amiss ? amiss : first;
	}
	row->observed = psprintf("%d of %d parts %s", met, gate->nparts,
							 gate->combine == RG_COMBINE_SUM ? "known" : "met");
	if (met < gate->nparts)
	{
		row->detail = words.data;
		return amiss;
	}
	if (gate->combine == RG_COMBINE_SUM)
		row->observed = sum_of(gate, results, &sum) ?
			psprintf("%s in all", rg_text_measure(&sum)) :
			"more than can be added up";
	row->detail = psprintf("all %d parts have a result, the oldest %s ago%s",
						   gate->nparts,
						   rg_text_age(oldest(gate, results), ev->as_of),
						   row->status == RG_SATISFIED ? "" :
						   "; the threshold is missed by all of them together");

	/* a sum that is missed is mended in any of its parts: a remedy names one */
	return row->status == RG_SATISFIED ? NULL : gate->parts[0];
}
