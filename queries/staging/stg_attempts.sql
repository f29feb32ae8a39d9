/*---
title   = "Attempts"
answers = "What did users try, and what failed?"
grain   = "one row per slice and time bucket"
[columns]
time = "start of the bucket"
total = "events in it"
bad = "events that failed"
expected_bad = "failures expected, when the input says so"
viewers = "viewers present in the slice"
error_kind = "the most frequent error"
dimensions = "the slice, as a JSON object"
---*/
-- Exports of single views have one row a view: they are put together here.
SELECT
    time,
    CAST(sum(total) AS DOUBLE) AS total,
    CAST(sum(bad) AS DOUBLE) AS bad,
    sum(expected_bad) AS expected_bad,
    CAST(sum(viewers) AS DOUBLE) AS viewers,
    max(error_kind) AS error_kind,
    dimensions
FROM sli_counts_sliced
WHERE total > 0
GROUP BY time, dimensions
ORDER BY time, dimensions
