/*---
title   = "Viewers who had gone"
answers = "How many more viewers would have been there without the incident?"
grain   = "one row per slice and time bucket of the window"
method  = "A slice that was hit would have kept step with the slices that were not. Where all were hit, its viewers would have gone in a straight line from their median of the hour before the window to that of the hour after it."
optional = ["stg_claims"]
[columns]
time = "start of the bucket"
dimensions = "the slice, as a JSON object"
absent = "viewers missing; 0 when there were more than expected"
[[check]]
unique = ["time", "dimensions"]
---*/
WITH around AS (
    SELECT dimensions,
        median(viewers) FILTER (WHERE time < $incident_start) AS before,
        median(viewers) FILTER (WHERE time >= $incident_end) AS after
    FROM stg_attempts
    WHERE time >= $incident_start - INTERVAL '1 hour' AND time < $incident_end + INTERVAL '1 hour'
        AND NOT coalesce(time >= $incident_start AND time < $incident_end, false)
    GROUP BY dimensions
),
hit AS (
    SELECT a.dimensions, bool_or(slice_matches(a.dimensions, c.slice_json)) AS is_hit
    FROM around AS a CROSS JOIN stg_claims AS c GROUP BY a.dimensions
),
steps AS (
    SELECT i.time, sum(i.viewers) / sum(a.before) AS step
    FROM stg_incident_attempts AS i JOIN around AS a ON a.dimensions = i.dimensions JOIN hit AS h ON h.dimensions = i.dimensions
    WHERE NOT h.is_hit AND i.viewers IS NOT NULL AND a.before > 0
    GROUP BY i.time
),
expected AS (
    SELECT i.time, i.dimensions, i.viewers,
        CASE WHEN coalesce(h.is_hit, true) THEN coalesce(
            a.before * s.step,
            a.before + (coalesce(a.after, a.before) - a.before) * (epoch_micros(i.time) - epoch_micros($incident_start))
                / (epoch_micros($incident_end) - epoch_micros($incident_start))
        ) END AS viewers_expected
    FROM stg_incident_attempts AS i
    JOIN around AS a ON a.dimensions = i.dimensions
    LEFT JOIN hit AS h ON h.dimensions = i.dimensions
    LEFT JOIN steps AS s ON s.time = i.time
)
SELECT time, dimensions, greatest(0, coalesce(viewers_expected - viewers, 0)) AS absent
FROM expected
WHERE viewers IS NOT NULL
ORDER BY time, dimensions
