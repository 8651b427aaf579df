/*
 * document.h: how a policy document is read: tables of fields (sections.c)
 * say which key goes to which member of which struct of policy.h, and the
 * readers (document.c) take it there or record a fault with its JSON path.
 */
#ifndef RG_DOCUMENT_H
#define RG_DOCUMENT_H

#include "policy/policy.h"

#include "nodes/pg_list.h"

/* Where a value stands; rendered only when there is a fault. */
typedef struct RgPath
{
	const struct RgPath *parent;	/* NULL: this is the document */
	const char *key;			/* NULL: an element of an array */
	int			index;
} RgPath;

/* What other parts of the document can name. */
typedef enum RgNameList
{
	RG_LIST_ROLES,
	RG_LIST_ENVIRONMENTS,
	RG_LIST_GATES,
	RG_LIST_REVIEWS,
	RG_LIST_CATEGORIES,
	RG_LIST_ENDPOINTS,
	RG_LIST_KINDS
} RgNameList;
#define RG_LIST_COUNT (RG_LIST_KINDS + 1)

/* The names of a list by index; NULL where an element has none. */
typedef struct RgNames
{
	int			n;
	const char **names;
	RgNameIndex sorted;
} RgNames;

/* Sizes beyond which a document is not a policy any more. */
#define RG_MAX_ELEMENTS 500		/* of every other array */
#define RG_MAX_NAME 63
#define RG_MAX_TITLE 200
#define RG_MAX_TEXT 2000
#define RG_MAX_DOCUMENT (1024 * 1024)
#define RG_MAX_BAD_RULES 20		/* one that nothing comes of takes long */
#define RG_MAX_BAD_PATHS 100	/* of which each is tried */
#define RG_MAX_FAULTS 10000		/* recorded; more say nothing new */

typedef struct RgReader
{
	RgPolicy   *policy;
	bool		stored;			/* it was accepted before */
	int			bad_rules;		/* of calendars */
	int			bad_paths;		/* of gates */
	List	   *faults;			/* of RgPolicyFault */
	RgNames		lists[RG_LIST_COUNT];
} RgReader;

struct RgField;
typedef void (*RgReadValue) (RgReader *reader, const RgPath *path,
							 const JsonbValue *value,
							 const struct RgField *field, void *object);

/* One key of an object. What offset, also, limit and arg mean is up to the
 * reader; "also" is a second member, such as the count of an array. */
typedef struct RgField
{
	const char *key;
	RgReadValue read;
	bool		required;
	size_t		offset;
	size_t		also;
	int			limit;
	const void *arg;
} RgField;

/* What a field's offset points at. */
#define MEMBER(object, type, at) (*(type *) ((char *) (object) + (at)))

typedef struct RgObject
{
	const char *what;			/* "a gate" */
	size_t		size;
	const RgField *fields;
	int			nfields;
	/* before the fields are read: defaults other than zero */
	void		(*prepare) (void *object);
	/* after: what the fields must mean together */
	void		(*finish) (RgReader *reader, const RgPath *path, void *object);
} RgObject;

/* A word and what it stands for; ends with a NULL word. */
typedef struct RgWord
{
	const char *word;
	int			value;
} RgWord;

/* ---- fault.c ---- */
extern void rg_policy_fault(RgReader *reader, const RgPath *path,
							const char *key, const char *format,...) pg_attribute_printf(4, 5);
/* No fault so far at this key or below it. */
extern bool rg_policy_clean(RgReader *reader, const RgPath *path,
							const char *key);
/* What was found, for a message: "90", an array, nothing. */
extern const char *rg_found(const JsonbValue *value);
extern const char *rg_found_text(const char *str);
/* ' (did you mean "x"?)', the few that there are, or nothing. */
extern const char *rg_suggestion(RgReader *reader, const char *str,
								 const char *const *names, int n);

/* ---- document.c: readers of single values ---- */
#define RG_READER(name) \
	extern void name(RgReader *reader, const RgPath *path, \
					 const JsonbValue *value, const RgField *field, \
					 void *object)
RG_READER(rg_read_ignored);		/* a text for editors */
RG_READER(rg_read_version);		/* the number of the format: 1 */
RG_READER(rg_read_text);		/* const char *; limit: bytes */
RG_READER(rg_read_name);		/* const char * */
RG_READER(rg_read_bool);		/* bool */
RG_READER(rg_read_count);		/* int; from 1 to limit */
RG_READER(rg_read_duration);	/* int64 */
RG_READER(rg_read_percent);		/* RgMeasure */
RG_READER(rg_read_threshold);	/* RgThreshold; also: bool, it was there */
RG_READER(rg_read_sustained);	/* RgSustained */
RG_READER(rg_read_word);		/* int; arg: RgWord[] */
RG_READER(rg_read_switch);		/* bool; arg: RgWord[] */
RG_READER(rg_read_flags);		/* array; arg: RgWord[], values are offsets of
								 * bools */
/* readers of names of other parts; limit: RgNameList */
RG_READER(rg_read_reference);	/* int index */
RG_READER(rg_read_set);			/* bit set; also: its size in bytes */
RG_READER(rg_read_map);			/* int[]: target -> index, both of the list */
/* readers of arrays; also: offset of the int count */
RG_READER(rg_read_texts);		/* const char **; limit: bytes of each */
RG_READER(rg_read_names);		/* const char **; names that are defined here */
RG_READER(rg_read_references);	/* const char **; names of list `limit` */
RG_READER(rg_read_figures);		/* const char ** */
RG_READER(rg_read_parts);		/* const char **; or a number: "1" to it */
RG_READER(rg_read_computed);	/* RgCheckComputed * */
RG_READER(rg_read_objects);		/* structs; arg: RgObject, limit: how many */
/* readers of objects */
RG_READER(rg_read_object);		/* arg: RgObject; a struct in this one, or the
								 * same at offset 0 */
RG_READER(rg_read_keyed);		/* object of objects; the key is the name */

extern bool rg_is_name(const char *str, size_t len);
extern int	rg_name_index_find(const RgNameIndex *index, const char *name);
extern void rg_name_index_build(RgNameIndex *index, const char *const *names,
								int n);

/* ---- sections.c ---- */
extern const RgObject rg_document_object;
extern const char *const rg_kind_names[];

/* ---- paths.c: paths into reports, and reports that are kept ---- */
RG_READER(rg_read_unit);		/* of an RgPathQuery */
RG_READER(rg_read_namespaces);	/* the same */
RG_READER(rg_read_keep_below);	/* int64: bytes */
extern const RgWord rg_take_words[];
extern const RgObject rg_reports_object;
extern void rg_check_gate_path(RgReader *reader, const RgPath *path,
							   RgGate *gate);

/* ---- figures.c: what reports measure, and in what ---- */
/* 1: known, with its family; 0: unknown */
extern bool rg_figure_family(const char *figure, RgFamily *family);

/* ---- validate.c: what the sections must mean together ---- */
extern void rg_policy_validate(RgReader *reader);

#endif							/* RG_DOCUMENT_H */
