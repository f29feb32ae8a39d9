/*---
title   = "Promises"
answers = "Was each promise kept?"
grain   = "one row per promise"
[columns]
said_at = "when it was made"
promised_at = "for when"
kind = "next_update or resolution"
actual_at = "when it happened; null when it did not"
is_kept = "whether it happened by then; null when the data end before"
---*/
WITH promises AS (
    SELECT time AS said_at, promised_next_update_at AS promised_at, 'next_update' AS kind FROM stg_messages
        WHERE promised_next_update_at IS NOT NULL
    UNION ALL
    SELECT time, promised_resolution_at, 'resolution' FROM stg_messages WHERE promised_resolution_at IS NOT NULL
),
answered AS (
    SELECT p.said_at, p.promised_at, p.kind, min(m.time) AS actual_at
    FROM promises AS p LEFT JOIN stg_messages AS m ON m.time > p.said_at
        AND (p.kind = 'next_update' OR lower(m.status) IN ('resolved', 'completed', 'monitoring'))
    GROUP BY p.said_at, p.promised_at, p.kind
)
-- A time announced to the minute is kept until that minute is over.
SELECT said_at, promised_at, kind, actual_at,
    coalesce(actual_at < promised_at + INTERVAL '1 minute', false) AS is_kept
FROM answered
ORDER BY said_at, promised_at, kind
