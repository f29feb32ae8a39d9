"""Measures and writes docs/accuracy.md, see accuracy.sh: `main.py EVAL_DIR [BINARY] [options]`."""

import argparse
import atexit
import json
import os
import pathlib
import re
import shutil
import signal
import sys
import tempfile

import experiments
import failures
import page
from drawing import reliability
from evaluation import Evaluation

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHIFT = 60


def main():
    options = arguments()
    work = pathlib.Path(options.work or tempfile.mkdtemp(prefix="accuracy-")).resolve()
    work.mkdir(parents=True, exist_ok=True)
    is_kept = options.keep and (work / "answers" / "logs_pred").is_dir()
    evaluation = Evaluation(options.evaluation.resolve(), options.binary.resolve(), work, is_kept)
    # The sets are scored by the folder's own script; beside it run the experiments that need no answer of it.
    scoring = None if is_kept else evaluation.start_scoring()
    if scoring is not None:
        atexit.register(stop, scoring)
    incidents = list(evaluation.incidents())
    declared = [incident for incident in incidents if incident.part == "rca"]
    say("signals left out")
    ablation = experiments.ablation(evaluation, incidents)
    say("window shifted")
    before = [row["causes"] for row in ablation if row["incident"].part == "rca"]
    shifts = [(seconds, experiments.shifted_window(evaluation, declared, seconds)) for seconds in (-SHIFT, SHIFT)]
    say("exports rewritten")
    same_causes = remembered(work, is_kept, "causes", lambda: experiments.rewritten_causes(evaluation, declared, before))
    if scoring is not None:
        say("waiting for the scores")
        if scoring.wait() != 0:
            sys.exit(f"scoring failed, see {work}/scores.txt")
    scores = evaluation.scores()
    localisations = list(evaluation.localisations())
    check(scores, localisations, ablation)
    say("slices rewritten")
    same_slices = remembered(work, is_kept, "slices", lambda: experiments.rewritten_slices(evaluation, localisations))
    answers = page.answers(evaluation, scores, localisations)
    blocks = {
        "measured": page.measured(evaluation, scores, localisations),
        "cases": page.cases(evaluation, scores["cases"]),
        "rca": page.rca(scores["rca"]),
        "localise": page.localise(scores["localise"], localisations),
        "logs": page.logs(scores["logs"]),
        "calibration": page.calibration(answers),
        "ablation": page.ablation(ablation),
        "window": page.window(declared, before, shifts),
        "invariance": page.invariance(same_causes, same_slices),
        "failures": failures.lines(evaluation, scores, localisations, ablation),
    }
    publish(options.docs / "accuracy.md", blocks)
    drawing = options.docs / "images" / "reliability.svg"
    drawing.parent.mkdir(parents=True, exist_ok=True)
    drawing.write_text(reliability([(title, pairs) for title, _, pairs in answers]), "utf-8")
    if not options.work:
        shutil.rmtree(work)
    say(f"wrote {options.docs}/accuracy.md")


def arguments():
    target = os.environ.get("CARGO_TARGET_DIR") or ROOT / "target"
    parser = argparse.ArgumentParser()
    parser.add_argument("evaluation", type=pathlib.Path)
    parser.add_argument("binary", type=pathlib.Path, nargs="?", default=os.environ.get("BIN") or f"{target}/release/constat")
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--docs", type=pathlib.Path, default=ROOT / "docs")
    options = parser.parse_args()
    if not os.access(options.binary, os.X_OK):
        parser.error(f"{options.binary} is no program")
    return options


def remembered(work, is_kept, name, measure):
    """Figures of the experiments that read every case anew, taken from an earlier run when its answers are kept."""
    path = work / f"rewritten-{name}.json"
    if not (is_kept and path.is_file()):
        path.write_text(json.dumps(list(measure())), "utf-8")
    return json.loads(path.read_text("utf-8"))


def stop(scoring):
    """Ends the scoring and what it started, when something failed beside it."""
    if scoring.poll() is None:
        os.killpg(scoring.pid, signal.SIGTERM)


def say(text):
    print(text, file=sys.stderr, flush=True)


def check(scores, localisations, ablation):
    """What is derived here must be what the scorers say."""
    exact = sum(known.is_exact for known in localisations) / len(localisations)
    theirs = next(iter(scores["localise"]["modes"].values()))["exact"]
    if abs(exact - theirs) > 1e-9:
        sys.exit(f"slices: {exact} exact here, {theirs} by the scorer")
    ranks = {row["case"]: row["rank"] for row in scores["rca"]["cases"]}
    for row in ablation:
        incident = row["incident"]
        if incident.part == "rca" and ranks[incident.name] != row["rank"]:
            sys.exit(f"{incident.name}: place {row['rank']} here, {ranks[incident.name]} by the scorer")
    firsts = {case["case"]: case["root_cause"]["top1"] for case in scores["cases"]["cases"] if not case["control"]}
    for row in ablation:
        incident = row["incident"]
        if incident.part == "cases" and firsts[incident.name] != (row["rank"] == 1):
            sys.exit(f"{incident.name}: the scorer disagrees on the first cause")


def publish(path, blocks):
    """Replaces what stands between the marks of each block; every block must be there."""
    text = path.read_text("utf-8")
    for name, lines in blocks.items():
        begin, end = f"<!-- bench/accuracy.sh {name}: begin -->", f"<!-- bench/accuracy.sh {name}: end -->"
        if begin not in text or end not in text:
            sys.exit(f"{path}: the marks of `{name}` are missing")
        body = begin + "\n" + "\n".join(lines) + "\n" + end
        text = re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: body, text, flags=re.DOTALL)
    path.write_text(text, "utf-8")


main()
