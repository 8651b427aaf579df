#!/usr/bin/env bash
# migrations.sh: the migrations of a folder, registered with a release that is a
# draft, and proven, with psql and nothing else.
#
#   migrations.sh register FOLDER [LAYOUT]   in the order of their sequence
#   migrations.sh prove                      fails unless all of them go back
#
# LAYOUT is golang-migrate (sqlx -r too), diesel, flyway, sqitch, marked (goose,
# dbmate, sql-migrate: one file with both) or plain (ups alone); without it, the
# folder is looked at. SINCE leaves out what is numbered up to it. APPLICATION and
# VERSION say whose they are; where the database is, psql takes from PGSERVICE, or
# PGHOST and the like. It fails when a statement is refused.
set -euo pipefail
shopt -s inherit_errexit
: "${APPLICATION:?}" "${VERSION:?}"

sql() {
  psql -X -q -A -t -v ON_ERROR_STOP=1 -v "application=$APPLICATION" -v "version=$VERSION" "$@" -f -
}

# the number that a name begins with, without leading zeros: 2024-05-01-120000_x
# is 20240501120000, V1_2__x is 1002 (a thousand minor versions at most)
number() {
  local name=$1 major minor
  if [[ $name =~ ^[VU]([0-9]+)([._]([0-9]+))?__ ]]; then
    major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[3]:-0}
    if [ -n "$dotted" ]; then
      echo $((10#$major * 1000 + 10#$minor))
    else
      echo $((10#$major))
    fi
    return
  fi
  name=${name%%[!0-9-]*}
  name=${name//-/}
  [ -n "$name" ] || { echo "migrations.sh: $1 does not begin with a number" >&2; return 1; }
  echo $((10#$name))
}

layout_of() {
  local folder=$1
  if [ -f "$folder/sqitch.plan" ]; then
    echo sqitch
  elif compgen -G "$folder/*/up.sql" >/dev/null; then
    echo diesel
  elif compgen -G "$folder/*.up.sql" >/dev/null; then
    echo golang-migrate
  elif compgen -G "$folder/V*__*.sql" >/dev/null; then
    echo flyway
  elif grep -qsE '^[[:blank:]]*--[[:blank:]]*(\+goose[[:blank:]]+Up|\+migrate[[:blank:]]+Up|migrate:up)' "$folder"/*.sql; then
    echo marked
  elif compgen -G "$folder/*.sql" >/dev/null; then
    echo plain
  else
    echo "migrations.sh: there are no migrations in $folder" >&2
    return 1
  fi
}

# found SEQUENCE NAME UP [DOWN]: one line each, which may be sorted
found() {
  if [ "$1" -gt "${SINCE:-0}" ]; then
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}"
  fi
}

# SEQUENCE, NAME, UP and DOWN (both files; empty: none) of each
list() {
  local folder=$1 up down name version sequence=0 dotted=""
  case $2 in
    golang-migrate)
      for up in "$folder"/*.up.sql; do
        down=${up%.up.sql}.down.sql
        name=$(basename "$up" .up.sql)
        sequence=$(number "$name")
        found "$sequence" "$name" "$up" "$([ ! -f "$down" ] || echo "$down")"
      done ;;
    diesel)
      for up in "$folder"/*/up.sql; do
        down=${up%/up.sql}/down.sql
        name=$(basename "${up%/up.sql}")
        sequence=$(number "$name")
        found "$sequence" "$name" "$up" "$([ ! -f "$down" ] || echo "$down")"
      done ;;
    flyway)
      ! compgen -G "$folder/V*[0-9][._][0-9]*__*.sql" >/dev/null || dotted=1
      for up in "$folder"/V*__*.sql; do
        name=$(basename "$up" .sql)
        version=${name%%__*}
        down=$(compgen -G "$folder/U${name#V}.sql" || compgen -G "$folder/U${version#V}__*.sql" || true)
        sequence=$(number "$name")
        found "$sequence" "$name" "$up" "$down"
      done ;;
    sqitch)
      # NAME [dependencies] date person # note; pragmas, tags and blanks left out.
      # A change of the same name is a later text of it: NAME@TAG.sql was the first.
      while read -r name _; do
        [[ -n $name && $name != [%@#]* ]] || continue
        sequence=$((sequence + 1))
        up=$folder/deploy/$name.sql down=$folder/revert/$name.sql
        found "$sequence" "$name" "$up" "$([ ! -f "$down" ] || echo "$down")"
      done <"$folder/sqitch.plan" ;;
    marked | plain)
      for up in "$folder"/*.sql; do
        name=$(basename "$up" .sql)
        sequence=$(number "$name")
        found "$sequence" "$name" "$up"
      done ;;
    *) echo "migrations.sh: there is no layout $2" >&2; return 2 ;;
  esac
}

# The texts travel as base64, so that no byte of them means anything to psql.
text_of() {
  printf "convert_from(decode('"
  base64 <"$1" | tr -d '\n'
  printf "', 'base64'), 'UTF8')"
}

register_one() {
  local sequence=$1 name=$2 up=$3 down=$4 layout=$5
  {
    if [ "$layout" = marked ]; then
      printf 'WITH file AS (SELECT s.* FROM releasegov.split_migration('
      text_of "$up"
      printf ") s)\nSELECT CASE WHEN releasegov.register_migration(:'application', :'version', :sequence, :'name',\n"
      printf "  (SELECT statements FROM file WHERE direction = 'up'), (SELECT statements FROM file WHERE direction = 'down'))"
    else
      printf "SELECT CASE WHEN releasegov.register_migration(:'application', :'version', :sequence, :'name', "
      text_of "$up"
      printf ', '
      if [ -n "$down" ]; then text_of "$down"; else printf NULL; fi
      printf ')'
    fi
    printf " THEN 'registered' ELSE 'registered before' END;\n"
  } | sql -v "sequence=$sequence" -v "name=$name" | sed "s|^|$sequence $name: |"
}

register() {
  local folder=${1%/} layout sequence name up down all
  layout=${2:-$(layout_of "$folder")}
  all=$(list "$folder" "$layout" | sort -n -k 1,1)
  # an empty field would join its neighbours if the separator were a blank
  while IFS=$'\x1f' read -r sequence name up down; do
    [ -z "$sequence" ] || register_one "$sequence" "$name" "$up" "$down" "$layout"
  done < <(tr '\t' '\037' <<<"$all")
}

prove() {
  local answer
  answer=$(sql <<<"SELECT name, verdict, detail FROM releasegov.prove_migration(:'application', :'version');")
  echo "$answer"
  ! grep -qvE '^[^|]*\|(proven|order_only)\||^$' <<<"$answer"
}

case "${1:-}" in
  register | prove) "$@" ;;
  *) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
