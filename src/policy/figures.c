/*
 * figures.c: the figures that reports have, by the part of the name before
 * the dot, and what each is measured in, so that a policy cannot ask a
 * latency to be at least 90 %.
 */
#include "policy/document.h"

typedef struct FigureFamily
{
	const char *prefix;			/* or the whole name */
	RgFamily	family;
} FigureFamily;

/* The first that fits counts. */
static const FigureFamily figure_families[] = {
	{"tests.pass_rate", RG_FAMILY_PERCENT},
	{"tests.", RG_FAMILY_COUNT},
	{"coverage.lines_covered", RG_FAMILY_COUNT},
	{"coverage.lines_valid", RG_FAMILY_COUNT},
	{"coverage.branches_covered", RG_FAMILY_COUNT},
	{"coverage.branches_valid", RG_FAMILY_COUNT},
	{"coverage.functions_covered", RG_FAMILY_COUNT},
	{"coverage.functions_valid", RG_FAMILY_COUNT},
	{"coverage.statements_covered", RG_FAMILY_COUNT},
	{"coverage.statements_valid", RG_FAMILY_COUNT},
	{"coverage.", RG_FAMILY_PERCENT},
	{"findings.", RG_FAMILY_COUNT},
	{"lint.", RG_FAMILY_COUNT},
	{"architecture.", RG_FAMILY_COUNT},
	{"latency.", RG_FAMILY_TIME},
	{"lighthouse.", RG_FAMILY_COUNT},
	{"requests.error_rate", RG_FAMILY_PERCENT},
	{"requests.", RG_FAMILY_COUNT},
	{"checks.", RG_FAMILY_COUNT},
	{"thresholds.", RG_FAMILY_COUNT},
	{"size.failed", RG_FAMILY_COUNT},
	{"size.", RG_FAMILY_BYTES}
};

bool
rg_figure_family(const char *figure, RgFamily *family)
{
	for (int i = 0; i < (int) lengthof(figure_families); i++)
	{
		const char *prefix = figure_families[i].prefix;
		size_t		len = strlen(prefix);

		if (strncmp(figure, prefix, len) != 0)
			continue;
		if (prefix[len - 1] == '.' ?
			!rg_is_name(figure + len, strlen(figure + len)) :
			figure[len] != '\0')
			continue;
		*family = figure_families[i].family;
		return true;
	}
	return false;
}
