"""What happens to the answers when signals are left out, the window is shifted, or the exports are rewritten.

Every experiment asks constat itself: a case is copied, one thing about it is changed, and the query is asked again.
"""

import collections
import concurrent.futures
import csv
import datetime
import gzip
import io
import json
import os
import pathlib
import random
import re
import shutil

from evaluation import TIME, WINDOW

SIGNALS = pathlib.Path(__file__).resolve().parents[2] / "queries" / "cause" / "stg_signals.sql"


def in_turn(work, items):
    """Results in the order of the items; as many at a time as there are cores."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, items))


def copy(case, name, evaluation, part):
    target = evaluation.work / "changed" / name / part / case.name
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(case, target)
    return target


# ---- signals left out --------------------------------------------------------------------------------------------

def family(kind):
    """`log_new` is a kind of log."""
    return kind.split("_")[0]


def ranked_without(evaluation, incident, label, condition):
    """The causes when only signals that meet a condition are there. The catalogue's own query, with the condition
    around it, lies in the folder of the case and wins over the built-in one."""
    header, statement = SIGNALS.read_text("utf-8").split("---*/", 1)
    case = copy(incident.folder, label, evaluation, incident.part)
    (case / "queries").mkdir(exist_ok=True)
    (case / "queries" / SIGNALS.name).write_text(f"{header}---*/\nSELECT * FROM (\n{statement}\n) WHERE {condition}\n", "utf-8")
    causes = evaluation.query(case, "root_causes")
    left = evaluation.query(case, "SELECT DISTINCT kind FROM stg_signals")
    shutil.rmtree(case)
    return causes, {family(row["kind"]) for row in left}


def ablation(evaluation, incidents):
    """For each case: kinds of signals, causes with all, and the place of the true cause without and with only a kind.
    Calls between entities are no signal of their own; with only a kind they stay."""

    def one(incident):
        kinds = collections.Counter(family(row["kind"]) for row in evaluation.query(incident.folder, "stg_signals"))
        causes = evaluation.query(incident.folder, "root_causes")
        without, alone = {}, {}
        for kind in sorted(kinds):
            if set(kinds) - {"dependency"} == {kind}:
                # Nothing is left without it, and nothing is left out when it is alone.
                without[kind], alone[kind] = None, incident.rank(causes)
                continue
            this = f"split_part(kind, '_', 1) = '{kind}'"
            ranked, left = ranked_without(evaluation, incident, f"without-{kind}", f"NOT ({this})")
            if left != set(kinds) - {kind}:
                raise SystemExit(f"{incident.name}: without {kind} the signals are {sorted(left)}")
            without[kind] = incident.rank(ranked)
            if kind != "dependency":
                ranked, _ = ranked_without(evaluation, incident, f"only-{kind}", f"{this} OR kind = 'dependency'")
                alone[kind] = incident.rank(ranked)
        return {"incident": incident, "kinds": kinds, "causes": causes, "rank": incident.rank(causes), "without": without, "alone": alone}

    return in_turn(one, incidents)


# ---- window shifted ----------------------------------------------------------------------------------------------

def shifted_window(evaluation, incidents, seconds):
    """For each case with a declared window: the causes when both its ends are moved."""

    def moved(text):
        def later(match):
            time = datetime.datetime.fromisoformat(match[0].replace("Z", "+00:00")) + datetime.timedelta(seconds=seconds)
            return time.strftime("%Y-%m-%dT%H:%M:%SZ")

        return WINDOW.sub(lambda table: TIME.sub(later, table[0]), text)

    def one(incident):
        case = copy(incident.folder, f"window{seconds:+d}", evaluation, incident.part)
        declared = (case / "incident.toml").read_text("utf-8")
        if moved(declared) == declared:
            raise SystemExit(f"{incident.name}: no window is declared")
        (case / "incident.toml").write_text(moved(declared), "utf-8")
        causes = evaluation.query(case, "root_causes")
        shutil.rmtree(case)
        return causes

    return in_turn(one, incidents)


# ---- exports rewritten -------------------------------------------------------------------------------------------

def read(path):
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))


def write(path, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    data = text.getvalue().encode("utf-8")
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def tables(case):
    return sorted(path for path in (case / "exports").iterdir() if path.name.removesuffix(".gz").endswith(".csv"))


def shuffle(case):
    """Rows and columns in another order."""
    generator = random.Random(7)
    for path in tables(case):
        header, *rows = read(path)
        order = sorted(range(len(header)), key=lambda _: generator.random())
        rows.sort(key=lambda _: generator.random())
        write(path, [[row[place] for place in order] for row in [header, *rows]])


def split(case):
    """Every other row in a file of its own."""
    for path in tables(case):
        header, *rows = read(path)
        write(path, [header, *rows[::2]])
        write(path.with_name("second-" + path.name), [header, *rows[1::2]])


def rescale(case):
    """Every metric times 1000."""
    for path in tables(case):
        header, *rows = read(path)
        if "metric" in header:
            place = header.index("value")
            for row in rows:
                row[place] = repr(float(row[place]) * 1000) if row[place] else ""
            write(path, [header, *rows])


PSEUDONYM = re.compile("[a-z]+-[0-9a-f]{12}(?![0-9a-z])")
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
CIPHER = str.maketrans(ALPHABET + ALPHABET.upper(), ALPHABET[13:] + ALPHABET[:13] + ALPHABET[13:].upper() + ALPHABET[:13].upper())


def rename_entities(case):
    """Every letter of an entity's name thirteen places on; undone by doing it again."""
    for path in tables(case):
        header, *rows = read(path)
        for column in ("entity", "source", "target"):
            if column in header:
                place = header.index(column)
                for row in rows:
                    row[place] = row[place].translate(CIPHER)
        write(path, [header, *rows])
    declared = (case / "incident.toml").read_text("utf-8")
    lines = [line.translate(CIPHER).replace("ragvgl", "entity", 1) if line.startswith("entity") else line for line in declared.splitlines()]
    (case / "incident.toml").write_text("\n".join(lines) + "\n", "utf-8")


def rename_values(case):
    """Every value of a dimension gets a number that sorts the other way round; returns the old names."""
    old = {}
    for path in tables(case):
        header, *rows = read(path)
        for place, name in enumerate(header):
            if name not in ("time", "total", "bad", "viewers"):
                values = sorted({row[place] for row in rows})
                new = {value: f"v{len(values) - number:04}" for number, value in enumerate(values)}
                old.update({(name, renamed): value for value, renamed in new.items()})
                for row in rows:
                    row[place] = new[row[place]]
        write(path, [header, *rows])
    return old


def rewritten_causes(evaluation, incidents, before):
    """For each way to rewrite: in how many cases first cause, and all causes in their order, stay."""
    ways = {"rows and columns shuffled": shuffle, "files cut in two": split, "metrics times 1000": rescale, "entities renamed": rename_entities}
    for label, way in ways.items():

        def one(pair, label=label, way=way):
            incident, causes = pair
            case = copy(incident.folder, "rewritten", evaluation, incident.part)
            way(case)
            store = case.with_name(case.name + "-store")
            # A pseudonym in a name has the key of its case, and a copy is another case.
            found = [PSEUDONYM.sub("", row["entity"]) for row in evaluation.query(case, "root_causes", store)]
            found = [name.translate(CIPHER) for name in found] if way is rename_entities else found
            shutil.rmtree(case)
            shutil.rmtree(store)
            wanted = [PSEUDONYM.sub("", row["entity"]) for row in causes]
            # Findings hold the first candidates, the query all of them.
            return found[:1] == wanted[:1], found[: len(wanted)] == wanted

        answers = in_turn(one, list(zip(incidents, before)))
        yield label, len(answers), sum(first for first, _ in answers), sum(whole for _, whole in answers)


def rewritten_slices(evaluation, localisations):
    """The same for claims of slices."""
    ways = {"rows and columns shuffled": shuffle, "files cut in two": split, "values renamed": rename_values}
    for label, way in ways.items():

        def one(known, way=way):
            case = copy(known.folder, "rewritten", evaluation, "localise")
            old = way(case) or {}
            store = case.with_name(case.name + "-store")
            rows = evaluation.query(case, "localisation", store)
            shutil.rmtree(case)
            shutil.rmtree(store)
            slices = [json.loads(row["slice_json"]) for row in rows if row["is_claim"] == "true"]
            found = [frozenset((name, old.get((name, value), value)) for name, value in where.items()) for where in slices]
            return found[:1] == known.claims[:1], found == known.claims

        answers = in_turn(one, localisations)
        yield label, len(answers), sum(first for first, _ in answers), sum(whole for _, whole in answers)
