#!/usr/bin/env bash
# migrations.sh: the migrations of a folder, registered with a release that is a
# draft, and proven, with psql and nothing else.
#
#   migrations.sh register FOLDER [LAYOUT]   all of them or none, by their numbers
#   migrations.sh prove                      fails unless all of them go back
#
# LAYOUT is golang-migrate (sqlx -r too), diesel, flyway, sqitch, marked (goose,
# dbmate, sql-migrate: one file with both) or plain (ups alone); without it, the
# folder is looked at. APPLICATION and VERSION say whose they are; SINCE=NUMBER
# leaves out those up to it, which an earlier release has registered. Where the
# database is, psql takes from PGSERVICE, or PGHOST and the like. It fails when a
# statement is refused, with 2 when it is called in another way than this.
set -euo pipefail
shopt -s inherit_errexit nullglob globstar

# what was found: a migration has the same place in each
sequences=() names=() ups=() downs=()
declare -A used=()

die() {
  echo "migrations.sh: $1" >&2
  exit "${2:-1}"
}

usage() {
  [ $# -eq 0 ] || echo "migrations.sh: $1" >&2
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

# File names are UTF-8, whatever the database is.
sql() {
  PGCLIENTENCODING=UTF8 psql -X -q -A -t -v ON_ERROR_STOP=1 \
    -v "application=$APPLICATION" -v "version=$VERSION" -f -
}

# ---- numbers ----

# 7.1.2 is 7001002, and stays behind 7 (7000000) and before 7.2, whichever of
# them there are. Time stamps leave room for one more part.
version_number() {
  local part parts scale=(1000000 1000 1) number=0 i
  [[ $1 =~ ^[VU]([0-9]+([._][0-9]+)*)__ ]] || die "$1 has no version"
  IFS=._ read -ra parts <<<"${BASH_REMATCH[1]}"
  [ "${#parts[0]}" -lt 10 ] || scale=(1000 1)
  for i in "${!parts[@]}"; do
    part=${parts[i]}
    ((i < ${#scale[@]} && ${#part} < 16 && (i == 0 || 10#$part < 1000))) ||
      die "$1 has a version that does not fit: three parts at most, two with a time stamp, those behind the first below 1000"
    number=$((number + 10#$part * scale[i]))
  done
  echo "$number"
}

# what the name begins with, without the dashes of a date: 2024-05-01-120000_x is
# 20240501120000
name_number() {
  local digits
  [[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9]{4,})* || $1 =~ ^[0-9]+ ]] || die "$1 does not begin with a number"
  digits=${BASH_REMATCH[0]//-/}
  [ "${#digits}" -le 18 ] || die "the number of $1 is too large"
  echo $((10#$digits))
}

# ---- what is in the folder ----

# found SEQUENCE NAME UP DOWN: a down that is no file is none. The database
# counts from 1, some tools from 0.
found() {
  local sequence=$(($1 > 0 ? $1 : 1)) name=$2 up=$3 down=$4
  [ -f "$down" ] || down=
  used[$up]=1
  [ -z "$down" ] || used[$down]=1
  [[ -r $up && -r ${down:-$up} ]] || die "$name cannot be read"
  [[ $name != *[$'\t\n\r']* ]] || die "the name ${name@Q} has a tab or the end of a line in it"
  [ "$sequence" -gt "${SINCE:-0}" ] || return 0
  sequences+=("$sequence") names+=("$name") ups+=("$up") downs+=("$down")
}

# find_named FOLDER END [END]: how the names of ups and of downs end
find_named() {
  local up name number
  for up in "$1"/*"$2"; do
    name=${up%"$2"} name=${name##*/}
    number=$(name_number "$name")
    found "$number" "$name" "$up" "${3:+${up%"$2"}$3}"
  done
}

find_flyway() {
  local file name number
  local -A undo=()
  for file in "$1"/U*__*.sql; do
    name=${file##*/} name=${name%.sql}
    number=$(version_number "$name")
    [ -z "${undo[$number]-}" ] || die "${undo[$number]} and $name undo the same version"
    undo[$number]=$name
  done
  for file in "$1"/V*__*.sql; do
    name=${file##*/} name=${name%.sql}
    number=$(version_number "$name")
    found "$number" "$name" "$file" "$1/${undo[$number]-}.sql"
  done
}

# A line of a plan: NAME [dependencies] date person # note, or @TAG date ...; a
# name that comes again, behind a tag, is a new text of it, and deploy/NAME@TAG.sql
# has what it was.
find_sqitch() {
  local line name tag i changes=() files=() tags=() tagged=()
  local -A newest=()
  [ -f "$1/sqitch.plan" ] || return 0
  while read -r line || [ -n "$line" ]; do
    name=${line%%[[:space:]]*}
    case $name in
      '' | [%#]*) continue ;;
      @*) tags+=("$name") && continue ;;
    esac
    i=${newest[$name]-}
    if [ -n "$i" ]; then
      files[i]=
      for tag in "${tags[@]:tagged[i]}"; do
        [ ! -f "$1/deploy/$name$tag.sql" ] || files[i]=$name$tag
      done
      [ -n "${files[i]}" ] || die "sqitch.plan reworks $name, but no deploy/$name@TAG.sql has what it was"
    fi
    newest[$name]=${#changes[@]}
    changes+=("$name") files+=("$name") tagged+=("${#tags[@]}")
  done <"$1/sqitch.plan"
  [ "${#changes[@]}" -gt 0 ] || die "there are no changes in $1/sqitch.plan"
  for i in "${!changes[@]}"; do
    [ -f "$1/deploy/${files[i]}.sql" ] || die "sqitch.plan names ${changes[i]}, but there is no deploy/${files[i]}.sql"
    found $((i + 1)) "${changes[i]}" "$1/deploy/${files[i]}.sql" "$1/revert/${files[i]}.sql"
  done
}

# find_migrations FOLDER LAYOUT
find_migrations() {
  case $2 in
    golang-migrate) find_named "$1" .up.sql .down.sql ;;
    diesel) find_named "$1" /up.sql /down.sql ;;
    flyway | sqitch) "find_$2" "$1" ;;
    marked | plain) find_named "$1" .sql ;;
    *) die "there is no layout $2: golang-migrate, diesel, flyway, sqitch, marked, plain" 2 ;;
  esac
}

any() {
  [ $# -gt 0 ]
}

# The comments are those that split_migration() knows.
layout_of() {
  local marker='^[[:blank:]]*--[[:blank:]]*(\+goose|\+migrate|migrate:[[:blank:]]*(up|down)([[:space:]]|$))'
  if [ -f "$1/sqitch.plan" ]; then
    echo sqitch
  elif any "$1"/*/up.sql; then
    echo diesel
  elif any "$1"/*.up.sql; then
    echo golang-migrate
  elif any "$1"/V*__*.sql; then
    echo flyway
  elif any "$1"/*.sql; then
    if grep -qsiE -e "$marker" -- "$1"/*.sql; then echo marked; else echo plain; fi
  else
    die "there are no migrations in $1"
  fi
}

# What looks like a migration and is none in this layout is not passed over.
name_left_out() {
  local file places=("$1"/**)
  [ "$2" != sqitch ] || places=("$1"/deploy/** "$1"/revert/**)
  for file in "${places[@]}"; do
    [[ -z ${used[$file]-} && -f $file && ${file##*/} =~ ^[0-9]|^[VURB].*__|\.[sS][qQ][lL]$ ]] || continue
    echo "migrations.sh: left out: ${file#"$1"/}" >&2
  done
}

# ---- what psql is told ----

# Texts travel as base64, so that no byte of them means anything to psql.
text_of() {
  printf "convert_from(decode('"
  base64 <"$1" | tr -d '\n'
  printf "', 'base64'), 'UTF8')"
}

quoted() {
  local text=${1//\\/\\\\}
  text=${text//\'/\'\'}
  printf "'%s'" "$text"
}

# The name comes first, so that an error stands behind it.
migration() {
  local i=$1 layout=$2
  printf '%s\n' "\\set sequence ${sequences[i]}" "\\set name $(quoted "${names[i]}")" "\\echo -n :sequence :name': '"
  if [ "$layout" = marked ]; then
    printf "WITH file (up, down) AS (SELECT max(statements) FILTER (WHERE direction = 'up'),"
    printf " max(statements) FILTER (WHERE direction = 'down') FROM releasegov.split_migration("
    text_of "${ups[i]}"
  else
    printf 'WITH file (up, down) AS (VALUES ('
    text_of "${ups[i]}"
    printf ', '
    if [ -n "${downs[i]}" ]; then text_of "${downs[i]}"; else printf NULL; fi
  fi
  cat <<'SQL'
)) SELECT CASE
  WHEN NOT releasegov.register_migration(:'application', :'version', :'sequence', :'name', up, down) THEN 'registered before'
  WHEN down IS NULL THEN 'registered, without a down' ELSE 'registered' END
FROM file;
SQL
}

# A script that breaks off has no COMMIT.
script() {
  local i layout=$1
  shift
  echo 'BEGIN;'
  for i in "$@"; do
    migration "$i" "$layout"
  done
  echo 'COMMIT;'
}

# ---- the orders ----

register() {
  local folder=${1%/} layout=${2:-} likely order i last=
  [ -d "$folder/" ] || die "there is no folder $1" 2
  likely=$(layout_of "$folder")
  layout=${layout:-$likely}
  find_migrations "$folder" "$layout"
  [ "${#used[@]}" -gt 0 ] || die "there are no migrations in $folder as $layout has them; it looks like $likely"
  name_left_out "$folder" "$layout"
  mapfile -t order < <(for i in "${!sequences[@]}"; do echo "${sequences[i]} $i"; done | sort -n | cut -d ' ' -f 2)
  for i in "${order[@]}"; do
    [[ -z $last || ${sequences[i]} != "${sequences[last]}" ]] ||
      die "${names[last]} and ${names[i]} have the same number ${sequences[i]}"
    last=$i
  done
  if [ "${#order[@]}" -eq 0 ]; then
    echo "migrations.sh: nothing in $folder is numbered above $SINCE" >&2
    return
  fi
  trap 'echo "migrations.sh: nothing was registered" >&2' EXIT
  script "$layout" "${order[@]}" | sql
  trap - EXIT
}

# The last line is the database's own: no name can be taken for it.
prove() {
  local answer
  answer=$(sql <<'SQL'
SELECT coalesce(string_agg(concat_ws('|', name, verdict, detail), E'\n'), '') AS said,
  CASE WHEN count(*) = 0 THEN 'none' WHEN bool_and(verdict IN ('proven', 'order_only')) THEN 'good' ELSE 'bad' END AS all_of_them
FROM releasegov.prove_migration(:'application', :'version') \gset
\echo :said
\echo :all_of_them
SQL
  )
  case ${answer##*$'\n'} in
    none) die "no migration of $APPLICATION $VERSION is registered" ;;
    good) echo "${answer%$'\n'*}" ;;
    *) echo "${answer%$'\n'*}" && exit 1 ;;
  esac
}

case "${1:-} $#" in
  'register 1') usage 'register which folder?' ;;
  'register 2' | 'register 3' | 'prove 1') ;;
  *) usage ;;
esac
[[ -n ${APPLICATION:-} && -n ${VERSION:-} ]] || die 'APPLICATION and VERSION say whose migrations they are' 2
[[ ${SINCE:-0} =~ ^[0-9]{1,18}$ ]] || die "SINCE is the number of a migration, not $SINCE" 2
"$@"
