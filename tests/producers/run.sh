#!/usr/bin/env bash
# Reads what real programs write, not samples of it: starts Prometheus, Alertmanager, VictoriaMetrics, nginx,
# Apache, journald and rsyslog on this machine, lets them work for some seconds, makes a case of their logs and
# answers, and compares what constat read with what was counted without it.
#
#   tests/producers/run.sh target/release/constat
#
# Takes some 15 seconds, and is stopped after 90. Needs root (journald writes its journal in a mount namespace of its own) and the Debian packages listed in
# `packages`. Only the loopback interface is used; everything is stopped and removed at the end. KEEP=1 keeps
# the case and says where it is.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
[ $# -eq 1 ] && [ -x "$1" ] || { echo "usage: $0 BINARY of constat" >&2; exit 2; }
constat="$(realpath "$1")"

# A producer that hangs must not hang the caller.
if [ -z "${UNDER_TIMEOUT:-}" ]; then
    UNDER_TIMEOUT=1 exec timeout --kill-after=10 90 "$0" "$@"
fi

export TZ=UTC LC_ALL=C.UTF-8
# Debian keeps daemons where only root's path looks.
export PATH="$PATH:/usr/sbin:/sbin"

[ "$(id -u)" = 0 ] || { echo "$0 needs root, for the journal" >&2; exit 2; }
for program in apache2 curl journalctl logger nginx prometheus prometheus-alertmanager python3 rsyslogd unshare \
    victoria-metrics; do
    command -v "$program" > /dev/null || { echo "$program is missing: see $here/packages" >&2; exit 2; }
done

work="$(mktemp -d "${TMPDIR:-/tmp}/constat-producers.XXXXXX")"
started=()
cleanup() {
    local pid
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
    if [ -n "${KEEP:-}" ]; then echo "kept: $work"; else rm -rf "$work"; fi
}
trap cleanup EXIT
trap 'exit 1' TERM

exports="$work/case/exports"
expected="$work/expected.tsv"
mkdir -p "$exports"/{prometheus,alertmanager,victoriametrics,nginx,apache,journal,syslog} "$work/run"
: > "$expected"

# A program that goes on running, with its output in a file: in_background LOG COMMAND...
in_background() {
    local log="$1"; shift
    "$@" > "$log" 2>&1 < /dev/null &
    started+=($!)
}

# Waits up to 15 s for a command to succeed.
wait_for() {
    local until=$((SECONDS + 15))
    while [ "$SECONDS" -lt "$until" ]; do
        if "$@" > /dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    echo "gave up waiting for: $*" >&2
    return 1
}

# Free ports of the loopback interface, found at the same time so that they differ.
free_ports() {
    python3 - "$1" <<'P'
import socket, sys
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for each in sockets:
    each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in sockets))
P
}

# Notes what constat has to find: expect FILE SOURCES TABLE COUNTER; sources separated by `|`, the counter is
# one of those in check.py.
expect() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >> "$expected"; }

read -r prometheus_port alertmanager_port victoria_port nginx_port apache_port backend_port dead_port \
    <<< "$(free_ports 7)"

. "$here/metrics.sh"
. "$here/web.sh"
. "$here/system.sh"

since="$(date +%s)"
in_background "$work/run/backend.log" \
    python3 "$here/backend.py" "$backend_port" "$exports/alertmanager/webhooks.ndjson"
start_metrics
start_web
start_syslog
wait_for curl -sf "http://127.0.0.1:$backend_port/ok"
use_web
use_syslog
use_journal
take_alerts
take_metrics
until_now="$(date +%s)"

echo "producers ran for $((until_now - since)) s: $(find "$exports" -type f | wc -l) files"
"$constat" init "$work/case" --quiet
[ -f "$work/case/incident.toml" ] || { echo "constat init wrote no incident.toml" >&2; exit 1; }
"$constat" ingest "$work/case"
python3 "$here/check.py" "$constat" "$work/case" "$expected" "$since" "$until_now"
