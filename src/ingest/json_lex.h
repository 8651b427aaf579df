/*
 * json_lex.h: the differences between the servers' JSON lexers, and strings.
 */
#ifndef RG_JSON_LEX_H
#define RG_JSON_LEX_H

#include "common/jsonapi.h"

/* Bytes of a member's name that has escapes: there it is cut. */
#define RG_JSON_MAX_ESCAPED 512

/* A lexer that checks escapes but does not decode them. */
extern JsonLexContext *rg_make_json_lexer(const char *data, int length);

/*
 * A string's contents, decoded into UTF-8 and palloc'd. \u0000 and lone
 * surrogates stand in real reports: they become U+FFFD, as do invalid bytes.
 */
extern char *rg_json_unescape(const char *str, int length);

#endif							/* RG_JSON_LEX_H */
