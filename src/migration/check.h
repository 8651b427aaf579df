/*
 * check.h: what the statements of a migration say of themselves, for who keeps
 * it: the answer alone, without the trees and objects behind it (migration.h).
 */
#ifndef RG_CHECK_H
#define RG_CHECK_H

typedef struct RgMigrationCheck
{
	const char *class;			/* A, B, C */
	const char *reversibility;	/* as enum reversibility has it */
	bool		data_loss;
	bool		blank;			/* the up holds nothing, no comment either */
	const char *words;			/* why; "" where there is nothing to say */
} RgMigrationCheck;

/*
 * Reads both files, of which down may be NULL; RG019 for an up that cannot be
 * read, a WARNING for such a down.
 */
extern void rg_migration_check(const char *up, const char *down,
							   RgMigrationCheck *out);

#endif							/* RG_CHECK_H */
