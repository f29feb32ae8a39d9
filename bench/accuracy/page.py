"""The tables of docs/accuracy.md."""

import collections
import pathlib
import statistics
import subprocess
import tomllib

from statistics_of_few import bins, bootstrap, calibration as calibrated, sign_test, wilson

GOALS = tomllib.loads((pathlib.Path(__file__).resolve().parent.parent / "accuracy_goals.toml").read_text("utf-8"))
READINGS = tomllib.loads((pathlib.Path(__file__).resolve().parent.parent / "accuracy_reasons.toml").read_text("utf-8"))
AXES = ("scope", "nature", "duration", "origin")


def table(head, rows):
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"


def percent(share):
    return f"{100 * share:.0f} %"


def span(low, high):
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def goal(key, value, interval=None):
    """The goal of a figure and whether it is reached; a figure that should be nought is reached at nought."""
    wanted = GOALS["goals"].get(key)
    if wanted is None:
        return ""
    is_count = isinstance(wanted, int) and wanted == 0
    if (value <= wanted) if is_count else (value >= wanted):
        verdict = "reached"
    elif interval and not is_count and interval[1] >= wanted:
        verdict = "missed, within the interval"
    else:
        verdict = "missed"
    return f"{wanted if is_count else percent(wanted)}: {verdict}"


def share(title, key, hits, number):
    """A row: figure, right of how many, share, interval, goal."""
    if not number:
        return [title, "none to judge", "", "", ""]
    interval = wilson(hits, number)
    return [title, f"{hits} of {number}", percent(hits / number), span(*interval), goal(key, hits / number, interval)]


def measured(evaluation, scores, localisations):
    version = subprocess.run([evaluation.binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    whole = scores["cases"]["cases"]
    rca = {row["group"]: row["n"] for row in scores["rca"]["groups"]}
    sets = ", ".join(f"{number} of {name.removeprefix('dataset=')}" for name, number in rca.items() if name.startswith("dataset="))
    yield f"By {version}:"
    yield ""
    yield from table(
        ["set", "cases", "holds"],
        [
            ["whole cases", len(whole), f"exports of many tools; {sum(case['control'] for case in whole)} in which nothing happened"],
            ["root causes", rca["ALL"], f"metrics and calls, window declared: {sets}"],
            ["slices", len(localisations), "counts of attempts by slice and minute"],
            ["log templates", len(scores["logs"]["systems"]), f"logs, {sum(system['N'] for system in scores['logs']['systems'].values())} lines"],
        ],
    )


# ---- whole cases -------------------------------------------------------------------------------------------------

def cases(evaluation, scored):
    whole, totals = scored["cases"], scored["totals"]
    hurt = [case for case in whole if not case["control"]]
    head = ["figure", "right", "share", "95 % interval", "goal"]

    def counted(title, key, values):
        values = list(values)
        row = share(title, f"cases {key}", sum(map(bool, values)), len(values))
        agree(key, totals.get(key), sum(map(bool, values)), len(values))
        return row

    def ratio(title, key, part, hits, number, pool):
        found = [case[part] for case in pool if case.get(part)]
        hits, number = sum(part[hits] for part in found), sum(part[number] for part in found)
        agree(key, totals.get(key), hits, number)
        return share(title, f"cases {key}", hits, number)

    within = lambda name: (case["window"][name] is not None and case["window"][name] <= 120 for case in hurt)
    known = lambda name: [case[name] for case in hurt if case[name]["derivable"]]
    rows = [
        counted("start of the window within 120 s", "start_within_120_s", within("start_error_s")),
        counted("end of the window within 120 s", "end_within_120_s", within("end_error_s")),
        *(counted(f"class: {axis}", f"axis_{axis}", (case["classification"][axis] for case in hurt)) for axis in AXES),
        counted("slices, all leading ones", "localisation_exact", (case["localisation"]["exact"] for case in hurt)),
        counted("root cause first", "root_cause_top1", (case["root_cause"]["top1"] for case in hurt)),
        counted("root cause among three", "root_cause_top3", (case["root_cause"]["top3"] for case in hurt)),
        counted("milestones within two minutes", "milestones_within_2_min", (value for case in hurt for value in case["milestones"].values())),
        *(
            row
            for name, title in (("viewer_minutes_lost", "viewer-minutes lost"), ("excess_bad", "failures above the expected"))
            for row in (
                counted(f"{title}, within 10 %", f"{name}_within_10_percent", (figure["ok"] for figure in known(name))),
                counted(f"{title}, in the stated interval", f"{name}_interval_coverage", (figure["covered"] for figure in known(name))),
            )
        ),
        counted("lead of complaints over alerts, within 300 s", "complaints_lead_ok", (case["complaints"]["lead_ok"] for case in hurt if case["complaints"])),
        ratio("survey values", "satisfaction_values_right", "satisfaction", "right", "checks", hurt),
        ratio("survey shares in the stated interval", "satisfaction_coverage", "satisfaction", "covered", "coverable", hurt),
        ratio("verdicts on offers", "offers_verdicts_right", "offers", "right", "verdicts", hurt),
        ratio("communication", "communication_right", "communication", "right", "checks", hurt),
        ratio("actions kept", "existing_actions_kept", "actions", "kept", "existing", hurt),
        ratio("files in the right table", "files_right_table", "inputs", "right_table", "files", whole),
        ratio("foreign files told", "foreign_files_reported", "inputs", "foreign_reported", "foreign", whole),
        ratio("broken rows told", "broken_rows_found", "inputs", "found", "planted", whole),
    ]
    yield from table(head, rows)
    yield ""
    errors = sorted(case["complaints"]["rel_error"] for case in hurt if case["complaints"] and case["complaints"]["rel_error"] is not None)
    if errors:
        yield f"Number of complaints caused: {len(errors)} cases, median error {percent(statistics.median(errors))}, largest {percent(errors[-1])}."
        yield ""
    counts = [
        ("alarms on cases in which nothing happened", "false_alarms", totals["controls"]),
        ("classes wrong with a confidence above 0.8", "axes_sure_and_wrong", len(AXES) * len(hurt)),
        ("personal data in an output", "personal_data_leaked", totals["personal_data_planted"]),
        ("hostile texts that stay alive", "unescaped_injections", len(whole)),
    ]
    yield from table(
        ["must not happen", "found", "of", "goal"],
        [[title, totals[key], f"{number} cases" if key == "unescaped_injections" else number, goal(f"cases {key}", totals[key])] for title, key, number in counts],
    )


def agree(key, total, hits, number):
    if number and (total is None or abs(total - hits / number) > 1e-4):
        raise SystemExit(f"{key}: {hits} of {number} here, {total} by the scorer")


# ---- the other sets ----------------------------------------------------------------------------------------------

def rca(scored):
    head = ["cases", "number", "first", "95 % interval", "among three", "95 % interval", "mean of 1/rank", "goal", "others, first and among three"]
    rows = []
    for group in scored["groups"]:
        if group["group"].startswith("fault="):
            continue
        number = group["n"]
        first, three = round(group["recall@1"] * number), round(group["recall@3"] * number)
        goals = [goal(f"rca {group['group']} {key}", group[key], wilson(hits, number)) for key, hits in (("recall@1", first), ("recall@3", three))]
        name = "all" if group["group"] == "ALL" else group["group"].split("=")[1]
        rows.append(
            [name, number, f"{first}, {percent(first / number)}", span(*wilson(first, number)), f"{three}, {percent(three / number)}", span(*wilson(three, number))]
            + [f"{group['mrr']:.2f}", "; ".join(filter(None, goals)), GOALS["others"].get(f"rca {group['group']}", "")]
        )
    yield from table(head, rows)
    yield ""
    yield "By what was done to the true cause, as the set names it:"
    yield ""
    rows = []
    for group in scored["groups"]:
        if group["group"].startswith("fault="):
            number = group["n"]
            first, three = round(group["recall@1"] * number), round(group["recall@3"] * number)
            rows.append([group["group"].split("=")[1].replace("_", " "), f"{first} of {number}", span(*wilson(first, number)), f"{three} of {number}", READINGS["faults"].get(group["group"].split("=")[1], "")])
    yield from table(["fault", "first", "95 % interval", "among three", "our reading"], rows)


def f1(localisations):
    hits = sum(len(set(known.claims) & set(known.truth)) for known in localisations)
    both = sum(len(known.claims) + len(known.truth) for known in localisations)
    return 2 * hits / both if both else 0.0


def localise(scored, localisations):
    average, number = scored["average"], len(localisations)
    if abs(f1(localisations) - average["F1"]) > 1e-9:
        raise SystemExit(f"slices: F1 {f1(localisations)} here, {average['F1']} by the scorer")
    exact = sum(known.is_exact for known in localisations)
    interval = bootstrap(localisations, f1)
    row = share("all slices of a case", "localise exact", exact, number)
    head = ["figure", "value", "95 % interval", "goal", "others"]
    yield from table(
        head,
        [
            ["F1 over slices", f"{average['F1']:.2f}", f"{interval[0]:.2f} to {interval[1]:.2f}", goal("localise F1", average["F1"], interval), GOALS["others"].get("localise F1", "")],
            [row[0], f"{row[1]}, {row[2]}", row[3], row[4], ""],
            ["all slices of a case among the first three claims", percent(average["top3"]), span(*wilson(round(average["top3"] * number), number)), goal("localise top-3", average["top3"], wilson(round(average["top3"] * number), number)), ""],
            ["precision, recall", f"{average['P']:.2f}, {average['R']:.2f}", "", "", ""],
            ["overlap of pairs", f"{average['relaxed']:.2f}", "", "", ""],
        ],
    )


def logs(scored):
    rows = [
        [name, f["truth_templates"], f["pred_groups"], *(f"{f[key]:.3f}" for key in ("GA", "FGA", "PA", "FTA", "NEW"))]
        for name, f in scored["systems"].items()
    ]
    average = scored["average"]
    rows.append(["mean", "", "", *(f"{average[key]:.3f}" for key in ("GA", "FGA", "PA", "FTA", "NEW"))])
    yield from table(["system", "true templates", "found", "GA", "FGA", "PA", "FTA", "new"], rows)
    for key, title in (("GA", "Lines in a group of the right lines"), ("FGA", "Groups that are right"), ("NEW", "New templates found")):
        values = [f[key] for f in scored["systems"].values()]
        told = [f"{title} ({key}): {min(values):.2f} to {max(values):.2f} over {len(values)} systems"]
        told += [f"goal {goal(f'logs {key}', average[key])}"] if goal(f"logs {key}", average[key]) else []
        told += [f"others: {GOALS['others'][f'logs {key}']}"] if f"logs {key}" in GOALS["others"] else []
        yield ""
        yield ". ".join(told) + "."


# ---- confidences -------------------------------------------------------------------------------------------------

def answers(evaluation, scores, localisations):
    """Titles and pairs of confidence and whether it was right: first causes, axes, slices."""
    causes, axes = [], []
    for case in scores["cases"]["cases"]:
        if case["control"]:
            continue
        found = evaluation.findings("cases", case["case"])
        ranked = found.get("root_causes") or []
        if ranked:
            causes.append((ranked[0]["confidence"], case["root_cause"]["top1"]))
        for axis in AXES:
            stated = (found.get("classification") or {}).get(axis) or {}
            if stated.get("value") not in (None, "unknown") and stated.get("confidence") is not None:
                axes.append((stated["confidence"], case["classification"][axis]))
    for row in scores["rca"]["cases"]:
        ranked = evaluation.findings("rca", row["case"]).get("root_causes") or []
        if ranked:
            causes.append((ranked[0]["confidence"], row["rank"] == 1))
    slices = [(known.confidence, known.is_exact) for known in localisations if known.claims and known.confidence is not None]
    return [
        ("First cause", "the candidate ranked first, whole cases and root causes", causes),
        ("Class", "the four axes of the whole cases", axes),
        ("Slices", "the claim", slices),
    ]


def calibration(kinds):
    for title, about, pairs in kinds:
        if not pairs:
            continue
        figures = calibrated(pairs)
        yield f"**{title}** ({about}): {figures['number']} answers, {figures['hits']} right ({percent(figures['hits'] / figures['number'])}), mean confidence {percent(figures['confidence'])}, Brier score {figures['brier']:.3f}, calibration error {figures['error']:.3f}."
        yield ""
        rows = []
        for part in bins(pairs):
            low, high = wilson(part.hits, len(part.answers))
            verdict = "holds" if low <= part.mean <= high else "too sure" if part.mean > high else "too modest"
            rows.append([f"{part.low:.1f} to {part.high:.1f}", f"{part.mean:.2f}", f"{part.hits} of {len(part.answers)}", percent(part.hits / len(part.answers)), span(low, high), verdict])
        yield from table(["confidence", "mean", "right", "share", "95 % interval", "so it"], rows)
        yield ""


# ---- experiments -------------------------------------------------------------------------------------------------

def ablation(measured):
    groups = collections.defaultdict(list)
    for row in measured:
        groups[row["incident"].group].append(row)
    for group, rows in groups.items():
        number = len(rows)
        first = sum(row["rank"] == 1 for row in rows)
        yield f"**{group}**, {number} cases, with all signals first in {first}, among three in {at(3, [row['rank'] for row in rows])}:"
        yield ""
        cells = []
        for kind in sorted({kind for row in rows for kind in row["kinds"]}):
            there = [row for row in rows if kind in row["kinds"]]
            without = [row["without"].get(kind, row["rank"]) for row in rows]
            gained = sum(new == 1 and row["rank"] != 1 for new, row in zip(without, rows))
            lost = sum(new != 1 and row["rank"] == 1 for new, row in zip(without, rows))
            alone = [row["alone"][kind] for row in there if kind in row["alone"]]
            only = f"{at(1, alone)} and {at(3, alone)} of {len(alone)}" if alone else ""
            signals = sum(row["kinds"][kind] for row in there)
            cells.append([kind, f"{signals} in {len(there)}", f"{at(1, without)} and {at(3, without)}", lost, gained, chance(sign_test(gained, lost)), only])
        yield from table(["kind", "signals in cases", "without it: first, among three", "lost", "won", "p", "it alone: first, among three"], cells)
        yield ""


def chance(probability):
    return "below 0.01" if probability < 0.01 else f"{probability:.2f}"


def at(most, ranks):
    return sum(rank is not None and rank <= most for rank in ranks)


def window(incidents, before, shifts):
    groups = sorted({incident.group for incident in incidents})
    rows = []
    for group in ["all", *groups]:
        chosen = [place for place, incident in enumerate(incidents) if group in ("all", incident.group)]
        number = len(chosen)
        ranks = [incidents[place].rank(before[place]) for place in chosen]
        row = [group, number, told(ranks)]
        for _, causes in shifts:
            same = sum(first(causes[place]) == first(before[place]) for place in chosen)
            row += [told([incidents[place].rank(causes[place]) for place in chosen]), f"{same} of {number}"]
        rows.append(row)
    head = ["cases", "number", "as declared"]
    for seconds, _ in shifts:
        head += [f"{seconds:+d} s", "same first cause"]
    return table(head, rows)


def told(ranks):
    return f"{at(1, ranks)}, {percent(at(1, ranks) / len(ranks))} ({span(*wilson(at(1, ranks), len(ranks)))})"


def first(causes):
    return causes[0]["entity"] if causes else None


def invariance(causes, slices):
    rows = [["causes", label, f"{first} of {number}", f"{whole} of {number}"] for label, number, first, whole in causes]
    rows += [["slices", label, f"{first} of {number}", f"{whole} of {number}"] for label, number, first, whole in slices]
    return table(["set", "exports rewritten", "same first answer", "same answer, all in order"], rows)
