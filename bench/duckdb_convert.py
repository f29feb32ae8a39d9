"""Reads one input with DuckDB into a Parquet file: `duckdb_convert.py KIND INPUT OUTPUT`.

The statements say all they know (columns, types, no quotes where there are none), since guessing and checking what
is known would cost DuckDB time that constat's own recognition does not. What Python and the library took before the
statement is printed, so that it can be left out.
"""

import json
import resource
import sys
import time

import duckdb

STATEMENTS = {
    "application-log": """
        SELECT * FROM read_json('{input}', format = 'newline_delimited', columns = {{
            "timestamp": 'TIMESTAMP', level: 'VARCHAR', service: 'VARCHAR', host: 'VARCHAR', message: 'VARCHAR',
            trace_id: 'VARCHAR', status: 'INTEGER', duration_ms: 'BIGINT', region: 'VARCHAR'}})""",
    "metric-samples": """
        SELECT * FROM read_csv('{input}', auto_detect = false, header = true, delim = ',', columns = {{
            "time": 'TIMESTAMP', entity: 'VARCHAR', metric: 'VARCHAR', statistic: 'VARCHAR', value: 'DOUBLE',
            unit: 'VARCHAR'}})""",
    "sli-counts": """
        SELECT * FROM read_csv('{input}', auto_detect = false, header = true, delim = ',', columns = {{
            "time": 'TIMESTAMP', region: 'VARCHAR', isp: 'VARCHAR', cdn: 'VARCHAR', device: 'VARCHAR',
            total: 'BIGINT', bad: 'BIGINT', viewers: 'BIGINT'}})""",
    # A line is one column: the separator is a byte that no log has.
    "access-log": """
        SELECT strptime(part.at, '%d/%b/%Y:%H:%M:%S %z') AS "time", part.client, part.remote_user, part.method, part.target,
            part.status::INTEGER AS status, TRY_CAST(part.bytes AS BIGINT) AS bytes, part.referer, part.agent
        FROM (SELECT regexp_extract(line,
                '^(\\S+) \\S+ (\\S+) \\[([^\\]]+)\\] "(\\S+) (\\S+) [^"]*" (\\d+) (\\S+) "([^"]*)" "([^"]*)"',
                ['client', 'remote_user', 'at', 'method', 'target', 'status', 'bytes', 'referer', 'agent']) AS part
            FROM read_csv('{input}', auto_detect = false, header = false, delim = '\x01', quote = '', escape = '',
                columns = {{line: 'VARCHAR'}}))""",
    # Fields between spaces or quotes, which the default format of nginx happens to be; a file with a quote inside
    # a field would not do.
    "access-log-fields": """
        SELECT strptime("at" || zone, '[%d/%b/%Y:%H:%M:%S%z]') AS "time", client, remote_user,
            split_part(request, ' ', 1) AS method, split_part(request, ' ', 2) AS target, status, bytes, referer, agent
        FROM read_csv('{input}', auto_detect = false, header = false, delim = ' ', quote = '"', escape = '',
            nullstr = '-', columns = {{
                client: 'VARCHAR', ident: 'VARCHAR', remote_user: 'VARCHAR', "at": 'VARCHAR', zone: 'VARCHAR',
                request: 'VARCHAR', status: 'INTEGER', bytes: 'BIGINT', referer: 'VARCHAR', agent: 'VARCHAR'}})""",
}


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    kind, source, target = sys.argv[1:]
    statement = STATEMENTS[kind].format(input=source)
    connection = duckdb.connect()
    cpu, wall = used(), time.monotonic()
    connection.execute(f"COPY ({statement}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    print(json.dumps({"cpu": used() - cpu, "wall": time.monotonic() - wall}))


main()
