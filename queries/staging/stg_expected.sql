/*---
title   = "Attempts and what was expected of them"
answers = "How many failures would a normal time have had?"
grain   = "one row per slice and time bucket"
method  = "The expected share of a slice is its share in the reference period, drawn towards the overall share as if by 200 further events."
[columns]
time = "start of the bucket"
total = "events in it"
bad = "events that failed"
expected_bad = "failures expected in normal times"
expected_ratio = "share of failures expected in normal times"
viewers = "viewers present in the slice"
error_kind = "the most frequent error"
dimensions = "the slice, as a JSON object"
---*/
WITH reference AS (
    SELECT dimensions, sum(total) AS total, sum(bad) AS bad
    FROM stg_attempts
    WHERE time >= $baseline_start AND time < $baseline_end
        AND NOT in_periods(time, $excluded)
        AND NOT coalesce(time > $incident_start - INTERVAL '1 minute' AND time < $incident_end, false)
    GROUP BY dimensions
),
overall AS (SELECT sum(bad) / sum(total) AS ratio FROM reference),
-- A slice with few events leans on the whole: as if it had seen 200 events more at the overall share.
ratios AS (
    SELECT r.dimensions, (r.bad + 200 * o.ratio) / (r.total + 200) AS ratio
    FROM reference AS r CROSS JOIN overall AS o
)
SELECT
    a.time,
    a.total,
    a.bad,
    coalesce(a.expected_bad, a.total * coalesce(r.ratio, o.ratio)) AS expected_bad,
    coalesce(a.expected_bad / a.total, r.ratio, o.ratio) AS expected_ratio,
    a.viewers,
    a.error_kind,
    a.dimensions
FROM stg_attempts AS a
CROSS JOIN overall AS o
LEFT JOIN ratios AS r ON r.dimensions = a.dimensions
