/*---
title   = "Causes in notes"
answers = "Which entity do responders name as the cause?"
grain   = "one row per note or public message and entity"
optional = ["timeline_events", "stg_messages", "metric_samples", "log_records", "changes", "alerts", "dependencies", "stg_claim_terms"]
[columns]
time = "when it was written"
origin = "notes or messages"
body = "its text"
stance = "states or supposes"
entity = "the entity it names; null when it names none"
---*/
WITH texts AS (
    SELECT time, 'notes' AS origin, body FROM timeline_events
    UNION ALL SELECT time, 'messages', body FROM stg_messages
),
stated AS (
    SELECT time, origin, body, text_stance(body) AS stance FROM texts
    WHERE time >= $incident_start AND time < $incident_end + INTERVAL '48 hours'
),
spoken AS (SELECT DISTINCT * FROM stated WHERE stance IN ('states', 'supposes')),
names AS (
    SELECT entity FROM metric_samples
    UNION SELECT service_name FROM log_records
    UNION SELECT entity FROM changes
    UNION SELECT entity FROM alerts
    UNION SELECT source FROM dependencies
    UNION SELECT target FROM dependencies
    UNION SELECT value FROM stg_claim_terms
),
named AS (
    SELECT s.time, s.origin, s.body, s.stance, n.entity
    FROM spoken AS s JOIN names AS n ON text_mentions(s.body, n.entity)
    WHERE n.entity IS NOT NULL
),
-- Who writes "edge cache north" does not speak of "cache".
longest AS (
    SELECT a.time, a.body, a.entity FROM named AS a
    WHERE NOT EXISTS (
        SELECT 1 FROM named AS b
        WHERE b.time = a.time AND b.body = a.body AND length(b.entity) > length(a.entity)
            AND text_mentions(b.entity, a.entity)
    )
)
SELECT s.time, s.origin, s.body, s.stance, l.entity
FROM spoken AS s LEFT JOIN longest AS l ON l.time = s.time AND l.body = s.body
ORDER BY s.time, s.body, l.entity
