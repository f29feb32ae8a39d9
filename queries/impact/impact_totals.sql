/*---
title   = "Impact in figures"
answers = "How much did it cost viewers?"
grain   = "one row"
method  = "Excess is what failed minus what was expected; its interval is that of two Poisson counts. Viewer-minutes lost are viewers times the excess failing share times minutes, summed over slices and buckets: buckets that failed less than expected count against those that failed more, so that noise adds nothing. The interval holds the binomial variance of each share; its upper end also holds viewers who gave up and counts the share among those who would otherwise have been served."
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
-- Of those who failed some would have failed anyway. The share of viewers lost lies between failures beyond the expected
-- share, and their part among viewers who would otherwise have been served; viewers who gave up count at the upper end.
WITH cells AS (
    SELECT i.*, (i.bad - i.expected_bad) / i.total AS excess_ratio,
        i.viewers + coalesce(a.absent, 0) AS viewers_at_most,
        (i.bad - i.expected_bad) / nullif(i.total - i.expected_bad, 0) AS excess_ratio_at_most,
        (i.bad + 0.5) / (i.total + 1) AS smooth_ratio
    FROM stg_incident_attempts AS i
    LEFT JOIN stg_absent_viewers AS a ON a.time = i.time AND a.dimensions = i.dimensions
),
moments AS (
    SELECT time, sum(bad) AS bad, sum(total) AS total,
        sum(viewers * excess_ratio) AS failing,
        sum(viewers_at_most * excess_ratio_at_most) AS failing_at_most,
        sum(viewers * viewers * smooth_ratio * (1 - smooth_ratio) / total) AS failing_variance
    FROM cells GROUP BY time
),
worst AS (SELECT * FROM moments ORDER BY bad / total DESC, time LIMIT 1),
fullest AS (SELECT * FROM moments WHERE failing IS NOT NULL ORDER BY failing DESC, time LIMIT 1),
sums AS (
    SELECT sum(total) AS total, sum(bad) AS bad, sum(expected_bad) AS expected_bad,
        sum(viewers * excess_ratio * bucket_minutes) AS lost,
        sum(viewers_at_most * excess_ratio_at_most * bucket_minutes) AS lost_at_most,
        sqrt(sum(power(viewers * bucket_minutes, 2) * smooth_ratio * (1 - smooth_ratio) / total)) AS lost_deviation
    FROM cells
),
bounds AS (
    SELECT f.failing, f.failing - 1.96 * sqrt(f.failing_variance) AS failing_low,
        f.failing_at_most + 1.96 * sqrt(f.failing_variance) AS failing_high,
        s.lost, s.lost - 1.96 * s.lost_deviation AS lost_low, s.lost_at_most + 1.96 * s.lost_deviation AS lost_high
    FROM sums AS s LEFT JOIN fullest AS f ON true
)
-- What is not known stays null: greatest() would make it nought.
SELECT s.total, s.bad, s.expected_bad, s.bad - s.expected_bad AS excess_bad,
    s.bad - s.expected_bad - 1.96 * sqrt(s.bad + s.expected_bad) AS excess_bad_low,
    s.bad - s.expected_bad + 1.96 * sqrt(s.bad + s.expected_bad) AS excess_bad_high,
    w.bad / w.total AS peak_bad_ratio,
    wilson_interval(w.bad, w.total)['low'] AS peak_low,
    wilson_interval(w.bad, w.total)['high'] AS peak_high,
    w.time AS peak_at,
    CASE WHEN b.failing < 0 THEN 0 ELSE b.failing END AS viewers_affected,
    CASE WHEN b.failing_low < 0 THEN 0 ELSE b.failing_low END AS viewers_affected_low,
    CASE WHEN b.failing_high < 0 THEN 0 ELSE b.failing_high END AS viewers_affected_high,
    CASE WHEN b.lost < 0 THEN 0 ELSE b.lost END AS viewer_minutes_lost,
    CASE WHEN b.lost_low < 0 THEN 0 ELSE b.lost_low END AS viewer_minutes_lost_low,
    CASE WHEN b.lost_high < 0 THEN 0 ELSE b.lost_high END AS viewer_minutes_lost_high
FROM sums AS s LEFT JOIN worst AS w ON true LEFT JOIN bounds AS b ON true
WHERE s.total IS NOT NULL
