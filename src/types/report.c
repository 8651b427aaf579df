/*
 * report.c: how the types speak to people when a text or a comparison is
 * refused: what, why, and what to do next, with only the start of the text.
 */
#include "types/sql.h"

#include "mb/pg_wchar.h"

#define EXCERPT_LEN		40

char *
rg_excerpt(const char *str, size_t len)
{
	int			look = (int) Min(len, EXCERPT_LEN + MAX_MULTIBYTE_CHAR_LEN);
	int			keep = pg_mbcliplen(str, look, EXCERPT_LEN);

	if ((size_t) keep < len)
		return psprintf("%.*s...", keep, str);
	return pnstrdup(str, keep);
}

void
rg_refuse(struct Node *escontext, const char *type, const char *str,
		  RgFault fault)
{
	char	   *excerpt = rg_excerpt(str, strlen(str));

	if (rg_fault_is_range(fault))
		errsave(escontext,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value out of range for type %s: \"%s\"", type, excerpt),
				 errdetail("%s", rg_fault_detail(fault)),
				 errhint("%s", rg_fault_hint(fault))));
	else
		errsave(escontext,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", type, excerpt),
				 errdetail("%s", rg_fault_detail(fault)),
				 errhint("%s", rg_fault_hint(fault))));
}

void
rg_measure_require_same_family(const RgMeasure *a, const RgMeasure *b)
{
	RgFamily	left = rg_measure_family(a);
	RgFamily	right = rg_measure_family(b);
	char		abuf[RG_MEASURE_MAXLEN];
	char		bbuf[RG_MEASURE_MAXLEN];

	if (likely(left == right))
		return;
	rg_measure_format(a, abuf);
	rg_measure_format(b, bbuf);
	ereport(ERROR,
			(errcode(ERRCODE_RG_UNIT_MISMATCH),
			 errmsg("cannot compare %s with %s", abuf, bbuf),
			 errdetail("%s is of the family %s, %s of the family %s.",
					   abuf, rg_family_name(left), bbuf, rg_family_name(right)),
			 errhint("Compare within a family only; releasegov.measure_family() tells which one a measure is of.")));
}
