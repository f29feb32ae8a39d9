/*---
title   = "Hints on the class"
answers = "Which words speak for which nature and origin?"
grain   = "one row per kind of text"
optional = ["root_causes", "stg_incident_attempts", "stg_messages", "timeline_events", "changes_near_onset", "log_templates_compared", "stg_related_alerts", "metric_shifts"]
[columns]
origin = "where the texts come from"
weight = "how much they count"
content = "share of them that speak of rights or schedule"
technical = "share that speak of signal, network or machines"
human_error = "share that speak of a mistake"
technical_fault = "share that speak of software, hardware or capacity"
external_factor = "share that speak of a third party"
---*/
WITH cause AS (SELECT entity FROM root_causes WHERE rank = 1),
kinds AS (
    SELECT error_kind, sum(greatest(0, bad - expected_bad)) AS excess FROM stg_incident_attempts
    WHERE error_kind IS NOT NULL GROUP BY error_kind
),
texts AS (
    SELECT 'messages' AS origin, 2.0 AS weight, 1.0 AS part, body AS text FROM stg_messages
    UNION ALL
    SELECT 'notes', 3.0, 1.0, body FROM timeline_events
        WHERE time >= $incident_start AND time < $incident_end + INTERVAL '6 hours'
    UNION ALL
    SELECT 'changes', 4.0, 1.0, concat(coalesce(c.kind, ''), ' change ', coalesce(c.summary, ''))
        FROM changes_near_onset AS c JOIN cause AS k ON k.entity = c.entity WHERE c.minutes_before_start BETWEEN -5 AND 240
    UNION ALL
    SELECT 'logs', 3.0, l.count_during, l.template FROM log_templates_compared AS l JOIN cause AS k ON k.entity = l.service_name WHERE l.is_new
    UNION ALL
    SELECT 'other logs', 1.0, l.count_during, l.template FROM log_templates_compared AS l WHERE l.is_new
    UNION ALL
    SELECT 'alerts', 1.0, 1.0, concat(name, ' ', coalesce(entity, '')) FROM stg_related_alerts
    UNION ALL
    SELECT 'errors', 4.0, excess, replace(error_kind, '_', ' ') FROM kinds WHERE excess > 0
    UNION ALL
    SELECT 'cause', 1.0, 1.0, replace(replace(entity, '-', ' '), '_', ' ') FROM cause
    UNION ALL
    SELECT 'metrics', 1.0, m.score, replace(m.metric, '_', ' ') FROM metric_shifts AS m JOIN cause AS k ON k.entity = m.entity
),
hinted AS (SELECT origin, weight, part, classify_text(text) AS hints FROM texts WHERE text IS NOT NULL)
SELECT origin, max(weight) AS weight,
    sum(part * least(1, hints['content'])) / sum(part) AS content,
    sum(part * least(1, hints['technical'])) / sum(part) AS technical,
    sum(part * least(1, hints['human_error'])) / sum(part) AS human_error,
    sum(part * least(1, hints['technical_fault'])) / sum(part) AS technical_fault,
    sum(part * least(1, hints['external_factor'])) / sum(part) AS external_factor
FROM hinted
GROUP BY origin
ORDER BY origin
