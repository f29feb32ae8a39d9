/*---
title   = "Symptom"
answers = "What did users feel, as one series?"
grain   = "one row per instant"
optional = ["metric_samples", "stg_attempts"]
[columns]
time = "instant"
value = "the metric that is configured as symptom, else the share of attempts that failed"
---*/
SELECT time, avg(value) AS value FROM metric_samples
WHERE entity = $symptom_entity AND metric = $symptom_metric
    AND ($symptom_statistic = '' OR statistic = $symptom_statistic)
GROUP BY time
UNION ALL
SELECT time, sum(bad) / sum(total) AS value FROM stg_attempts
WHERE $symptom_entity = ''
GROUP BY time
