#!/usr/bin/env bash
# Measures how often constat is right, on an evaluation folder, and rewrites docs/accuracy.md and its drawing.
#
#   bench/accuracy.sh EVAL_DIR [BINARY] [--work DIR] [--keep] [--docs DIR]
#
# EVAL_DIR holds `cases`, `rca`, `localise` and `logs` beside their scorers. BINARY is $BIN when it is not given, else
# the one of `cargo build --release`. --work is where inputs are copied and answers are kept (a folder of its own below
# /tmp that is removed at the end, when not given); --keep takes the answers that an earlier run left there; --docs is
# where the pages are, docs when not given. Needs Python 3.11 and no network; some ten minutes on two cores.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
[ $# -ge 1 ] && [ -d "$1" ] || { sed -n '2,9p' "$0" | cut -c3- >&2; exit 2; }
exec python3 -B "$here/accuracy/main.py" "$@"
