#!/usr/bin/env bash
# Reads inputs that are far larger than the memory constat may take, and says how much it took.
#
#   bench/memory.sh BINARY WORKDIR [SIZE]
#
# SIZE (10GB when none is given) is that of the unpacked logs and of the unpacked counts, whose rows all differ. Also
# read: a line of 2 GB among short ones, and an archive of under a megabyte that expands to 6 GB. The limit is
# 1 GiB for each. Needs rustc, gzip, xz and Python 3; a run with 10 GB takes some 2 GB of disk and, on two cores, a
# quarter of an hour, most of it for packing.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
[ $# -ge 2 ] && [ -x "$1" ] || { sed -n '2,10p' "$0" | cut -c3- >&2; exit 2; }
binary="$(realpath "$1")"
mkdir -p "$2"
work="$(realpath "$2")"
size="${3:-10GB}"
limit=$((1024 * 1024 * 1024))
. "$here/inputs.sh"

failed=0
printf '| input | unpacked | rows kept | rejected | peak memory | of 1 GiB |\n| --- | --- | --- | --- | --- | --- |\n'

# One case, read once: ingest NAME TITLE. Prints a row of the table; what the reading took goes to stderr.
ingest() {
    local case="$work/memory-$1" took unpacked
    rm -rf "$work/store"
    unpacked="$(cat "$case/unpacked")"
    if ! took="$(python3 -I "$here/measure.py" /dev/null "$binary" ingest "$case/case" --store "$work/store" --quiet)"; then
        failed=1
        return
    fi
    echo "$1: $took" >&2
    "$binary" query "$case/case" --store "$work/store" --quiet --format csv \
        "SELECT coalesce(sum(rows_kept), 0) AS kept, coalesce(sum(rows_rejected), 0) AS rejected FROM inputs" > "$case/rows.csv"
    python3 - "$2" "$unpacked" "$limit" "$took" "$case/rows.csv" "$(cat "$case/expected")" <<'P' || failed=1
import csv, json, sys
title, unpacked, limit, took, rows, expected = sys.argv[1:]
took, limit = json.loads(took), int(limit)
with open(rows, encoding="utf-8") as file:
    row = next(csv.DictReader(file))
print(f"| {title} | {int(unpacked) / 1e9:.1f} GB | {row['kept']} | {row['rejected']} | {took['memory'] / 2**20:.0f} MiB | {took['memory'] / limit:.0%} |")
problems = []
if took["code"] != 0:
    problems.append(f"constat ended with {took['code']}")
if took["memory"] > limit:
    problems.append("more than 1 GiB")
if expected and expected != f"{row['kept']} {row['rejected']}":
    problems.append(f"expected {expected} rows kept and rejected")
for problem in problems:
    print(f"FAILED: {title}: {problem}", file=sys.stderr)
sys.exit(1 if problems else 0)
P
    rm -rf "$work/store"
}

# Counts bytes and line ends on their way: count FILE.
count() { python3 -Ic '
import sys
bytes = lines = 0
while block := sys.stdin.buffer.read(1 << 20):
    bytes, lines = bytes + len(block), lines + block.count(b"\n")
    sys.stdout.buffer.write(block)
print(bytes, lines, file=open(sys.argv[1], "w"))
' "$1"; }

# A case of one packed file of the generator: packed KIND FILE TITLE LINES-BEFORE-THE-ROWS.
packed() {
    local folder="$work/memory-$1" bytes lines
    rm -rf "$folder"
    mkdir -p "$folder/case/exports"
    "$work/inputs" "$1" "$size" | count "$folder/count" | gzip -1 > "$folder/case/exports/$2"
    read -r bytes lines < "$folder/count"
    echo "$bytes" > "$folder/unpacked"
    echo "$((lines - $4)) 0" > "$folder/expected"
    ingest "$1" "$3"
    rm -rf "$folder"
}

packed application-log application.ndjson.gz 'application log, NDJSON' 0
packed sli-counts sli_counts.csv.gz 'counts, CSV, all rows differ' 1

folder="$work/memory-line"
rm -rf "$folder"
mkdir -p "$folder/case/exports"
"$work/inputs" long-line 2000MB > "$folder/case/exports/application.ndjson"
stat -c %s "$folder/case/exports/application.ndjson" > "$folder/unpacked"
echo '2 1' > "$folder/expected"
ingest line 'a line of 2 GB between two short ones'
rm -rf "$folder"

# An archive of many members, each 64 MB of one line again and again.
folder="$work/memory-bomb"
rm -rf "$folder"
mkdir -p "$folder/case/exports"
"$work/inputs" application-log 1 > "$folder/line"
{ yes "$(cat "$folder/line")" || true; } | head -n "$((64000000 / $(stat -c %s "$folder/line")))" | xz -6 > "$folder/member"
members=100
for _ in $(seq "$members"); do cat "$folder/member"; done > "$folder/case/exports/bomb.ndjson.xz"
echo "$((members * 64000000))" > "$folder/unpacked"
: > "$folder/expected"
ingest bomb "an archive of $(stat -c %s "$folder/case/exports/bomb.ndjson.xz") bytes that expands without end"
rm -rf "$folder"
exit "$failed"
