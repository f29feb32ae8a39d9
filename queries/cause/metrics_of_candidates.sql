/*---
title   = "Metrics of the candidates"
answers = "How did the metric behave that speaks most for each candidate?"
grain   = "one row per candidate and instant"
[columns]
rank = "order of the candidate"
entity = "candidate"
metric = "name of the metric"
time = "instant"
value = "value in its unit"
---*/
WITH chosen AS (
    SELECT r.rank, m.entity, m.metric, m.statistic,
        row_number() OVER (PARTITION BY r.rank ORDER BY m.score DESC, m.metric, m.statistic) AS nth
    FROM root_causes AS r JOIN metric_shifts AS m ON m.entity = r.entity
    WHERE r.rank <= 5
)
SELECT c.rank, c.entity, c.metric, s.time, avg(s.value) AS value
FROM chosen AS c JOIN metric_samples AS s
    ON s.entity = c.entity AND s.metric = c.metric AND coalesce(s.statistic, '') = c.statistic
WHERE c.nth = 1
    AND s.time >= $incident_start - INTERVAL '2 hours' AND s.time < $incident_end + INTERVAL '2 hours'
GROUP BY c.rank, c.entity, c.metric, s.time
ORDER BY c.rank, s.time
