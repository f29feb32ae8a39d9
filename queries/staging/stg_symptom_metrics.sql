/*---
title   = "Metrics of what users felt"
answers = "Which metrics say what users felt, where their attempts do not tell?"
grain   = "one row per sample; none when attempts tell, or tell that nothing failed"
optional = ["counted_window", "dependencies"]
method  = "The metric that is configured as symptom, and all whose names speak of errors, success, waiting or traffic."
[columns]
time = "instant of the sample"
value = "value in its unit"
entity = "what was measured"
metric = "name of the metric"
part = "statistic and dimensions that tell series of one metric apart"
role = "errors, success, latency or traffic"
is_share = "whether name or unit say that it is a share"
is_named = "whether it is configured as symptom"
is_entry = "whether the entity calls others and is called by none"
---*/
WITH uncounted AS (
    SELECT count(*) AS n FROM counted_window WHERE tells HAVING count(*) = 0
),
entries AS (SELECT DISTINCT source AS entity FROM dependencies WHERE source NOT IN (SELECT target FROM dependencies)),
samples AS (
    SELECT time, value, entity, metric, unit, coalesce(statistic, '') AS statistic, dimensions, metric_role(metric) AS role,
        $symptom_entity <> '' AND entity = $symptom_entity AND metric = $symptom_metric
            AND ($symptom_statistic = '' OR coalesce(statistic, '') = $symptom_statistic) AS is_named
    FROM metric_samples_sliced
)
SELECT s.time, s.value, s.entity, s.metric,
    trim(concat(s.statistic, ' ', CASE WHEN s.dimensions = '{}' THEN '' ELSE s.dimensions END)) AS part,
    s.role,
    regexp_like(lower(concat(s.metric, ' ', coalesce(s.unit, ''))), '(ratio|percent|pct|share|%)') AS is_share,
    s.is_named,
    e.entity IS NOT NULL AS is_entry
FROM uncounted AS u CROSS JOIN samples AS s LEFT JOIN entries AS e ON e.entity = s.entity
WHERE s.role IS NOT NULL OR s.is_named
ORDER BY s.entity, s.metric, part, s.time
