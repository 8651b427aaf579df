/*
 * coverage.h: the records of a source file beside the summary that the file
 * has of its own.
 */
#ifndef RG_COVERAGE_H
#define RG_COVERAGE_H

#include "ingest/ingest.h"

/*
 * Adds what the records show, unless the summary knows of more that was missed:
 * then the summary, as for the whole report. Did it? A summary's valid is -1
 * where there is none.
 */
static inline bool
rg_coverage_add_file(RgCoverage *coverage, RgCoverageKind kind,
					 RgCovered records, RgCovered summary)
{
	bool		misses_more = summary.valid >= 0 &&
		summary.valid - summary.covered > records.valid - records.covered;
	RgCovered	counts = misses_more ? summary : records;

	(void) rg_coverage_add_counts(coverage, kind, counts.covered,
								  counts.valid);
	return misses_more;
}

#endif							/* RG_COVERAGE_H */
