"""Runs one command and says what it took: `measure.py OUT COMMAND...`.

Standard output of the command goes to the file OUT. Printed is one line of JSON: seconds of processor (all threads
and all children waited for, in user and in system mode), seconds of clock, bytes of peak memory, exit code. A
program of its own, since Linux counts the memory of the process that starts another as that of the other.
"""

import json
import os
import subprocess
import sys
import time

with open(sys.argv[1], "wb") as out:
    before = time.monotonic()
    process = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=out)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - before
process.returncode = os.waitstatus_to_exitcode(status)
print(
    json.dumps(
        {
            "cpu": usage.ru_utime + usage.ru_stime,
            "wall": wall,
            # Linux counts in KiB.
            "memory": usage.ru_maxrss * 1024,
            "code": process.returncode,
        }
    )
)
