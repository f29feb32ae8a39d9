"""Compares constat with DuckDB and GoAccess, see ingest.sh: `ingest.py BINARY WORKDIR [options]`."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

import duckdb

from comparison import machine, measure, publish, ratio, tell, version

HERE = pathlib.Path(__file__).resolve().parent

# What the generator calls the input, how it is called here, and which of the statements for DuckDB read it, the
# fastest first.
INPUTS = [
    ("application-log", "application log, NDJSON", "application.ndjson", ["application-log"]),
    ("metric-samples", "metrics, CSV", "metric_samples.csv", ["metric-samples"]),
    ("sli-counts", "counts, CSV", "sli_counts.csv", ["sli-counts"]),
    ("access-log", "access log, nginx combined", "access.log", ["access-log-fields", "access-log"]),
]
NAMES = {
    "application-log": "DuckDB, `read_json`",
    "metric-samples": "DuckDB, `read_csv`",
    "sli-counts": "DuckDB, `read_csv`",
    "access-log-fields": "DuckDB, `read_csv` between spaces",
    "access-log": "DuckDB, `regexp_extract`",
    "goaccess": "GoAccess, JSON report",
}

# Figures that must be equal whoever read the file: one statement for the rows of constat, one for those of DuckDB.
SPAN = "count(*), epoch_us(min(time)), epoch_us(max(time))"
FIGURES = {
    "application-log": (
        f"SELECT {SPAN}, count(*) FILTER (severity_text = 'ERROR'), count(trace_id),"
        " sum(CAST(attributes->>'$.duration_ms' AS BIGINT)) FROM log_records",
        f"SELECT {SPAN.replace('(time)', '(timestamp)')}, count(*) FILTER (level = 'ERROR'), count(trace_id),"
        " sum(duration_ms) FROM other",
    ),
    "metric-samples": (f"SELECT {SPAN}, sum(CAST(value AS DECIMAL(38, 3))), count(DISTINCT entity) FROM metric_samples",) * 2,
    "sli-counts": (f"SELECT {SPAN}, sum(total), sum(bad), sum(viewers), count(DISTINCT region) FROM sli_counts",) * 2,
    "access-log": (
        f"SELECT {SPAN}, count(*) FILTER (severity_text = 'ERROR'), count(DISTINCT attributes->>'$.client_ip'),"
        " sum(CAST(attributes->>'$.bytes' AS BIGINT)) FROM log_records",
        f"SELECT {SPAN}, count(*) FILTER (status >= 500), count(DISTINCT client), sum(bytes) FROM other",
    ),
}

# What the generator writes of people.
PERSONAL = r"@(mail|post|famille)\.example|(203\.0\.113|198\.51\.100|192\.0\.2)\.\d|2001:db8:|CL-\d{8}"


def main():
    options = arguments()
    work = pathlib.Path(options.work)
    rows = []
    for kind, title, name, statements in INPUTS:
        case = work / kind
        source = case / "exports" / name
        generate(work / "inputs", kind, options.rows, source)
        others = {statement: duckdb_command(work, statement, source) for statement in statements}
        if kind == "access-log" and shutil.which("goaccess"):
            report = work / "goaccess.json"
            others["goaccess"] = ["goaccess", str(source), "--log-format=COMBINED", "--no-global-config", "--no-progress", "-o", str(report)]
        runs = run_in_turn(options, work, case, others)
        check(kind, work, options.rows, others)
        rows += [row(title, NAMES[other], runs["constat"], runs[other]) for other in others]
    table = "\n".join(table_lines(options, rows))
    print(table)
    if options.publish:
        publish("ingest.sh", table)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("work")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--publish", action="store_true")
    return parser.parse_args()


def generate(generator, kind, rows, source):
    source.parent.mkdir(parents=True, exist_ok=True)
    with open(source, "wb") as out:
        subprocess.run([generator, kind, str(rows)], stdout=out, check=True)


def duckdb_command(work, statement, source):
    return [sys.executable, str(HERE / "duckdb_convert.py"), statement, str(source), str(work / f"{statement}.parquet")]


def run_in_turn(options, work, case, others):
    """Runs of all programs, one after the other and again, so that a change of the machine hits all alike."""
    store = work / "store"
    commands = {"constat": [options.binary, "ingest", str(case), "--store", str(store), "--quiet"], **others}
    runs = {name: [] for name in commands}
    for number in range(options.runs):
        for name, command in commands.items():
            if name == "constat":
                shutil.rmtree(store, ignore_errors=True)
            runs[name].append(run(name, command))
            tell(f"{case.name} {number + 1}/{options.runs} {name}", runs[name][-1])
    return runs


def run(name, command):
    took = pathlib.Path(command[-1] + ".took") if name in NAMES and name != "goaccess" else pathlib.Path(os.devnull)
    figures = measure(command, took)
    if took.is_file():
        # Starting Python and loading the library is not reading.
        figures.update(json.loads(took.read_bytes()))
    return figures


def check(kind, work, rows, others):
    """Whoever read the file must have found the same in it."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    tables = {path.parent.name for path in (work / "store").rglob("*.parquet")}
    for table in tables:
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{work}/store/**/{table}/*.parquet')")
    ours, theirs = FIGURES[kind]
    found = connection.execute(ours).fetchone()
    if found[0] != rows:
        sys.exit(f"{kind}: expected {rows} rows in the store, found {found[0]}")
    for other in others:
        if other == "goaccess":
            general = json.loads((work / "goaccess.json").read_bytes())["general"]
            expected, answer = (rows, 0), (general["total_requests"], general["failed_requests"])
        else:
            source = f"read_parquet('{work}/{other}.parquet')"
            is_same_table = ours == theirs
            statement = theirs.replace("FROM metric_samples", "FROM other").replace("FROM sli_counts", "FROM other")
            statement = statement if is_same_table else theirs
            connection.execute(f"CREATE OR REPLACE VIEW other AS SELECT * FROM {source}")
            expected, answer = found, connection.execute(statement).fetchone()
        if expected != answer:
            sys.exit(f"{kind}: {other} found {answer}, constat {expected}")
    if "log_records" in tables:
        text = "concat_ws(' ', body, attributes)"
        leaks = connection.execute(f"SELECT count(*) FROM log_records WHERE regexp_matches({text}, '{PERSONAL}')").fetchone()[0]
        there = connection.execute(f"SELECT count(*) FROM other WHERE regexp_matches(other::VARCHAR, '{PERSONAL}')").fetchone()[0]
        if leaks or not there:
            sys.exit(f"{kind}: {leaks} rows of constat hold personal data, {there} rows of the input do")
        print(f"{kind}: personal data in {there} rows of the input, in none of the store", file=sys.stderr)
    print(f"{kind}: the same figures everywhere: {found}", file=sys.stderr)


def row(title, other, ours, theirs):
    cells = [title, other] + [ratio(ours, theirs, what) for what in ("cpu", "wall", "memory")]
    return f"| {' | '.join(cells)} |"


def table_lines(options, rows):
    programs = [version(options.binary), f"DuckDB {duckdb.__version__}"]
    if shutil.which("goaccess"):
        text = subprocess.run(["goaccess", "--version"], capture_output=True, text=True, check=True).stdout
        programs.append(text.splitlines()[0].rstrip(".").replace(" - ", " "))
    yield f"{options.rows} rows a file, {options.runs} runs in turn. {', '.join(programs)}. {machine()}."
    yield ""
    yield "| input | constat, as a multiple of | processor time | elapsed time | peak memory |"
    yield "| --- | --- | --- | --- | --- |"
    yield from rows


main()
