/*---
title   = "Classification"
answers = "What kind of incident was it?"
grain   = "one row per axis"
optional = ["localisation", "stg_class_hints"]
[columns]
axis = "scope, nature, duration or origin"
value = "its class; unknown when the data do not say"
confidence = "how sure, from 0 to 1"
reason = "what it rests on"
[[check]]
unique = ["axis"]
[[check]]
in_range = "confidence"
min = 0.0
max = 1.0
---*/
WITH scope AS (SELECT scope, scope_confidence FROM localisation ORDER BY rank LIMIT 1),
lasted AS (
    SELECT (epoch_micros(coalesce(end_at, $data_end)) - epoch_micros(start_at)) / 1e6 AS seconds,
        (epoch_micros(coalesce(end_earliest, $data_end)) - epoch_micros(start_latest)) / 1e6 AS low,
        (epoch_micros(coalesce(end_latest, $data_end)) - epoch_micros(start_earliest)) / 1e6 AS high
    FROM incident_window WHERE start_at IS NOT NULL
),
sums AS (
    SELECT coalesce(sum(weight * content), 0) AS content, coalesce(sum(weight * technical), 0) AS technical,
        coalesce(sum(weight * human_error), 0) AS human_error,
        coalesce(sum(weight * technical_fault), 0) AS technical_fault,
        coalesce(sum(weight * external_factor), 0) AS external_factor
    FROM stg_class_hints
),
-- Without any hint a failure that was measured is technical, and its origin a fault: both by a little.
nature AS (SELECT content, technical + 1 AS technical, content > technical + 1 AS is_content FROM sums),
origins AS (
    SELECT 'human_error' AS value, human_error AS hints FROM sums
    UNION ALL SELECT 'technical_fault', technical_fault + 0.5 FROM sums
    UNION ALL SELECT 'external_factor', external_factor FROM sums
),
origin AS (SELECT value, hints, sum(hints) OVER () AS all_hints FROM origins ORDER BY hints DESC, value LIMIT 1),
axes AS (
    SELECT 1 AS nth, 'scope' AS axis, scope AS value, scope_confidence AS confidence, 'localisation' AS reason FROM scope
    UNION ALL
    SELECT 2, 'nature', CASE WHEN is_content THEN 'content' ELSE 'technical' END,
        greatest(content, technical) / (content + technical + 1), 'words of errors, logs, changes and notes' FROM nature
    UNION ALL
    SELECT 3, 'duration', CASE WHEN seconds >= $prolonged_after_seconds THEN 'prolonged' ELSE 'temporary' END,
        CASE WHEN (low >= $prolonged_after_seconds) = (high >= $prolonged_after_seconds) THEN 0.95 ELSE 0.6 END,
        'measured window against policy.prolonged_after' FROM lasted
    UNION ALL
    SELECT 4, 'origin', value, hints / (all_hints + 1), 'words of errors, logs, changes and notes' FROM origin
)
SELECT axis, value, confidence, reason FROM axes WHERE $incident_start IS NOT NULL ORDER BY nth
