/*---
title   = "Metrics that moved"
answers = "Which metrics left their usual level during the incident?"
grain   = "one row per series that moved"
method  = "Robust distance of the window from the reference period in its own deviations, and movement inside the window against movement usual in spans as long; whichever is greater, on a scale from 0 to 1."
optional = ["stg_symptom"]
[columns]
entity = "what was measured"
metric = "name of the metric"
statistic = "aggregation"
baseline_median = "level in the reference period, in the unit of the metric"
window_median = "level in the window"
score = "how far it moved, from 0 to 1"
direction = "up or down"
movement = "movement inside the window, unit-free"
level = "signed distance of the window from the reference period, in its own deviations"
onset_at = "first sample outside what is usual"
correlation = "with what users felt"
[[check]]
unique = ["entity", "metric", "statistic"]
---*/
-- Tools sample at different seconds of a minute.
WITH felt AS (
    SELECT date_bin(INTERVAL '1 minute', time) AS minute, avg(value) AS value FROM stg_symptom GROUP BY date_bin(INTERVAL '1 minute', time)
),
shifts AS (
    SELECT m.entity, m.metric, coalesce(m.statistic, '') AS statistic,
        metric_shift(m.time, m.value, s.value, $incident_start, $incident_end, $baseline_start, $baseline_end, $excluded) AS shift
    FROM metric_samples AS m LEFT JOIN felt AS s ON s.minute = date_bin(INTERVAL '1 minute', m.time)
    WHERE $incident_start IS NOT NULL
    GROUP BY m.entity, m.metric, coalesce(m.statistic, '')
)
SELECT entity, metric, statistic,
    shift['baseline_median'] AS baseline_median, shift['window_median'] AS window_median,
    shift['score'] AS score,
    CASE WHEN shift['direction'] > 0 THEN 'up' WHEN shift['direction'] < 0 THEN 'down' END AS direction,
    shift['movement'] AS movement, shift['level'] AS level, shift['onset_at'] AS onset_at, shift['correlation'] AS correlation
FROM shifts
WHERE shift['score'] > 0
ORDER BY score DESC, entity, metric, statistic
