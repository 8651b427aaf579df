/*
 * actor.c: who acts. The person is the session's user, whatever SET ROLE or a
 * SECURITY DEFINER function says; several names of one person (a git author,
 * a second login) are made one by the table identity.
 */
#include "store/store.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

const char *
rg_session_user(void)
{
	return GetUserNameFromId(GetSessionUserId(), false);
}

static char *
person_of_alias(RgTable *table, const char *alias, Snapshot snapshot)
{
	RgScan		scan;
	Datum		key = CStringGetTextDatum(alias);
	char	   *person = NULL;

	rg_scan_begin_text(&scan, table, 1, &key, snapshot, ForwardScanDirection);
	if (rg_scan_next(&scan))
	{
		bool		isnull;

		person = TextDatumGetCString(rg_slot_get(table->slot, "person", &isnull));
	}
	rg_scan_end(&scan);
	return person;
}

/* A person may have become the alias of another name since. */
char *
rg_person(const char *name, Snapshot snapshot)
{
	RgTable		table;
	char	   *person = pstrdup(name);
	char	   *next;

	rg_table_open(&table, "identity", NULL);
	for (int i = 0; i < RG_MAX_ALIASES; i++)
	{
		next = person_of_alias(&table, person, snapshot);
		if (next == NULL || strcmp(next, person) == 0)
			break;
		person = next;
	}
	rg_table_close(&table);
	return person;
}

/*
 * Membership, direct or inherited, with the right to SET ROLE included; being
 * a superuser is not membership: bypass is a row, never a privilege.
 */
bool
rg_holds_role(const char *person, const char *pg_role)
{
	Oid			who = get_role_oid(person, true);
	Oid			role = get_role_oid(pg_role, true);

	return OidIsValid(who) && OidIsValid(role) &&
		is_member_of_role_nosuper(who, role);
}

/* A broker was granted for: grant_access(role, 'broker'). */
bool
rg_session_is_broker(Snapshot snapshot)
{
	RgTable		table;
	RgScan		scan;
	Datum		key = CStringGetTextDatum("broker");
	Oid			user = GetSessionUserId();
	bool		found = false;

	rg_table_open(&table, "access_grant", NULL);
	rg_scan_begin_text(&scan, &table, 1, &key, snapshot, ForwardScanDirection);
	while (!found && rg_scan_next(&scan))
	{
		bool		isnull;
		char	   *name = TextDatumGetCString(rg_slot_get(table.slot, "grantee", &isnull));
		Oid			role = get_role_oid(name, true);

		found = OidIsValid(role) && is_member_of_role_nosuper(user, role);
		pfree(name);
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
	return found;
}
