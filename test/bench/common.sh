# shellcheck shell=bash
# common.sh: sourced by the benchmarks of this folder: a cluster of their own
# beside test/server's, measuring in turn, the table of figures. They set rounds.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
missed=0

"$top/test/server" install >/dev/null
eval "$("$top/test/server" env)"
root=$(dirname "$PGHOST/x")
data=$root/bench
tmp=$root/bench.tmp
export PGHOST=$data/socket PGPORT=54330 PGOPTIONS='-c client_min_messages=warning'

# ---- the cluster ----

as_server() {
	"$top/test/server" run "$@"
}

finish() {
	as_server pg_ctl -D "$data/pg" -m immediate stop >/dev/null 2>&1 || true
	rm -rf --one-file-system "${data:?}" "${tmp:?}"
}

# start TEXT: what is to be said of the rounds
start() {
	[ ! -e "$data" ] || { echo "${0##*/}: $data exists: another run is under way, or remove it" >&2; exit 1; }
	trap finish EXIT
	mkdir -p "$data/socket" "$tmp"
	if [ "$(id -u)" -eq 0 ]; then
		chown -R "$(stat -c %U "$root/home")" "$data" "$tmp"
	fi
	as_server initdb -D "$data/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
	as_server tee -a "$data/pg/postgresql.conf" <"$here/postgresql.conf" >/dev/null
	as_server tee -a "$data/pg/postgresql.conf" >/dev/null <<-CONF
		unix_socket_directories = '$data/socket'
		port = $PGPORT
	CONF
	as_server pg_ctl -D "$data/pg" -w -l "$data/log" start >/dev/null
	echo "PostgreSQL $(sql postgres 'SHOW server_version'), $(nproc) cores, $(sed -n '/^model name/{s/.*: //p;q}' /proc/cpuinfo)"
	grep -v '^#' "$here/postgresql.conf" | sed 's/ *#.*//' | paste -sd ';' | sed 's/;/; /g'
	echo "$rounds rounds$1, in turn: medians, the median of the rounds' ratios, and the ratio of the better quartiles"
}

sql() {
	psql -XAtq -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}

# ---- measuring ----

median() {
	sort -n | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'
}

# in_turn ROUNDS max|min COMMAND...: each command in turn, so many rounds; the
# median of each, one a line. What is better, more or less, is for ratio().
in_turn() {
	local n=$1 i c
	echo "$2" >"$tmp/better"
	shift 2
	rm -f "$tmp"/turn.*
	for ((i = 0; i < n; i++)); do
		for ((c = 1; c <= $#; c++)); do
			${!c} >>"$tmp/turn.$c"
		done
	done
	for ((c = 1; c <= $#; c++)); do
		[ -z "${VERBOSE:-}" ] || echo "  ${!c##*/}: $(paste -sd ' ' "$tmp/turn.$c")" >&2
		median <"$tmp/turn.$c"
	done
}

# the better quartile: where other work on the machine disturbed few rounds
quartile() {
	local order=-n
	[ "$(cat "$tmp/better")" = min ] || order=-rn
	sort $order | awk '{v[NR] = $1} END {print v[int((NR + 3) / 4)]}'
}

line() {
	printf '%-58s %12s %12s %7s %8s  %-7s %s\n' "$@"
}

# report WHAT OURS PEER 'RATIO QUARTILE' 'ge|le TARGET' UNIT: the ratio is
# what the verdict is about
report() {
	local verdict=met
	awk -v r="${4% *}" -v t="${5#* }" -v op="${5% *}" 'BEGIN {exit !(op == "ge" ? r >= t : r <= t)}' ||
		{ verdict=MISSED; missed=$((missed + 1)); }
	line "$1" "$2 $6" "$3 $6" "${4% *}" "${4#* }" "$(sed 's/ge/>=/; s/le/<=/' <<<"$5")" "$verdict"
}

# of the n-th command to the m-th of the last in_turn: the median of the ratios
# within each round, and the ratio of their better quartiles
ratio() {
	printf '%.2f %.2f' \
		"$(paste -d ' ' "$tmp/turn.$1" "$tmp/turn.$2" | awk '{print $1 / $2}' | median)" \
		"$(echo "$(quartile <"$tmp/turn.$1") $(quartile <"$tmp/turn.$2")" | awk '{print $1 / $2}')"
}

round() {
	printf '%.0f' "$1"
}
