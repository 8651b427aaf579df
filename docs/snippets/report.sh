#!/usr/bin/env bash
# report.sh: what a pipeline says to releasegov, with psql and nothing else.
#
#   report.sh register                              this version, from git
#   report.sh submit                                after STATE=draft report.sh register
#   report.sh result GATE MEASURE|pass|fail [ENVIRONMENT [PART]]
#   report.sh report GATE[,GATE...] FORMAT FILE [EXIT_CODE [ENVIRONMENT [PART]]]
#   report.sh check ENVIRONMENT                     fails, and says why, unless eligible
#   report.sh promote ENVIRONMENT [REASON]          prints deploying or live, else fails
#   report.sh health ENVIRONMENT true|false [DETAIL]
#   report.sh deployed ENVIRONMENT live|failed [REASON]
#
# APPLICATION and VERSION say what it is about; RUN_SOURCE, RUN_ID, RUN_ATTEMPT
# and RUN_URL which run of which CI system speaks, so that a step that is run
# twice is counted once. Where the database is, and as whom to connect, psql
# takes from PGSERVICE, or PGHOST, PGUSER, PGPASSFILE, PGSSLMODE and the like.
# It fails when a statement is refused, and when a report cannot be read.
set -euo pipefail
: "${APPLICATION:?}" "${VERSION:?}"

# sql [NAME=VALUE ...]: the statement on standard input, with :'name' for each
# of these; the answer without decoration
sql() {
  local value variables=(-v "application=$APPLICATION" -v "version=$VERSION"
    -v "source=${RUN_SOURCE:-ci}" -v "run_id=${RUN_ID:-}" -v "attempt=${RUN_ATTEMPT:-1}" -v "url=${RUN_URL:-}")
  for value in "$@"; do
    variables+=(-v "$value")
  done
  psql -X -q -A -t -v ON_ERROR_STOP=1 "${variables[@]}" -f -
}

# Authors cannot approve their own release, so all of them must be named: those
# of every commit since SINCE, by default the last tag, or else of all commits.
authors() {
  local since=${SINCE:-$(git describe --tags --abbrev=0 HEAD^ 2>/dev/null || true)}
  git log --format='%ae%n%(trailers:key=Co-authored-by,valueonly)' "${since:+$since..}HEAD" |
    sed -n -e 's/.*<\(.*\)>.*/\1/' -e '/./p' | LC_ALL=C sort -u
}

register() {
  local artifact=""
  [ -z "${ARTIFACT:-}" ] || artifact=sha256:$(sha256sum <"$ARTIFACT" | cut -c 1-64)
  sql "commit=$(git rev-parse HEAD)" "authors=$(authors)" \
    "branch=${BRANCH:-$(git rev-parse --abbrev-ref HEAD)}" "kind=${KIND:-feature}" \
    "categories=${CATEGORIES:-}" "artifact=$artifact" "notes=${NOTES:-}" "state=${STATE:-candidate}" <<'SQL'
SELECT CASE WHEN releasegov.register_release(:'application', :'version', :'commit',
    authors => string_to_array(:'authors', E'\n'), source_branch => :'branch', kind => :'kind',
    change_categories => string_to_array(:'categories', ','), artifact_digest => nullif(:'artifact', ''),
    notes => :'notes', state => :'state') THEN 'registered' ELSE 'registered before' END;
SQL
}

# Migrations and the like are registered while it is a draft.
submit() {
  sql >/dev/null <<<"SELECT releasegov.submit_release(:'application', :'version');"
}

result() {
  local column=measured
  [[ $2 != pass && $2 != fail ]] || column=outcome
  sql "gate=$1" "value=$2" "environment=${3:-}" "part=${4:-}" "column=$column" <<'SQL'
INSERT INTO releasegov.ci_result (application, version, gate, :"column", environment, part, source, run_id, attempt, url)
VALUES (:'application', :'version', :'gate', :'value', :'environment', :'part', :'source', nullif(:'run_id', ''), :'attempt', nullif(:'url', ''));
SQL
}

# The file travels as base64 on standard input: any size, any bytes.
report() {
  local answer
  answer=$({
    printf "SELECT r.status, r.results, r.message FROM releasegov.ingest_report(:'application', :'version', :'format', decode('"
    base64 <"$3" | tr -d '\n'
    cat <<'SQL'
', 'base64'), gates => string_to_array(:'gate', ','), source => :'source', run_id => nullif(:'run_id', ''), attempt => :'attempt',
  exit_code => nullif(:'exit_code', '')::int, environment => :'environment', part => :'part', url => nullif(:'url', '')) AS r;
SQL
  } | sql "gate=$1" "format=$2" "exit_code=${4:-}" "environment=${5:-}" "part=${6:-}")
  echo "$1: $answer"
  [[ $answer == ok\|* ]]
}

check() {
  local eligible
  sql "environment=$1" <<<"SELECT releasegov.explain(:'application', :'version', :'environment');"
  eligible=$(sql "environment=$1" <<<"SELECT releasegov.is_eligible(:'application', :'version', :'environment');")
  [ "$eligible" = t ]
}

promote() {
  local state
  state=$(sql "environment=$1" "reason=${2:-}" <<<"SELECT state FROM releasegov.promote(:'application', :'version', :'environment', :'reason');")
  echo "$state"
  [[ $state == deploying || $state == live ]]
}

health() {
  sql "environment=$1" "healthy=$2" "detail=${3:-}" <<'SQL'
SELECT releasegov.report_health(:'application', :'environment', :'version', :'healthy', nullif(:'detail', ''), :'source');
SQL
}

deployed() {
  sql "environment=$1" "state=$2" "reason=${3:-}" >/dev/null <<'SQL'
SELECT releasegov.report_deployment(:'application', :'version', :'environment', :'state', :'reason');
SQL
}

case "${1:-}" in
  register | submit | result | report | check | promote | health | deployed) "$@" ;;
  *) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
