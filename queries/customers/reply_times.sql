/*---
title   = "Reply times"
answers = "How fast were complaints answered?"
grain   = "one row"
[columns]
n = "complaints with a first reply"
median_seconds = "median time to the first reply"
p90_seconds = "90th percentile"
---*/
WITH times AS (
    SELECT (epoch_micros(first_reply_at) - epoch_micros(time)) / 1e6 AS seconds FROM stg_complaints
    WHERE first_reply_at >= time AND time >= $incident_start AND time < $incident_end + INTERVAL '3 hours'
)
SELECT count(*) AS n, quantile(seconds, 0.5) AS median_seconds, quantile(seconds, 0.9) AS p90_seconds FROM times
