/*
 * compat.h: the only file that looks at PG_VERSION_NUM. PostgreSQL 15 to 19
 * differ in a few calls; each difference is named here once.
 */
#ifndef RG_COMPAT_H
#define RG_COMPAT_H

#include "postgres.h"
#include "fmgr.h"

#if PG_VERSION_NUM < 150000
#error "releasegov needs PostgreSQL 15 or later"
#endif

/* Since 16, postgres.h brings no access to varlena values. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* 18 says pg_noreturn, before the declaration. */
#if PG_VERSION_NUM >= 180000
#define pg_attribute_noreturn() __attribute__((noreturn))
#endif

/* Soft input errors came with 16; before, an input error is an ERROR. */
#if PG_VERSION_NUM < 160000
#define ereturn(context, dummy_value, ...) \
	do { (void) (context); ereport(ERROR, __VA_ARGS__); return dummy_value; } while (0)
#define errsave(context, ...) \
	do { (void) (context); ereport(ERROR, __VA_ARGS__); } while (0)
#define RG_ESCONTEXT(fcinfo) NULL
struct Node;
#else
#include "nodes/miscnodes.h"
#define RG_ESCONTEXT(fcinfo) ((fcinfo)->context)
#endif

/* The transaction's local id: MyProc->lxid moved with 17. */
#if PG_VERSION_NUM < 170000
#define RG_MY_LXID (MyProc->lxid)
#else
#define RG_MY_LXID (MyProc->vxid.lxid)
#endif

/* index_beginscan has had an argument for instrumentation since 18, and flags since 19. */
#if PG_VERSION_NUM < 180000
#define rg_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, nkeys, 0)
#elif PG_VERSION_NUM < 190000
#define rg_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, NULL, nkeys, 0)
#else
#define rg_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, NULL, nkeys, 0, 0)
#endif

/* 19 keeps in one state the jsonb that is being made and what it came to. */
#if PG_VERSION_NUM < 190000
#define RG_JSONB_STATE struct JsonbParseState *
#define rg_jsonb_finish(state, token) pushJsonbValue(state, token, NULL)
#else
#define RG_JSONB_STATE struct JsonbInState
#define rg_jsonb_finish(state, token) \
	(pushJsonbValue(state, token, NULL), (state)->result)
#endif

/* 19 reads strings as the standard says, and no other way. */
#if PG_VERSION_NUM < 190000
#define rg_conforming_strings() standard_conforming_strings
#define rg_set_conforming_strings(on) (standard_conforming_strings = (on))
#else
#define rg_conforming_strings() true
#define rg_set_conforming_strings(on) ((void) (on))
#endif

/* The JSON lexer lives where it is told from 17 on. */
#if PG_VERSION_NUM >= 170000
#define RG_MAKE_JSON_LEXER(data, length, encoding) \
	makeJsonLexContextCstringLen(NULL, data, length, encoding, false)
#else
#define RG_MAKE_JSON_LEXER(data, length, encoding) \
	makeJsonLexContextCstringLen((char *) (data), length, encoding, false)
#endif

/*
 * Parts of the grammar that not every server has: rules name them all the same,
 * as what no statement is.
 */
#if PG_VERSION_NUM < 170000
#define AT_SetExpression (-17)
#endif
#if PG_VERSION_NUM < 190000
#define T_WaitStmt ((NodeTag) 100019)
#endif

/* Generated columns need not be stored since 18. */
#if PG_VERSION_NUM < 180000
#define RG_GENERATED_STORED(constraint) true
#else
#define RG_GENERATED_STORED(constraint) ((constraint)->generated_kind == 's')
#endif

/*
 * ALTER CONSTRAINT has a node of its own since 18, and then says more than when
 * the constraint is checked; and a constraint need not be enforced.
 */
#if PG_VERSION_NUM < 180000
#define RG_ALTERED_CONSTRAINT(def) castNode(Constraint, def)
#define RG_ALTERS_ENFORCEMENT(def) false
#define RG_ALTERS_INHERITANCE(def) false
#define RG_IS_ENFORCED(node) true
#define RG_IS_INHERITED(node) true
#else
#define RG_ALTERED_CONSTRAINT(def) castNode(ATAlterConstraint, def)
#define RG_ALTERS_ENFORCEMENT(def) (RG_ALTERED_CONSTRAINT(def)->alterEnforceability)
#define RG_ALTERS_INHERITANCE(def) (RG_ALTERED_CONSTRAINT(def)->alterInheritability)
#define RG_IS_ENFORCED(node) ((node)->is_enforced)
#define RG_IS_INHERITED(node) (!(node)->noinherit)
#endif

/* 19 has REPACK, of which CLUSTER is an older spelling. */
#if PG_VERSION_NUM >= 190000
#define T_ClusterStmt T_RepackStmt
#define RG_CLUSTER_RELATION(stmt) \
	(((RepackStmt *) (stmt))->relation ? ((RepackStmt *) (stmt))->relation->relation : NULL)
#define RG_IS_REPACK(stmt) (((RepackStmt *) (stmt))->command == REPACK_COMMAND_REPACK)
#define RG_CLUSTER_OPTIONS(stmt) (((RepackStmt *) (stmt))->params)
#else
#define RG_CLUSTER_RELATION(stmt) (((ClusterStmt *) (stmt))->relation)
#define RG_IS_REPACK(stmt) false
#define RG_CLUSTER_OPTIONS(stmt) (((ClusterStmt *) (stmt))->params)
#endif

#endif							/* RG_COMPAT_H */
