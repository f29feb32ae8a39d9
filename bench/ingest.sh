#!/usr/bin/env bash
# Reads the same files with `constat ingest`, with DuckDB and, the access log, with GoAccess, in turn on this
# machine, and prints how they compare. docs/benchmarks.md says what is measured.
#
#   bench/ingest.sh BINARY WORKDIR [--runs N] [--rows N] [--publish]
#
# --publish also writes the table into docs/benchmarks.md. Needs rustc, Python 3 and, on the first run, PyPI for
# DuckDB; GoAccess is left out of the table where it is not installed. The folder takes about 4 GB; what is there
# of an earlier run is used again.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
[ $# -ge 2 ] && [ -x "$1" ] || { sed -n '2,9p' "$0" | cut -c3- >&2; exit 2; }
binary="$(realpath "$1")"
mkdir -p "$2"
work="$(realpath "$2")"
shift 2

. "$here/inputs.sh"
if [ ! -x "$work/venv/bin/python" ]; then
    python3 -m venv "$work/venv"
fi
"$work/venv/bin/python" -c 'import duckdb' 2> /dev/null || "$work/venv/bin/pip" install --quiet duckdb
exec "$work/venv/bin/python" -B "$here/ingest.py" "$binary" "$work" "$@"
