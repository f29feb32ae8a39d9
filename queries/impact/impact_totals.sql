/*---
title   = "Impact in figures"
answers = "How much did it cost viewers?"
grain   = "one row"
method  = "Excess is what failed minus what was expected; its interval is that of two Poisson counts. Viewer-minutes lost are viewers times the excess failing share times minutes, summed over slices and buckets, with a normal interval from the binomial variance of each share."
[columns]
total = "attempts in the window"
bad = "attempts that failed"
expected_bad = "failures expected in normal times"
excess_bad = "failures above those expected"
excess_bad_low = "lower end of its 95 % interval"
excess_bad_high = "upper end of its 95 % interval"
peak_bad_ratio = "share that failed at the worst moment"
peak_low = "lower end of its 95 % interval"
peak_high = "upper end of its 95 % interval"
peak_at = "that moment"
viewers_affected = "viewers failing at one time, at most"
viewers_affected_low = "lower end of its 95 % interval"
viewers_affected_high = "upper end of its 95 % interval"
viewer_minutes_lost = "viewers times excess failing share times minutes; null when no input gives viewers"
viewer_minutes_lost_low = "lower end of its 95 % interval"
viewer_minutes_lost_high = "upper end of its 95 % interval"
---*/
WITH cells AS (
    SELECT *,
        greatest(0, (bad - expected_bad) / total) AS excess_ratio,
        (bad + 0.5) / (total + 1) AS smooth_ratio
    FROM stg_incident_attempts
),
moments AS (
    SELECT time, sum(bad) AS bad, sum(total) AS total,
        sum(viewers * excess_ratio) AS failing,
        sum(viewers * viewers * smooth_ratio * (1 - smooth_ratio) / total) AS failing_variance
    FROM cells GROUP BY time
),
worst AS (SELECT * FROM moments ORDER BY bad / total DESC, time LIMIT 1),
fullest AS (SELECT * FROM moments WHERE failing IS NOT NULL ORDER BY failing DESC, time LIMIT 1),
sums AS (
    SELECT sum(total) AS total, sum(bad) AS bad, sum(expected_bad) AS expected_bad,
        sum(viewers * excess_ratio * bucket_minutes) AS lost,
        sqrt(sum(power(viewers * bucket_minutes, 2) * smooth_ratio * (1 - smooth_ratio) / total)) AS lost_deviation
    FROM cells
)
SELECT s.total, s.bad, s.expected_bad, s.bad - s.expected_bad AS excess_bad,
    s.bad - s.expected_bad - 1.96 * sqrt(s.bad + s.expected_bad) AS excess_bad_low,
    s.bad - s.expected_bad + 1.96 * sqrt(s.bad + s.expected_bad) AS excess_bad_high,
    w.bad / w.total AS peak_bad_ratio,
    wilson_interval(w.bad, w.total)['low'] AS peak_low,
    wilson_interval(w.bad, w.total)['high'] AS peak_high,
    w.time AS peak_at,
    f.failing AS viewers_affected,
    greatest(0, f.failing - 1.96 * sqrt(f.failing_variance)) AS viewers_affected_low,
    f.failing + 1.96 * sqrt(f.failing_variance) AS viewers_affected_high,
    s.lost AS viewer_minutes_lost,
    greatest(0, s.lost - 1.96 * s.lost_deviation) AS viewer_minutes_lost_low,
    s.lost + 1.96 * s.lost_deviation AS viewer_minutes_lost_high
FROM sums AS s LEFT JOIN worst AS w ON true LEFT JOIN fullest AS f ON true
WHERE s.total IS NOT NULL
