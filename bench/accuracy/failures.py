"""Where constat was wrong, and what the data say about why."""

import collections

from page import AXES, READINGS, table

# A difference of scores below this share of the winner's is called near.
NEAR = 0.05


def lines(evaluation, scores, localisations, ablation):
    told = []
    yield from whole_cases(evaluation, scores["cases"]["cases"], told)
    yield from causes(evaluation, ablation, told)
    yield from slices(evaluation, localisations, told)
    yield from logs(scores["logs"]["systems"], told)
    stale = sorted(set(READINGS["reasons"]) - set(told))
    if stale:
        yield ""
        yield f"Readings of cases that do not fail any more: {', '.join(stale)}."


def reading(name, told):
    told.append(name)
    return READINGS["reasons"].get(name, "")


# ---- whole cases -------------------------------------------------------------------------------------------------

def whole_cases(evaluation, scored, told):
    rows = []
    for case in scored:
        found = evaluation.findings("cases", case["case"])
        rows += [[case["case"], figure, reason] for figure, reason in wrong(case, found)]
    yield f"**Whole cases**: {len(rows)} wrong answers."
    if rows:
        yield ""
        yield from table(["case", "figure", "what the data say", "our reading"], [[*row, reading(row[0], told)] for row in rows])
    yield ""


def wrong(case, found):
    """Wrong figures of one case, each with what was found."""
    if not found:
        yield "all", "no findings"
        return
    if case["control"]:
        if case["false_alarm"]["false_alarm"]:
            yield "nothing happened", "an incident was found"
        return
    for side in ("start", "end"):
        error = case["window"][f"{side}_error_s"]
        if error is None or error > 120:
            covered = "inside the stated range" if case["window"][f"{side}_covered"] else "outside the stated range"
            yield f"{side} of the window", "none found" if error is None else f"{error:.0f} s off, {covered}"
    for axis in AXES:
        if not case["classification"][axis]:
            stated = (found.get("classification") or {}).get(axis) or {}
            sure = stated.get("confidence")
            yield f"class: {axis}", f"found {stated.get('value')}" + (f", confidence {sure:.2f}" if sure is not None else "")
    if not case["localisation"]["exact"]:
        yield "slices", f"F1 over pairs {case['localisation']['f1']:.2f}"
    for name, right in case["milestones"].items():
        if not right:
            at = ((found.get("milestones") or {}).get(name) or {}).get("at")
            yield f"milestone: {name}", "none found" if at is None else "another instant"
    for name in ("viewer_minutes_lost", "excess_bad"):
        figure = case[name]
        if not figure["ok"]:
            error = figure["rel_error"]
            yield name.replace("_", " "), "none found" if error is None else f"{100 * error:.0f} % off"
        if figure["derivable"] and not figure["covered"]:
            yield f"interval of {name.replace('_', ' ')}", "does not hold the true figure"
    for part, right, number in (("communication", "right", "checks"), ("satisfaction", "right", "checks"), ("offers", "right", "verdicts")):
        if case[part] and case[part][right] < case[part][number]:
            yield part, f"{case[part][right]} of {case[part][number]} right"
    if case["complaints"] and not case["complaints"]["lead_ok"]:
        yield "lead of complaints", "more than 300 s off or none"
    inputs = case["inputs"]
    if inputs["right_table"] < inputs["files"]:
        yield "files", f"{inputs['right_table']} of {inputs['files']} in the right table"


# ---- causes ------------------------------------------------------------------------------------------------------

def causes(evaluation, ablation, told):
    failed = [row for row in ablation if row["rank"] != 1]
    rows, counts = [], collections.Counter()
    for row in failed:
        incident = row["incident"]
        found = evaluation.findings(incident.part, incident.name).get("root_causes") or []
        reason = why(evaluation, row)
        counts[reason] += 1
        winner = evidence(found[0]) if found else "none"
        right = next((cause for cause in found if incident.is_right(cause["entity"])), None)
        place = f"{row['rank']} of {len(row['causes'])}" if row["rank"] else f"not among {len(row['causes'])}"
        rows.append([incident.name, place, winner, evidence(right) if right else "none", reason, reading(incident.name, told)])
    yield f"**Root causes**: {len(failed)} of {len(ablation)} cases, true cause not first."
    if not failed:
        return
    yield ""
    yield from table(["reason", "cases"], counts.most_common())
    yield ""
    yield from table(["case", "place of the true cause", "evidence for the first", "evidence for the true one", "what the data say", "our reading"], rows)
    yield ""


def evidence(cause):
    """Strongest weight of each kind, and the score."""
    strongest = {}
    for signal in cause["signals"]:
        strongest[signal["kind"]] = max(strongest.get(signal["kind"], 0.0), signal["weight"] or 0.0)
    kinds = ", ".join(f"{kind} {weight:.2f}" for kind, weight in sorted(strongest.items(), key=lambda pair: (-pair[1], pair[0])))
    return f"{cause['score']:.2f}: {kinds or 'no signal'}"


def why(evaluation, row):
    """Derived from signals, scores and calls."""
    incident, ranked = row["incident"], row["causes"]
    if not ranked:
        return "no candidate at all"
    signals = evaluation.query(incident.folder, "SELECT DISTINCT entity FROM stg_signals WHERE kind <> 'dependency'")
    if not any(incident.is_right(signal["entity"]) for signal in signals):
        return "nothing that was measured speaks for the true cause"
    if row["rank"] is None:
        return "what speaks for the true cause is weaker than for all that are listed"
    first, right = ranked[0], next(cause for cause in ranked if incident.is_right(cause["entity"]))
    if float(right["score"]) >= (1 - NEAR) * float(first["score"]):
        return "nearly equal scores"
    calls = collections.defaultdict(set)
    for call in evaluation.query(incident.folder, "SELECT source, target FROM dependencies"):
        calls[call["source"]].add(call["target"])
    if right["entity"] in reached(calls, first["entity"]):
        return "felt more at an entity that calls the true cause"
    if first["entity"] in reached(calls, right["entity"]):
        return "an entity that the true cause calls moved more"
    return "an entity without calls to or from the true cause moved more"


def reached(calls, entity):
    """All entities that one calls, directly or not."""
    found, open_ones = set(), [entity]
    while open_ones:
        for callee in calls.get(open_ones.pop(), ()):
            if callee not in found:
                found.add(callee)
                open_ones.append(callee)
    return found


# ---- slices and logs ---------------------------------------------------------------------------------------------

def slices(evaluation, localisations, told):
    failed = [known for known in localisations if not known.is_exact]
    rows, counts = [], collections.Counter()
    for known in failed:
        found = evaluation.findings("localise", known.name)
        reason = how_far(known)
        counts[reason] += 1
        listed = [frozenset(map(tuple, entry["where"].items())) for entry in found.get("localisation_candidates") or []]
        places = [listed.index(slice) + 1 for slice in known.truth if slice in listed]
        next_best = f"next best {min(places)}" if places else "not among the next best"
        excess = ((found.get("impact") or {}).get("excess_bad") or {}).get("value")
        rows.append([known.name, f"{len(known.truth)} true, {len(known.claims)} claimed", reason, next_best, "" if excess is None else f"{excess:.0f}", reading(known.name, told)])
    yield f"**Slices**: {len(failed)} of {len(localisations)} cases."
    if not failed:
        return
    yield ""
    yield from table(["reason", "cases"], counts.most_common())
    yield ""
    yield from table(["case", "slices", "what the data say", "the true one is", "failures above the expected", "our reading"], rows)
    yield ""


def how_far(known):
    if not known.claims:
        return "nothing is claimed"
    if set(known.truth) < set(known.claims):
        return "a slice too many"
    if set(known.claims) < set(known.truth):
        return "a slice is missing"
    claimed, true = known.claims[0], known.truth[0]
    if true < claimed:
        return "too narrow: a condition too many"
    if claimed < true:
        return "too wide: a condition is missing"
    if {name for name, _ in claimed} == {name for name, _ in true}:
        return "another value of the same dimension"
    return "partly the same conditions" if claimed & true else "another dimension"


def logs(systems, told):
    rows = [
        [name, round((1 - f["GA"]) * f["N"]), f["N"], f["pred_groups"] - f["truth_templates"], f["new_true"] - f["new_hit"], f["new_raised"] - f["new_hit"], reading(name, told)]
        for name, f in systems.items()
        if f["GA"] < 1
    ]
    yield f"**Log templates**: {len(rows)} of {len(systems)} systems with a line in a wrong group."
    if rows:
        yield ""
        head = ["system", "lines in a wrong group", "of", "groups too many", "new ones not told", "told though not new", "our reading"]
        yield from table(head, rows)
