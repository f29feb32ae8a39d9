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
SELECT
    time,
    CAST(total AS DOUBLE) AS total,
    CAST(bad AS DOUBLE) AS bad,
    expected_bad,
    CAST(viewers AS DOUBLE) AS viewers,
    error_kind,
    dimensions
FROM sli_counts_sliced
WHERE total > 0
