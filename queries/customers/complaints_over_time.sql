/*---
title   = "Complaints over time"
answers = "When did people complain?"
grain   = "one row per five minutes"
[columns]
time = "start of the five minutes"
complaints = "distinct complaints"
expected = "complaints expected in normal times"
[[check]]
unique = ["time"]
---*/
WITH counts AS (
    SELECT date_bin(INTERVAL '5 minutes', time) AS time, count(*) AS complaints FROM stg_complaints GROUP BY date_bin(INTERVAL '5 minutes', time)
),
reference AS (
    SELECT sum(CASE WHEN time < $incident_start THEN complaints ELSE 0 END)
        / greatest(1, (epoch_micros($incident_start) - epoch_micros(min(time))) / 300e6) AS expected
    FROM counts
),
grid AS (
    SELECT unnest(generate_series(
        date_bin(INTERVAL '5 minutes', $incident_start - INTERVAL '2 hours'),
        $incident_end + INTERVAL '3 hours', INTERVAL '5 minutes')) AS time
)
SELECT g.time, coalesce(c.complaints, 0) AS complaints, r.expected
FROM grid AS g LEFT JOIN counts AS c ON c.time = g.time CROSS JOIN reference AS r
WHERE g.time <= $data_end
ORDER BY g.time
