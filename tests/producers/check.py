"""Compares what constat read with what was counted without it: `check.py BINARY CASE EXPECTED SINCE UNTIL`.

EXPECTED has one line a file: path below `exports`, sources (separated by `|`) of which one must have read it,
table, and the counter of its records. SINCE and UNTIL are epoch seconds between which everything was written.
"""

import csv
import io
import json
import math
import re
import subprocess
import sys

BINARY, CASE, EXPECTED, SINCE, UNTIL = sys.argv[1:]


def text_of(path):
    with open(f"{CASE}/exports/{path}", "rb") as file:
        return file.read().decode("utf-8", "replace")


def lines(path):
    return sum(1 for line in text_of(path).split("\n") if line.strip())


def requests(path):
    """Lines of an access log; each must end a request as the format says, so that none is counted twice."""
    found = lines(path)
    assert found == len(re.findall(r'" \d{3} (\d+|-)( |$)', text_of(path), re.M)), path
    return found


def finite(values):
    """How many are numbers: NaN and infinities stand for no value."""
    return sum(1 for value in values if value is not None and math.isfinite(float(value)))


def prometheus_samples(path):
    result = json.loads(text_of(path))["data"]["result"]
    return finite(sample[1] for series in result for sample in series.get("values") or [series["value"]])


def victoria_samples(path):
    return finite(value for line in text_of(path).splitlines() for value in json.loads(line)["values"])


def listed_alerts(path):
    return len(json.loads(text_of(path)))


def notified_alerts(path):
    """Alerts, however often each was told of."""
    notices = [json.loads(line) for line in text_of(path).splitlines()]
    return len({(alert["fingerprint"], alert["startsAt"]) for notice in notices for alert in notice["alerts"]})


def ask(statement):
    command = [BINARY, "query", CASE, statement, "--format", "csv", "--quiet"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    return list(csv.DictReader(io.StringIO(answer)))


passed = failed = 0


def check(is_right, what):
    global passed, failed
    passed, failed = passed + bool(is_right), failed + (not is_right)
    if not is_right:
        print(f"FAILED: {what}")


def check_file(path, sources, table, counter, inputs):
    rows = inputs.pop(f"exports/{path}", [])
    expected = globals()[counter](path)
    check(expected > 0, f"{path}: the producer wrote nothing")
    check(len(rows) == 1 and rows[0]["table"] == table, f"{path}: expected rows of {table} alone, found {rows}")
    if not rows:
        return
    row = rows[0]
    check(row["source"] in sources.split("|"), f"{path}: expected {sources}, found {row['source']} ({row['why']})")
    check(int(row["rows_kept"] or 0) == expected, f"{path}: expected {expected} rows, found {row}")
    check(int(row["rows_rejected"] or 0) == 0, f"{path}: expected no reject, found {row}")
    print(f"{path}: {row['source']}, {expected} rows counted, {row['rows_kept']} kept")


def check_times(table, by):
    span = f"count(*) AS n, count(time) AS timed, epoch_micros(min(time)) AS first, epoch_micros(max(time)) AS last"
    for row in ask(f"SELECT {by} AS part, {span} FROM {table} GROUP BY {by}"):
        check(row["n"] == row["timed"], f"{row['part']}: {row['n']} rows, {row['timed']} with a time")
        # Most logs write whole seconds.
        if row["timed"] != "0":
            is_within = int(SINCE) - 1 <= int(row["first"]) / 1e6 <= int(row["last"]) / 1e6 <= int(UNTIL) + 1
            check(is_within, f"{row['part']}: times from {row['first']} to {row['last']}, run {SINCE} to {UNTIL}")


def severities_of(path):
    """Severities of the requests in an access log, by their status."""
    found = {"ERROR": 0, "WARN": 0, "INFO": 0}
    for status in re.findall(r'" (\d{3}) (?:\d+|-)(?: |$)', text_of(path), re.M):
        found["ERROR" if status >= "500" else "WARN" if status >= "400" else "INFO"] += 1
    return found


def check_severities(path):
    where = f"WHERE file = 'exports/{path}' GROUP BY severity_text"
    rows = ask(f"SELECT severity_text, count(*) AS n FROM log_records {where}")
    found = {row["severity_text"]: int(row["n"]) for row in rows}
    expected = {severity: count for severity, count in severities_of(path).items() if count}
    check(len(expected) > 1 and found == expected, f"{path}: expected {expected}, found {found}")


def main():
    inputs = {}
    for row in ask('SELECT path, source, "table", rows_kept, rows_rejected, rows_duplicate, why FROM inputs'):
        inputs.setdefault(row["path"], []).append(row)
    with open(EXPECTED, encoding="utf-8") as file:
        expected = [line.rstrip("\n").split("\t") for line in file]
    for each in expected:
        check_file(*each, inputs)
    check(not inputs, f"files that nobody expected: {inputs}")
    for row in ask("SELECT file, line_number, reason, excerpt FROM rejects LIMIT 20"):
        check(False, f"reject {row}")
    check_times("log_records", "file")
    check_times("metric_samples", "'metric_samples'")
    check_times("alerts", "'alerts'")
    for path, *_, counter in expected:
        if counter == "requests":
            check_severities(path)
    resolved = ask("SELECT count(*) AS n FROM alerts WHERE name = 'Origin answers 5xx' AND resolved_at >= time")
    check(resolved[0]["n"] == "1", "expected one alert with its end")
    # What identifies someone is in the logs (the load put it there) and must not be in the tables.
    for word in ["tavernelle", "192.0.2.7", "hunter2"]:
        check(any(word in text_of(path).lower() for path, *_ in expected), f"no producer wrote `{word}`")
        like = f"lower(concat_ws(' ', body, attributes, service_name, host)) LIKE '%{word}%'"
        rows = ask(f"SELECT file, body, attributes FROM log_records WHERE {like} LIMIT 5")
        check(not rows, f"`{word}` is in the store: {rows}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
