/*---
title   = "Impact over time"
answers = "How did failures develop, in the slice that was hit and elsewhere?"
grain   = "one row per time bucket and segment, from two hours before the window to two hours after"
optional = ["stg_claims"]
[columns]
time = "start of the bucket"
segment = "slice (what is claimed, or everything when nothing is) or others"
total = "events"
bad = "events that failed"
bad_ratio = "share that failed"
low = "lower end of its 95 % interval"
high = "upper end of its 95 % interval"
expected_ratio = "share expected in normal times"
viewers = "viewers present"
[[check]]
unique = ["time", "segment"]
---*/
WITH hit AS (
    SELECT e.dimensions, bool_or(slice_matches(e.dimensions, c.slice_json)) AS is_hit
    FROM (SELECT DISTINCT dimensions FROM stg_expected) AS e LEFT JOIN stg_claims AS c ON true
    GROUP BY e.dimensions
),
sums AS (
    SELECT e.time, CASE WHEN coalesce(h.is_hit, true) THEN 'slice' ELSE 'others' END AS segment,
        sum(e.total) AS total, sum(e.bad) AS bad, sum(e.expected_bad) AS expected_bad, sum(e.viewers) AS viewers
    FROM stg_expected AS e JOIN hit AS h ON h.dimensions = e.dimensions
    WHERE e.time >= $incident_start - INTERVAL '2 hours' AND e.time < $incident_end + INTERVAL '2 hours'
    GROUP BY e.time, CASE WHEN coalesce(h.is_hit, true) THEN 'slice' ELSE 'others' END
)
SELECT time, segment, total, bad, bad / total AS bad_ratio,
    wilson_interval(bad, total)['low'] AS low, wilson_interval(bad, total)['high'] AS high,
    expected_bad / total AS expected_ratio, viewers
FROM sums
ORDER BY time, segment
