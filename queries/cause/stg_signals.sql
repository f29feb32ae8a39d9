/*---
title   = "Signals of causes"
answers = "What speaks for which entity?"
grain   = "one row per signal or dependency"
optional = ["metric_shifts", "log_templates_compared", "changes_near_onset", "stg_related_alerts", "dependencies", "changes", "stg_claim_terms", "stg_cause_notes", "incident_window"]
[columns]
kind = "metric, log_new, log, change, remedy, slice, alert, note or dependency"
entity = "entity it was seen at; the caller of a dependency"
name = "metric, template or summary; the callee of a dependency"
strength = "from 0 to 1"
at = "when it began"
direction = "1 up, -1 down, 0 neither"
correlation = "with what users felt"
movement = "movement inside the window"
level = "distance of the window from the reference period, for metrics"
---*/
SELECT 'metric' AS kind, entity, metric AS name,
    score AS strength, onset_at AS at, CASE WHEN direction = 'up' THEN 1 WHEN direction = 'down' THEN -1 ELSE 0 END AS direction,
    correlation, movement, level
FROM metric_shifts
UNION ALL
-- A message counts by its severity and by how much of it there was.
SELECT CASE WHEN is_new THEN 'log_new' ELSE 'log' END, service_name, template,
    CASE WHEN severity_text IN ('ERROR', 'FATAL', 'CRITICAL', 'ALERT', 'EMERGENCY') THEN 1.0
        WHEN severity_text LIKE 'WARN%' THEN 0.7 ELSE 0.35 END * count_during / (count_during + 5),
    first_seen_at, 1, NULL, 0.0, NULL
FROM log_templates_compared WHERE service_name <> ''
UNION ALL
SELECT 'change', entity, concat(coalesce(kind, 'change'), ': ', coalesce(summary, '')), 1.0, time, 0, NULL, 0.0, NULL
FROM changes_near_onset WHERE minutes_before_start >= -5
UNION ALL
SELECT 'alert', entity, name,
    CASE WHEN lower(severity) IN ('critical', 'p1', 'sev1', 'high', 'error') THEN 1.0 ELSE 0.6 END, time, 0, NULL, 0.0, NULL
FROM stg_related_alerts WHERE entity IS NOT NULL
UNION ALL
-- What was done to an entity just before the failures ended; halves in ten minutes.
SELECT 'remedy', c.entity, concat(coalesce(c.kind, 'change'), ': ', coalesce(c.summary, '')),
    1 / (1 + greatest(0, CAST(epoch_micros(w.end_at) - epoch_micros(c.time) AS DOUBLE)) / 600e6), c.time, 0, NULL, 0.0, NULL
FROM changes AS c JOIN incident_window AS w ON c.time > w.start_latest AND c.time <= w.end_latest
WHERE w.end_at IS NOT NULL
UNION ALL
-- A change that names the part of the service that failed.
SELECT DISTINCT 'slice', c.entity, concat(t.value, ': ', coalesce(c.summary, '')), 1.0, c.time, 0, NULL, 0.0, NULL
FROM changes_near_onset AS c
JOIN stg_claim_terms AS t ON text_mentions(c.summary, t.value)
WHERE c.minutes_before_start >= -5
UNION ALL
-- Whom responders name, once each; a guess counts a third, a public message two thirds.
SELECT 'note', entity, body, CASE WHEN stance = 'states' THEN 1.0 ELSE 0.33 END * CASE WHEN origin = 'notes' THEN 1.0 ELSE 0.67 END,
    time, 0, NULL, 0.0, NULL
FROM stg_cause_notes WHERE entity IS NOT NULL
UNION ALL
SELECT 'dependency', source, target, 0.0, NULL, 0, NULL, 0.0, NULL FROM dependencies
