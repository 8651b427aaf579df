# shellcheck shell=bash
# steps.sh: sourced by test/demo, test/run and their like: one line on the
# screen for each step, its output in a file, and the end of it on failure.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
major=${PG_MAJOR:-15}
log=

since() {
  awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f s", to - from }'
}

# step TITLE CMD ...
step() {
  local title=$1 from=$EPOCHREALTIME file=$log/$1.log
  shift
  if ! "$@" </dev/null >"$file" 2>&1; then
    printf '%-12s failed; the end of %s:\n' "$title" "$file"
    tail -n 40 "$file"
    return 1
  fi
  printf '%-12s done  %s\n' "$title" "$(since "$from")"
}

# copy_checkout DIR: the checkout without what was built in it, readable by all
copy_checkout() {
  rm -rf --one-file-system "$1"
  mkdir -p "$1"
  tar -C "$top" -cf - --exclude=./.server --exclude=./.git --exclude=./results --exclude=./output_iso \
    --exclude=./.deps --exclude=node_modules --exclude='*.o' --exclude='*.so' . |
    tar -C "$1" -xf - --no-same-owner
  chmod -R u=rwX,go=rX "$1"
}

# What both commands begin with: packages, build, a private server.
ground() {
  echo "releasegov on PostgreSQL $major, in $top"
  # who runs the server, and so where it can lie, is known with the packages
  log=$(mktemp -d)
  step packages "$top/test/packages"
  rm -rf "$log"
  local dir
  dir=$("$top/test/server" dir)
  log=$dir/log
  mkdir -p "$log"
  step build "$top/test/server" install
  step server "$top/test/server" start
  eval "$("$top/test/server" env)"
}
