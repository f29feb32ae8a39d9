#!/usr/bin/env bash
# Finds the templates of the same raw log lines with constat and with drain3, in turn on this machine, and prints how
# they compare. docs/benchmarks.md says what is measured.
#
#   bench/log_templates.sh BINARY WORKDIR [--runs N] [--rows N] [--publish]
#
# --publish also writes the table into docs/benchmarks.md. Needs rustc, Python 3 and, on the first run, PyPI for drain3.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
[ $# -ge 2 ] && [ -x "$1" ] || { sed -n '2,7p' "$0" | cut -c3- >&2; exit 2; }
binary="$(realpath "$1")"
mkdir -p "$2"
work="$(realpath "$2")"
shift 2

. "$here/inputs.sh"
if [ ! -x "$work/venv/bin/python" ]; then
    python3 -m venv "$work/venv"
fi
"$work/venv/bin/python" -c 'import drain3' 2> /dev/null || "$work/venv/bin/pip" install --quiet drain3
exec "$work/venv/bin/python" -B "$here/log_templates.py" "$binary" "$work" "$@"
