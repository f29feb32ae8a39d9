/*---
title   = "Symptom"
answers = "What did users feel, as one series?"
grain   = "one row per instant"
optional = ["metric_samples", "stg_attempts", "stg_symptom_metrics", "incident_window"]
instead = ["stg_symptom_metrics"]
[columns]
time = "instant"
value = "the metric that is configured as symptom, else the share of attempts that failed, else the metrics the window was found in, each over its mean"
---*/
WITH felt AS (
    SELECT m.time, m.value / nullif(avg(m.value) OVER (PARTITION BY m.entity, m.metric, m.part), 0) AS value
    FROM stg_symptom_metrics AS m CROSS JOIN incident_window AS w
    WHERE $symptom_entity = '' AND m.role IN ('errors', 'latency')
        AND slice_matches(slice_json('entity', m.entity, 'metric', m.metric, 'part', nullif(m.part, '')), w.strongest)
)
SELECT time, avg(value) AS value FROM metric_samples
WHERE entity = $symptom_entity AND metric = $symptom_metric
    AND ($symptom_statistic = '' OR statistic = $symptom_statistic)
GROUP BY time
UNION ALL
SELECT time, sum(bad) / sum(total) AS value FROM stg_attempts
WHERE $symptom_entity = ''
GROUP BY time
UNION ALL
SELECT time, avg(value) AS value FROM felt
GROUP BY time
