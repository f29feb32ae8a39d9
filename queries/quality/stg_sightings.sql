/*---
title   = "Events that several files record"
answers = "Which file speaks of which event, and when?"
grain   = "one row per file and event, or recurrence of an event"
optional = ["log_records", "alerts", "changes", "timeline_events", "public_messages"]
[params.log_delay_seconds]
type = "float"
default = 2.0
about = "how far apart two services may note one request"
[params.alert_delay_seconds]
type = "float"
default = 120.0
about = "how late a tool may pass an alert on: grouping and polling"
[params.change_delay_seconds]
type = "float"
default = 300.0
about = "how late a change may be noted: a deployment takes time"
[params.text_delay_seconds]
type = "float"
default = 300.0
about = "how late a text may be repeated elsewhere by hand"
[columns]
file = "the file"
kind = "trace, alert, change or text"
key = "what makes it the same event"
first_at = "first moment at which the file speaks of it"
last_at = "last moment"
delay_seconds = "how late a source may be with such an event"
---*/
WITH log_files AS (
    -- Log lines are many: they are looked at only when there are several files, and of very many a share of the identifiers.
    SELECT path, records FROM (
        SELECT path, count(path) OVER () AS files, sum(rows_kept) OVER () AS records
        FROM inputs WHERE "table" = 'log_records' AND rows_kept > 0
    ) AS counted
    WHERE files > 1
),
identified AS (
    SELECT l.file, l.time, f.records, coalesce(
        l.trace_id,
        CASE WHEN l.attributes LIKE '%id"%' THEN
            regexp_match(l.attributes, '"(?:[a-z_.-]*[_.-])?(?:request|correlation)[_.-]?id"\s*:\s*"([^"]+)"', 'i')[1]
        END
    ) AS id
    FROM log_records AS l JOIN log_files AS f ON f.path = l.file
    WHERE l.time IS NOT NULL
),
requests AS (
    SELECT file, lower(id) AS key, min(time) AS first_at, max(time) AS last_at
    FROM identified
    WHERE length(id) >= 8 AND translate(id, '0-', '') <> ''
        AND (records <= 1000000 OR md5(id) < lpad(to_hex(CAST(4294967295.0 * 1000000.0 / records AS BIGINT)), 8, '0'))
    GROUP BY file, lower(id)
),
texts AS (
    SELECT file, time, trim(regexp_replace(lower(body), '\s+', ' ', 'g')) AS key FROM timeline_events
    UNION ALL
    SELECT file, time, trim(regexp_replace(lower(body), '\s+', ' ', 'g')) FROM public_messages
),
-- A text that a file has twice, or a short one, is no event of its own. Exports of one tool come from one clock; that of a
-- table given directly may come from anywhere.
told AS (
    SELECT t.file, t.key, min(t.time) AS time, max(coalesce(i.source, '')) AS source
    FROM texts AS t LEFT JOIN (SELECT DISTINCT path, source FROM inputs) AS i ON i.path = t.file
    WHERE length(t.key) >= 25
    GROUP BY t.file, t.key
    HAVING count(DISTINCT t.time) = 1
),
repeated AS (
    SELECT key FROM told
    GROUP BY key
    HAVING count(DISTINCT CASE WHEN source LIKE 'tidy%' OR source LIKE 'mapped%' THEN file ELSE source END) > 1
)
SELECT file, 'trace' AS kind, key, first_at, last_at, $log_delay_seconds AS delay_seconds
FROM (SELECT *, count(*) OVER (PARTITION BY key) AS files FROM requests) AS counted
WHERE files > 1
UNION ALL
SELECT file, 'alert', trim(regexp_replace(lower(name), '^\s*\[[^\]]*\]', '')), time AS first_at, time AS last_at,
    $alert_delay_seconds
FROM alerts WHERE file IS NOT NULL
UNION ALL
SELECT file, 'change', key, time AS first_at, time AS last_at, $change_delay_seconds
FROM (
    -- A commit, by its first seven digits, letters among them; else the address of the change.
    SELECT file, time, CASE WHEN commit ~ '[a-f]' AND commit ~ '[0-9]' THEN commit ELSE url END AS key
    FROM (
        SELECT file, time, url, regexp_match(
            lower(concat_ws(' ', summary, url)), '(?:^|[^0-9a-z])([0-9a-f]{7})[0-9a-f]{0,33}(?:[^0-9a-z]|$)'
        )[1] AS commit
        FROM changes
    ) AS read
) AS named
WHERE file IS NOT NULL AND key IS NOT NULL
UNION ALL
SELECT t.file, 'text', t.key, t.time AS first_at, t.time AS last_at, $text_delay_seconds
FROM told AS t JOIN repeated AS r ON r.key = t.key
WHERE t.file IS NOT NULL
