"""The evaluation folder: its inputs, its scorers, and what constat answered.

The folder is read only. Its inputs are copied, so that no store is written into it, and its own scorers decide what is
right; nothing here knows a case, a system or an entity by name.
"""

import csv
import dataclasses
import importlib.util
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys


class Evaluation:
    """One binary, one evaluation folder, one working folder."""

    def __init__(self, folder, binary, work, is_kept):
        self.folder, self.binary, self.work = folder, binary, work
        self.data, self.out, self.store = work / "inputs", work / "answers", work / "store"
        if not is_kept:
            for path in (self.data, self.out, self.store):
                shutil.rmtree(path, ignore_errors=True)
            shutil.copytree(folder, self.data, ignore=shutil.ignore_patterns(".constat", "out", "__pycache__"))
            for path in [self.data, *self.data.rglob("*")]:
                path.chmod(path.stat().st_mode | 0o200)
        self.cases_scorer = self.module("score")
        self.rca_scorer = self.module("score_rca")
        self.localise_scorer = self.module("score_localise")

    def module(self, name):
        specification = importlib.util.spec_from_file_location(name, self.folder / f"{name}.py")
        loaded = importlib.util.module_from_spec(specification)
        sys.modules[name] = loaded
        specification.loader.exec_module(loaded)
        return loaded

    def start_scoring(self):
        """Runs every set through the folder's own script; to be waited for."""
        self.out.mkdir(parents=True, exist_ok=True)
        with open(self.work / "scores.txt", "wb") as text:
            command = [self.folder / "score_all.sh", self.binary, self.out, self.data]
            # All sets, whatever part of them was asked for in this shell.
            surroundings = {name: value for name, value in os.environ.items() if name != "ONLY"}
            return subprocess.Popen(command, env=surroundings, stdin=subprocess.DEVNULL, stdout=text, stderr=subprocess.STDOUT, start_new_session=True)

    def scores(self):
        """The scorers' own figures, by set."""
        systems = ",".join(sorted(os.listdir(self.data / "logs" / "truth")))
        groups = self.work / "rca.json"
        self.scorer("score_rca.py", self.data / "rca" / "truth", self.out / "rca_pred", "--ties", "worst", "--by", "dataset,scenario,fault", "--json", groups)
        localise = ["--cases", self.data / "localise" / "truth", "--split", "all", "--pred", self.out / "localise_pred.json", "--json"]
        logs = ["--pred-dir", self.out / "logs_pred", "--truth-dir", self.data / "logs" / "truth", "--systems", systems, "--raw", "--json"]
        return {
            "cases": json.loads(self.scorer("score.py", self.out / "cases", self.data / "cases" / "truth", "--json")),
            "rca": json.loads(groups.read_text("utf-8")),
            "localise": json.loads(self.scorer("score_localise.py", *localise)),
            "logs": json.loads(self.scorer("score_templates.py", *logs)),
        }

    def scorer(self, script, *arguments):
        return subprocess.run([sys.executable, self.folder / script, *arguments], stdout=subprocess.PIPE, check=True, text=True).stdout

    def query(self, case, statement, store=None):
        """Rows that constat answers for a case."""
        store = store or self.store
        command = [self.binary, "query", case, statement, "--format", "csv", "--quiet", "--store", store]
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        if answer.returncode != 0:
            sys.exit(f"{case}: `{statement}` failed\n{answer.stderr}")
        csv.field_size_limit(1 << 30)
        return list(csv.DictReader(io.StringIO(answer.stdout)))

    def findings(self, part, name):
        path = self.out / part / name / "findings.json"
        return json.loads(path.read_text("utf-8")) if path.is_file() else {}

    def incidents(self):
        """The whole cases in which something happened, and the cases of causes."""
        for path in sorted((self.data / "cases" / "truth").glob("*.json")):
            truth = json.loads(path.read_text("utf-8"))
            if not truth["control"]:
                right = {self.cases_scorer.norm(name) for name in truth["root_cause"]["accept"]}
                yield Incident("cases", "whole cases", path.stem, self.data / "cases" / path.stem, lambda entity, right=right: self.cases_scorer.norm(entity) in right)
        for path in sorted((self.data / "rca" / "truth").glob("*.json")):
            truth = json.loads(path.read_text("utf-8"))
            right = {cause["entity"] for cause in truth["root_causes"]}
            yield Incident("rca", truth["dataset"], path.stem, self.data / "rca" / "cases" / path.stem, lambda entity, right=right: entity in right)

    def localisations(self):
        """Per case of slices: identifier, folder, true slices, slices claimed, confidence of the claim."""
        for path in sorted((self.data / "localise" / "truth").rglob("truth.json")):
            truth = json.loads(path.read_text("utf-8"))
            name = truth["case"].split("/")[-1]
            found = self.findings("localise", name)
            claims = found.get("localisation") or []
            canon = self.localise_scorer.canon
            yield Localisation(
                name,
                self.data / "localise" / "cases" / name,
                list(dict.fromkeys(canon(cause) for cause in truth["causes"])),
                list(dict.fromkeys(canon(claim["where"]) for claim in claims)),
                claims[0].get("confidence") if claims else None,
            )


@dataclasses.dataclass
class Incident:
    """A case with a true cause."""

    part: str
    group: str
    name: str
    folder: pathlib.Path
    is_right: object

    def rank(self, causes):
        """Place of the first true cause; None when it is not among the candidates. Equal scores count as worst."""
        hits = [place for place, row in enumerate(causes) if self.is_right(row["entity"])]
        if not hits:
            return None
        score = float(causes[hits[0]]["score"])
        return max(place for place, row in enumerate(causes) if float(row["score"]) >= score) + 1


@dataclasses.dataclass
class Localisation:
    """A case with true slices."""

    name: str
    folder: pathlib.Path
    truth: list
    claims: list
    confidence: float | None

    @property
    def is_exact(self):
        return set(self.claims) == set(self.truth)


# A declared start or end of the window, up to the next table.
WINDOW = re.compile(r"^\[window\]\n(?:(?!\[).*\n?)*", re.MULTILINE)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
