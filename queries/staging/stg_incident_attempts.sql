/*---
title   = "Attempts in the window"
answers = "What happened to attempts during the incident?"
grain   = "one row per slice and time bucket that touches the window"
[columns]
time = "start of the bucket"
total = "events in it"
bad = "events that failed"
expected_bad = "failures expected in normal times"
expected_ratio = "share of failures expected in normal times"
viewers = "viewers present in the slice"
error_kind = "the most frequent error"
dimensions = "the slice, as a JSON object"
bucket_minutes = "length of the bucket, in minutes"
---*/
SELECT e.time, e.total, e.bad, e.expected_bad, e.expected_ratio, e.viewers, e.error_kind, e.dimensions,
    b.bucket_seconds / 60 AS bucket_minutes
FROM stg_expected AS e CROSS JOIN stg_bucket AS b
WHERE epoch_micros(e.time) + b.bucket_seconds * 1e6 > epoch_micros($incident_start)
    AND e.time < $incident_end
