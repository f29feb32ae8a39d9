"""Compares constat with drain3, see log_templates.sh: `log_templates.py BINARY WORKDIR [options]`."""

import argparse
import csv
import importlib.metadata
import io
import json
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

from comparison import machine, measure, publish, ratio, tell, version

HERE = pathlib.Path(__file__).resolve().parent
COUNTS = "SELECT count(*) AS templates, sum(count) AS lines FROM log_templates"


def main():
    options = arguments()
    work = pathlib.Path(options.work)
    case, store = work / "log-mix", work / "log-mix-store"
    source = case / "exports" / "mix.log"
    source.parent.mkdir(parents=True, exist_ok=True)
    with open(source, "wb") as out:
        subprocess.run([work / "inputs", "log-mix", str(options.rows)], stdout=out, check=True)
    target = work / "drain3.txt"
    ingest = [options.binary, "ingest", str(case), "--store", str(store), "--quiet"]
    query = [options.binary, "query", str(case), "--store", str(store), "--quiet", "--format", "csv", COUNTS]
    runs = {"ingest": [], "templates": [], "drain3": []}
    for number in range(options.runs):
        shutil.rmtree(store, ignore_errors=True)
        runs["ingest"].append(measure(ingest, work / "ingest.txt"))
        runs["templates"].append(measure(query, work / "templates.csv"))
        figures = measure([sys.executable, str(HERE / "drain3_mine.py"), str(source), str(target)], work / "drain3.out")
        # Starting Python and loading the library is not mining.
        figures.update(json.loads(pathlib.Path(f"{target}.took").read_bytes()))
        runs["drain3"].append(figures)
        for name, figures in ((name, all_of[-1]) for name, all_of in runs.items()):
            tell(f"{number + 1}/{options.runs} {name}", figures)
    answer = next(csv.DictReader(io.StringIO((work / "templates.csv").read_text(encoding="utf-8"))))
    if int(answer["lines"]) != options.rows:
        sys.exit(f"expected {options.rows} lines with a template, found {answer['lines']}")
    theirs = len(target.read_text(encoding="utf-8").splitlines())
    whole = [together(*pair) for pair in zip(runs["ingest"], runs["templates"])]
    rows = [row("templates of lines in the store", runs["templates"], runs["drain3"]), row("the whole, from the file on", whole, runs["drain3"])]
    table = "\n".join(table_lines(options, answer["templates"], theirs, rows))
    print(table)
    if options.publish:
        publish("log_templates.sh", table)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("work")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--publish", action="store_true")
    return parser.parse_args()


def together(first, second):
    """One program after the other: times add up, memory does not."""
    return {"cpu": first["cpu"] + second["cpu"], "wall": first["wall"] + second["wall"], "memory": max(first["memory"], second["memory"])}


def row(title, ours, theirs):
    lines = statistics.median(b["wall"] for b in theirs) / statistics.median(a["wall"] for a in ours)
    memory = f"**{statistics.median(a['memory'] for a in ours) / statistics.median(b['memory'] for b in theirs):.1f}**"
    return f"| {title} | {ratio(ours, theirs, 'cpu', 3)} | {ratio(ours, theirs, 'wall', 3)} | **{lines:.0f}** | {memory} |"


def table_lines(options, ours, theirs, rows):
    yield (
        f"{options.rows} lines, {options.runs} runs in turn. {version(options.binary)}, drain3 {importlib.metadata.version('drain3')},"
        f" Python {platform.python_version()}. {machine()}. constat finds {ours} templates, drain3 {theirs}."
    )
    yield ""
    yield "| constat, as a multiple of drain3 | processor time | elapsed time | lines a second | peak memory |"
    yield "| --- | --- | --- | --- | --- |"
    yield from rows


main()
