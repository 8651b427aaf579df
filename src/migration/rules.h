/*
 * rules.h: the second half of a rule's key, where the grammar's own enums do
 * not say enough: what rule_sub() in run.c makes of a statement.
 */
#ifndef RG_MIGRATION_RULES_H
#define RG_MIGRATION_RULES_H

#include "migration/migration.h"

/* ADD CONSTRAINT, by ConstrType */
#define RG_SUB_CONSTRAINT		2000
#define RG_SUB_NOT_VALID		2100
#define RG_SUB_USING_INDEX		2200
#define RG_SUB_NOT_ENFORCED		2250
/* other sub-commands of ALTER TABLE */
#define RG_SUB_DROP_DEFAULT		2300
#define RG_SUB_DETACH_CONCURRENTLY 2301
#define RG_SUB_ENFORCE			2302
#define RG_SUB_UNENFORCE		2303
#define RG_SUB_INHERIT			2304
#define RG_SUB_UNINHERIT		2305
/* DROP ... CONCURRENTLY, by ObjectType */
#define RG_SUB_CONCURRENTLY		2000
/* CREATE INDEX, REINDEX, REFRESH */
#define RG_SUB_UNIQUE			1
#define RG_SUB_CONCURRENT		2
/* CREATE OR REPLACE */
#define RG_SUB_REPLACE			1
#define RG_SUB_PROCEDURE		2
/* CREATE TABLE, CREATE TABLE AS, SELECT */
#define RG_SUB_PARTITION		1
#define RG_SUB_MATVIEW			1
#define RG_SUB_INTO				1
/* COPY */
#define RG_SUB_COPY_IN			1
#define RG_SUB_COPY_FILE		2
/* VACUUM */
#define RG_SUB_ANALYZE			0
#define RG_SUB_VACUUM			1
#define RG_SUB_VACUUM_FULL		2
/* CLUSTER, REPACK */
#define RG_SUB_REPACK			1
#define RG_SUB_REPACK_CONCURRENTLY 2
/* ALTER TYPE ... VALUE */
#define RG_SUB_RENAME_VALUE		1

#endif							/* RG_MIGRATION_RULES_H */
