"""What comparisons with other programs share: running a command, ratios, the machine, the table in docs/benchmarks.md."""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "benchmarks.md"


def measure(command, out):
    """What a command took, its standard output in the file `out`."""
    launched = [sys.executable, "-I", str(HERE / "measure.py"), str(out), *command]
    figures = json.loads(subprocess.run(launched, stdout=subprocess.PIPE, check=True).stdout)
    if figures["code"] != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return figures


def tell(title, figures):
    print(
        f"{title}: {figures['cpu']:.2f} s of processor, {figures['wall']:.2f} s, {figures['memory'] / 2**20:.0f} MiB",
        file=sys.stderr,
    )


def ratio(ours, theirs, what, digits=2):
    """Median of ours by median of theirs; the range is that of the pairs of one turn."""
    pairs = [a[what] / b[what] for a, b in zip(ours, theirs)]
    median = statistics.median(a[what] for a in ours) / statistics.median(b[what] for b in theirs)
    return f"**{median:.{digits}f}** ({min(pairs):.{digits}f} to {max(pairs):.{digits}f})"


def version(binary):
    return subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{os.cpu_count()} cores ({processor()}), {memory:.0f} GiB, {system}"


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()


def publish(script, table):
    """Replaces what stands between the marks of a script."""
    begin, end = f"<!-- bench/{script}: begin -->", f"<!-- bench/{script}: end -->"
    before, rest = PAGE.read_text(encoding="utf-8").split(begin)
    _, after = rest.split(end)
    PAGE.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")
