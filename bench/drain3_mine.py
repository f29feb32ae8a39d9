"""Finds the templates of a log with drain3: `drain3_mine.py LOG OUT`.

The masks are those of the example that drain3 comes with. OUT gets a template a line; OUT.took what the mining took,
without starting Python and loading the library.
"""

import json
import pathlib
import sys
import time

from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

MASKS = [
    (r"((?<=[^A-Za-z0-9])|^)(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))((?=[^A-Za-z0-9])|$)", "ID"),
    (r"((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)", "IP"),
    (r"((?<=[^A-Za-z0-9])|^)([0-9a-f]{6,} ?){3,}((?=[^A-Za-z0-9])|$)", "SEQ"),
    (r"((?<=[^A-Za-z0-9])|^)([0-9A-F]{4} ?){4,}((?=[^A-Za-z0-9])|$)", "SEQ"),
    (r"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)", "HEX"),
    (r"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)", "NUM"),
    (r"(?<=executed cmd )(\".+?\")", "CMD"),
]


def main():
    source, target = sys.argv[1:]
    config = TemplateMinerConfig()
    config.masking_instructions = [MaskingInstruction(pattern, name) for pattern, name in MASKS]
    cpu, wall = time.process_time(), time.monotonic()
    miner = TemplateMiner(config=config)
    with open(source, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            miner.add_log_message(line.rstrip("\n"))
    took = {"cpu": time.process_time() - cpu, "wall": time.monotonic() - wall}
    templates = sorted(cluster.get_template() for cluster in miner.drain.clusters)
    pathlib.Path(target).write_text("\n".join(templates) + "\n", encoding="utf-8")
    pathlib.Path(target + ".took").write_text(json.dumps(took), encoding="utf-8")


main()
