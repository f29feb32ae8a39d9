/*---
title   = "Complaints and errors in logs"
answers = "What did people and programs report, where attempts do not tell?"
grain   = "one row per minute and origin; none when attempts tell, or tell that nothing failed"
optional = ["counted_window", "stg_complaints", "log_records"]
method  = "A complaint counts by its words: those about prices, contracts or equipment at home do not. A log line is an error by its severity, or by its words when it has none."
[columns]
time = "start of the minute"
service = "service that wrote the log lines; null for complaints"
total = "complaints that may be about the service, or log lines"
bad = "complaints that say that it fails, or errors"
---*/
WITH uncounted AS (
    SELECT count(*) AS n FROM counted_window WHERE tells HAVING count(*) = 0
),
said AS (
    SELECT date_bin(INTERVAL '1 minute', time) AS time, complaint_subject(body, theme) AS subject FROM stg_complaints
),
written AS (
    SELECT date_bin(INTERVAL '1 minute', time) AS time, coalesce(service_name, host, file, 'log') AS service,
        CASE WHEN severity_text IS NOT NULL
            THEN upper(severity_text) IN ('ERROR', 'ERR', 'FATAL', 'CRITICAL', 'CRIT', 'ALERT', 'EMERG', 'EMERGENCY', 'SEVERE', 'PANIC')
            ELSE regexp_like(body, '\b(error|exception|fail|failed|failure|fatal|panic|timeout|timed out|refused|unavailable|erreur|échec)\b', 'i')
        END AS is_error
    FROM log_records WHERE time IS NOT NULL
),
counts AS (
    SELECT time, CAST(NULL AS VARCHAR) AS service,
        CAST(count(*) FILTER (WHERE subject <> 'other') AS DOUBLE) AS total,
        CAST(count(*) FILTER (WHERE subject = 'failing') AS DOUBLE) AS bad
    FROM said GROUP BY time
    UNION ALL
    SELECT time, service, CAST(count(*) AS DOUBLE), CAST(count(*) FILTER (WHERE is_error) AS DOUBLE)
    FROM written GROUP BY time, service
)
SELECT c.time, c.service, c.total, c.bad
FROM uncounted AS u CROSS JOIN counts AS c
ORDER BY c.service NULLS FIRST, c.time
