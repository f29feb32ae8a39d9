/*---
title   = "Attempts over time"
answers = "How many attempts failed, minute by minute?"
grain   = "one row per time bucket"
[columns]
time = "start of the bucket"
total = "events"
bad = "events that failed"
expected_bad = "failures expected in normal times"
bad_ratio = "share that failed"
low = "lower end of its 95 % interval"
high = "upper end of its 95 % interval"
viewers = "viewers present"
[[check]]
unique = ["time"]
[[check]]
in_range = "bad_ratio"
min = 0.0
max = 1.0
---*/
WITH sums AS (
    SELECT time, sum(total) AS total, sum(bad) AS bad, sum(expected_bad) AS expected_bad, sum(viewers) AS viewers
    FROM stg_expected GROUP BY time
)
SELECT time, total, bad, expected_bad, bad / total AS bad_ratio,
    wilson_interval(bad, total)['low'] AS low, wilson_interval(bad, total)['high'] AS high, viewers
FROM sums
ORDER BY time
