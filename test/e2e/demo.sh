#!/usr/bin/env bash
# The main job, told as a story: the reference policy, unchanged, governs the
# releases of a small tea shop (test/e2e/app) on the reports that its own tools
# wrote (test/e2e/reports).
#
# A release must be stable in staging for 24 hours and goes to production on
# Tuesdays and Wednesdays only, so the story takes weeks. It has a server of
# its own whose clock is set ahead between the scenes (libfaketime); nothing
# else is made believe. Everything else, people included, is as in real life:
# each of them logs in as themselves.
set -euo pipefail
cd "$(dirname "$0")/../.."
eval "$(test/server env)"
home=$PGHOST/demo
export PGPORT=54330 PGDATABASE=demo PGTZ=UTC PGAPPNAME=demo PSQLRC=/dev/null
clock_file=$home/clock

# ---- the stage ----------------------------------------------------------

as_server() { (cd / && "$OLDPWD/test/server" run "$@"); }

faketime_library() {
  find /usr/lib -name libfaketime.so.1 -path '*faketime*' 2>/dev/null | head -n 1
}

build_stage() {
  local library
  library=$(faketime_library)
  [ -n "$library" ] || { echo "libfaketime is not installed (test/packages installs it)" >&2; exit 1; }
  close_stage
  rm -rf --one-file-system "$home"
  mkdir -p "$home"
  echo +0 >"$clock_file"
  [ "$(id -u)" -ne 0 ] || chown -R --reference="$PGHOST/home" "$home"
  as_server initdb -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  as_server env TZ=UTC "LD_PRELOAD=$library" "FAKETIME_TIMESTAMP_FILE=$clock_file" FAKETIME_NO_CACHE=1 \
    FAKETIME_DONT_FAKE_MONOTONIC=1 pg_ctl -D "$home/data" -w -l "$home/postgres.log" \
    -o "-k $PGHOST -p $PGPORT -c listen_addresses='' -c fsync=off -c autovacuum=off -c TimeZone=UTC" start >/dev/null
}

close_stage() {
  [ ! -s "$home/data/postmaster.pid" ] || as_server pg_ctl -D "$home/data" -m immediate -w stop >/dev/null 2>&1 || true
}
trap close_stage EXIT

# at TIME: the clock of the server stands there, and goes on from there
at() {
  printf '%+d' $(($(date -u -d "$1" +%s) - $(date +%s))) >"$clock_file"
}

# ---- how it is told -----------------------------------------------------

bold='' plain=''
[ ! -t 1 ] || { bold=$'\033[1m' plain=$'\033[0m'; }

scene() {
  at "$1 UTC"
  printf '\n%s=== %s  %s%s\n' "$bold" "$(date -u -d "$1" '+%a %d %b %Y %H:%M')" "$2" "$plain"
}
say() { printf '\n-- %s\n' "$1"; }

# sql WHO: runs what comes on standard input as that person, and shows it
sql() {
  printf '\n[%s]\n' "$1"
  psql -X -q -e -U "$1" -v ON_ERROR_STOP=1 -P pager=off -P footer=off
}
# quietly WHO: the same, nothing shown
quietly() { psql -X -q -U "$1" -v ON_ERROR_STOP=1 -P pager=off -Ato /dev/null 2>"$home/notices" || { cat "$home/notices" >&2; return 1; }; }

# shorten: what a person would read first of a long refusal
shorten() {
  sed -e '/^LOCATION/d' -e 's/^psql:[^ ]* //' |
    awk '/^(ERROR|DETAIL|HINT|NOTICE)/ { n = 0 } ++n <= 3 { print (length($0) > 150 ? substr($0, 1, 147) "..." : $0) } n == 4 { print "  ..." }'
}

# refused STATE WHO: must be refused with that SQLSTATE; shows why
refused() {
  local out text
  text=$(cat)
  printf '\n[%s]\n%s\n' "$2" "$text"
  if out=$(psql -X -q -U "$2" -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -P pager=off <<<"$text" 2>&1); then
    echo "this should have been refused" >&2
    exit 1
  fi
  case $out in
    *"$1"*) shorten <<<"$out" ;;
    *) echo "refused, but not with $1: $out" >&2; exit 1 ;;
  esac
}

# expect WHAT SQL: the story goes on only while it is true
expect() {
  [ "$(psql -X -U postgres -Atc "$2")" = t ] || { echo "the demo expected: $1" >&2; exit 1; }
}

# ---- what the pipeline does ---------------------------------------------

run=8100

# report VERSION GATES FORMAT FILE EXIT [ENVIRONMENT]: each by a run of its own
report() {
  run=$((run + 1))
  quietly ci_bot <<-SQL
	\\set report \`cat test/e2e/$4\`
	SELECT * FROM releasegov.ingest_report('teashop', '$1', '$3', :'report',
	  source => 'ci', run_id => '$run', exit_code => $5, gates => '{$2}', environment => '${6:-}');
	SQL
}

# pipeline VERSION [VARIANT]: every report of the good variant, or the
# variant's own where it has one
pipeline() {
  local variant gate format file code own
  local -r manifest=test/e2e/manifest.tsv
  while IFS=$'\t' read -r variant gate format file code; do
    [[ $variant = good && $gate != - && $format != lcov ]] || continue
    own=$(awk -F'\t' -v v="${2:-good}" -v g="$gate" -v f="$format" '$1 == v && $2 == g && $3 == f' "$manifest")
    [ -z "$own" ] || IFS=$'\t' read -r variant gate format file code <<<"$own"
    report "$1" "$gate" "$format" "$file" "$code"
  done < <(cat "$manifest")
}

# migrations VERSION NUMBER ...: these of test/e2e/app/migrations come with it
migrations() {
  local version=$1 number up
  shift
  for number in "$@"; do
    up=$(echo "test/e2e/app/migrations/$number"_*.up.sql)
    quietly ci_bot <<-SQL
	\\set up \`cat $up\`
	\\set down \`cat ${up/.up./.down.}\`
	SELECT releasegov.register_migration('teashop', '$version', $((10#$number)), '$(basename "$up" .up.sql)', :'up', :'down');
	SQL
  done
}

# register VERSION COMMIT NOTES [MIGRATION ...]
register() {
  quietly ci_bot <<-SQL
	SELECT releasegov.register_release('teashop', '$1', '$2', authors => '{mia,jun@example.com}', source_branch => 'main',
	  change_categories => '{ui}', artifact_digest => 'sha256:' || encode(sha256('teashop $1'), 'hex'), notes => '$3');
	SQL
  migrations "$1" "${@:4}"
  quietly ci_bot <<<"SELECT releasegov.submit_release('teashop', '$1')"
}

# to_staging VERSION: the round that deploys what is ready, and the deployer's report
to_staging() {
  quietly deploy_bot <<-SQL
	SELECT * FROM releasegov.tick();
	SELECT releasegov.report_health('teashop', 'staging', '$1', true);
	SELECT releasegov.report_deployment('teashop', '$1', 'staging', 'live');
	SQL
}

# soak VERSION FROM HOURS: a probe every half hour
soak() {
  local i
  for ((i = 1; i <= $3 * 2; i++)); do
    echo "\\! printf '%+d' \$((\$(date -u -d '$2 UTC + $((i * 30)) minutes' +%s) - \$(date +%s))) >$clock_file"
    echo "SELECT releasegov.report_health('teashop', 'staging', '$1', true);"
  done | quietly deploy_bot
}

# verified VERSION: what is checked in staging, and by people, before production
verified() {
  report "$1" integration_tests junit reports/good/integration.xml 0 staging
  report "$1" e2e_tests junit reports/good/e2e.xml 0 staging
  report "$1" security_scan sarif reports/good/security.sarif 0
  quietly ci_bot <<-SQL
	SELECT releasegov.report_feature_flag('teashop', '$1', 'production', 'oolong', 'off', 'off');
	SELECT releasegov.report_monitoring('teashop', '$1', 'production', 'page when the till is down', 'pass');
	SQL
  quietly tess <<-SQL
	SELECT releasegov.review_release('teashop', '$1', 'architecture_review', comment => 'layers as drawn');
	SQL
  quietly uma <<-SQL
	SELECT releasegov.review_release('teashop', '$1', 'ux_review', comment => 'readable on a phone');
	SQL
}

# no_migrations VERSION: nobody can prove what is not there, so somebody says so
no_migrations() {
  quietly tess <<<"SELECT releasegov.attest('teashop', '$1', 'production', 'migrations_reversible', 'no migrations in this release')"
}

explain() {
  printf "\n[audrey]\nSELECT releasegov.explain('teashop', '%s', '%s');\n" "$1" "$2"
  psql -X -U audrey -Atc "SELECT releasegov.explain('teashop', '$1', '$2')"
}

board() {
  psql -X -q -U audrey -P pager=off -P footer=off -c \
    "SELECT environment, version, state, next_version, next_state FROM releasegov.release_board WHERE application = 'teashop'"
}

# ---- the story ----------------------------------------------------------

build_stage
createdb -U postgres demo 2>/dev/null || psql -X -q -U postgres -d postgres -c 'CREATE DATABASE demo'

scene '2026-11-19 09:00' 'A database, an extension, people'
say 'The roles that the policy names, who holds them, and what each may do; the shop follows the policy.'
quietly postgres <<'SQL'
CREATE EXTENSION releasegov;
CREATE ROLE tech_lead;          CREATE ROLE tess LOGIN IN ROLE tech_lead;
CREATE ROLE devops_lead;        CREATE ROLE dana LOGIN IN ROLE devops_lead;
CREATE ROLE security_engineer;  CREATE ROLE sam LOGIN IN ROLE security_engineer;
CREATE ROLE ux_lead;            CREATE ROLE uma LOGIN IN ROLE ux_lead;
CREATE ROLE sre;                CREATE ROLE rui LOGIN IN ROLE sre;
CREATE ROLE on_call;            CREATE ROLE olga LOGIN IN ROLE on_call;
CREATE ROLE mia LOGIN IN ROLE tech_lead;   -- a tech lead who also writes code
CREATE ROLE ci_bot LOGIN;       CREATE ROLE deploy_bot LOGIN;   CREATE ROLE audrey LOGIN;
SELECT releasegov.grant_access('ci_bot', 'ci'), releasegov.grant_access('deploy_bot', 'deployer'),
       releasegov.grant_access('audrey', 'auditor');
SELECT releasegov.grant_access(r, 'approver')
FROM unnest('{tech_lead,devops_lead,security_engineer,ux_lead,sre,on_call}'::text[]) r;
SELECT releasegov.register_application('teashop', 'standard', 'tea by the cup');
-- migrations are tried in databases of its own, by a role that cannot come here
SELECT format('GRANT CONNECT ON DATABASE demo TO %I', rolname) FROM pg_roles WHERE rolcanlogin \gexec
REVOKE CONNECT ON DATABASE demo FROM PUBLIC;
CREATE ROLE scratch LOGIN CREATEDB;
LOAD 'releasegov';
SELECT format('host=%s port=%s dbname=postgres user=scratch', current_setting('unix_socket_directories'), current_setting('port')) AS scratch \gset
ALTER DATABASE demo SET releasegov.scratch_server = :'scratch';
SQL
sql audrey <<'SQL'
SELECT policy, revision, comment FROM releasegov.policy_history;
SELECT gate, threshold, enforcement FROM releasegov.policy_gate WHERE policy = 'standard';
SQL

scene '2026-11-19 14:00' 'Version 1.4.0 is merged to main; its pipeline reports'
register 1.4.0 8f2c1d7 'Teas by the cup, and a stock page.' 001 002
pipeline 1.4.0
say 'Its migrations are executed on a scratch server: up, down and up again, with rows in every table.'
sql ci_bot <<'SQL'
SELECT sequence, name, verdict FROM releasegov.prove_migration('teashop', '1.4.0');
SQL
sql audrey <<'SQL'
SELECT format, tool, status, gates FROM releasegov.report WHERE version = '1.4.0' ORDER BY id;
SELECT gate, measured, threshold, status FROM releasegov.gate_matrix
WHERE version = '1.4.0' AND environment = 'staging' ORDER BY gate;
SQL
say 'Everything that staging asks for is there, so it deploys by itself.'
sql deploy_bot <<'SQL'
SELECT * FROM releasegov.tick();
SELECT releasegov.report_health('teashop', 'staging', '1.4.0', true);
SELECT releasegov.report_deployment('teashop', '1.4.0', 'staging', 'live') IS NOT NULL AS live_in_staging;
SQL

scene '2026-11-19 14:30' 'Somebody is in a hurry'
say 'promote() asks, and says what is missing:'
sql deploy_bot <<'SQL'
SET client_min_messages = warning;
SELECT state, unnest(missing) AS missing FROM releasegov.promote('teashop', '1.4.0', 'production');
SQL
say 'A superuser tries it by hand:'
refused RG002 postgres <<'SQL'
UPDATE releasegov.deployment SET state = 'deploying' WHERE version = '1.4.0' AND environment = 'production';
SQL
say 'Mia is a tech lead, but she wrote some of it:'
refused RG005 mia <<'SQL'
SELECT releasegov.approve('teashop', '1.4.0', 'production', 'looks good to me');
SQL
say 'The record cannot be embellished:'
refused RG003 postgres <<'SQL'
UPDATE releasegov.gate_result SET measured = '100%' WHERE gate = 'unit_test_coverage';
SQL

soak 1.4.0 '2026-11-19 14:30' 26
scene '2026-11-20 16:45' 'A day in staging, verified; Friday is not a release day'
verified 1.4.0
explain 1.4.0 production

soak 1.4.0 '2026-11-23 07:00' 26
scene '2026-11-24 09:30' 'Tuesday, business hours: a fresh scan, a second pair of eyes, and it goes'
report 1.4.0 security_scan sarif reports/good/security.sarif 0
quietly deploy_bot <<<"SELECT releasegov.report_health('teashop', 'staging', '1.4.0', true)"
quietly tess <<<"SELECT releasegov.approve('teashop', '1.4.0', 'production', 'saw it in staging')"
sql deploy_bot <<'SQL'
SELECT state, missing FROM releasegov.promote('teashop', '1.4.0', 'production', 'release of the week');
SELECT releasegov.report_health('teashop', 'production', '1.4.0', true);
SELECT releasegov.report_deployment('teashop', '1.4.0', 'production', 'live') IS NOT NULL AS live_in_production;
SQL
expect '1.4.0 is released' "SELECT state = 'released' FROM releasegov.release WHERE version = '1.4.0'"
board

scene '2026-11-25 11:00' 'Version 1.4.1: green tests, but 83 % of the lines covered'
register 1.4.1 c41a0b9 'A module nobody tested.'
pipeline 1.4.1 untested
expect 'nothing deploys 1.4.1' "SELECT count(*) = 0 FROM releasegov.auto_deploy()"
explain 1.4.1 staging

scene '2026-12-01 08:00' 'Version 1.5.0 is good, soaks in staging, is verified ...'
register 1.5.0 51d0e6f 'Oolong behind a flag.'
pipeline 1.5.0
to_staging 1.5.0
soak 1.5.0 '2026-12-01 08:00' 26
scene '2026-12-02 10:15' '... and nobody has approved it'
verified 1.5.0
no_migrations 1.5.0
quietly deploy_bot <<<"SELECT releasegov.request_promotion('teashop', '1.5.0', 'production')"
refused RG002 deploy_bot <<'SQL'
SELECT releasegov.start_deployment('teashop', '1.5.0', 'production');
SQL

soak 1.5.0 '2026-12-07 09:00' 25
scene '2026-12-08 10:15' 'A week later it is approved, but the security scan is a week old'
report 1.5.0 performance_p99 autocannon reports/good/autocannon.json 0
report 1.5.0 lighthouse_score lighthouse reports/good/lighthouse.json 0
quietly dana <<<"SELECT releasegov.approve('teashop', '1.5.0', 'production', 'finally had a look')"
quietly deploy_bot <<<"SELECT releasegov.report_health('teashop', 'staging', '1.5.0', true)"
sql deploy_bot <<'SQL'
SET client_min_messages = warning;
SELECT state, unnest(missing) AS missing FROM releasegov.promote('teashop', '1.5.0', 'production');
SQL

soak 1.5.0 '2026-12-29 09:00' 25
scene '2026-12-30 10:15' 'Scanned and approved again, on a Wednesday at the end of the month'
report 1.5.0 security_scan sarif reports/good/security.sarif 0
report 1.5.0 performance_p99 autocannon reports/good/autocannon.json 0
report 1.5.0 lighthouse_score lighthouse reports/good/lighthouse.json 0
quietly dana <<<"SELECT releasegov.approve('teashop', '1.5.0', 'production', 'again')"
quietly deploy_bot <<<"SELECT releasegov.report_health('teashop', 'staging', '1.5.0', true)"
explain 1.5.0 production
refused RG002 deploy_bot <<'SQL'
SELECT releasegov.start_deployment('teashop', '1.5.0', 'production');
SQL
say 'Postponed. What would be missing next Tuesday, if nobody did anything?'
sql audrey <<'SQL'
SELECT requirement, status, detail
FROM releasegov.promotion_eligibility('teashop', '1.5.0', 'production', as_of => '2027-01-05 10:00+00')
WHERE status NOT IN ('satisfied', 'not_applicable', 'waived') AND kind <> 'checklist';
SQL

scene '2026-12-30 10:30' 'Version 1.6.0 makes the notes of orders shorter'
say 'Its migration brings back the very schema when it is undone. Only the notes are gone.'
register 1.6.0 6be81fa 'Notes that fit on a receipt.' 003
cat test/e2e/app/migrations/003_short_notes.up.sql test/e2e/app/migrations/003_short_notes.down.sql
sql ci_bot <<'SQL'
SELECT name, verdict, detail FROM releasegov.prove_migration('teashop', '1.6.0');
SQL
sql audrey <<'SQL'
SELECT requirement, status, detail, remedy FROM releasegov.promotion_eligibility('teashop', '1.6.0', 'production')
WHERE requirement LIKE 'migration%' \gx
SQL
expect 'the lossy migration is stopped' "SELECT status = 'unsatisfied' AND detail LIKE '%data_differs: table public.orders: %'
  FROM releasegov.promotion_eligibility('teashop', '1.6.0', 'production') WHERE requirement = 'migrations'"
expect 'explain says which table' "SELECT releasegov.explain('teashop', '1.6.0', 'production') LIKE '%003_short_notes: data_differs: table public.orders: %changed%'"
expect 'nothing is left on the scratch server' "SELECT count(*) = 0 FROM pg_database WHERE datname LIKE 'releasegov_scratch%'"
expect 'nothing but 1.4.0 ever went to production' \
  "SELECT array_agg(DISTINCT version) = '{1.4.0}' FROM releasegov.deployment WHERE environment = 'production' AND started_at IS NOT NULL"

scene '2026-12-30 11:00' 'What the auditor sees'
sql audrey <<'SQL'
SELECT version, environment, state, requested_by, policy_revision FROM releasegov.deployment_history ORDER BY requested_at;
SELECT version, kind, subject, actor, role, decision, counts_now FROM releasegov.approval_history ORDER BY recorded_at;
SELECT count(*) AS entries_in_the_audit_trail FROM releasegov.audit_trail;
SELECT * FROM releasegov.check_installation();
SQL
echo
echo 'The demo went through: one version released, five promotions stopped, every cheat refused.'
