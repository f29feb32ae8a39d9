/*---
title   = "Complaints in figures"
answers = "How many complaints did it cause, and who noticed first?"
grain   = "one row"
method  = "Caused are those whose words speak of the incident, each by its probability (see stg_related_complaints); the interval adds to the variance of these probabilities the share of complaints from before that the words would have blamed wrongly, at most (Wilson), for either kind of mistake. Without complaints from before, those above the expected ones, which are those of the hours before, per five minutes. The onset is the minute in which a one-sided Poisson CUSUM for five times that rate signals, from ten minutes before the first failure on: complaints that the incident causes cannot come before it."
optional = ["stg_related_alerts", "stg_related_complaints"]
[columns]
total = "distinct complaints from the start of the window to three hours after its end"
expected = "complaints expected in that time"
caused = "complaints that the incident caused"
caused_low = "lower end of its 95 % interval"
caused_high = "upper end of its 95 % interval"
onset_at = "when complaints clearly exceeded what is expected"
first_alert_at = "first related alert"
lead_seconds = "first alert minus onset; positive when customers were first"
---*/
WITH sums AS (
    SELECT CAST(sum(complaints) AS DOUBLE) AS total, sum(expected) AS expected
    FROM complaints_over_time
    WHERE time >= $incident_start - INTERVAL '5 minutes' AND time < $incident_end + INTERVAL '3 hours'
),
spoken AS (
    SELECT sum(related) AS caused, sqrt(sum(related * (1 - related))) AS deviation,
        wilson_interval(CAST(max(mistaken) AS DOUBLE), CAST(max(earlier) AS DOUBLE))['high'] AS error_share
    FROM stg_related_complaints
    WHERE time >= $incident_start - INTERVAL '5 minutes' AND time < $incident_end + INTERVAL '3 hours'
),
minutes AS (
    SELECT date_bin(INTERVAL '1 minute', time) AS time, CAST(count(*) AS DOUBLE) AS n FROM stg_complaints
    WHERE time >= $incident_start - INTERVAL '15 minutes' AND time < $incident_end GROUP BY date_bin(INTERVAL '1 minute', time)
),
grid AS (
    SELECT unnest(generate_series(date_bin(INTERVAL '1 minute', $incident_start - INTERVAL '10 minutes'), $incident_end, INTERVAL '1 minute')) AS time
),
burst AS (
    SELECT complaint_onset(g.time, coalesce(m.n, 0), e.expected) AS onset_at
    FROM grid AS g LEFT JOIN minutes AS m ON m.time = g.time
    CROSS JOIN (SELECT avg(expected) / 5 AS expected FROM complaints_over_time) AS e
),
alert AS (SELECT min(time) AS first_alert_at FROM stg_related_alerts)
SELECT s.total, s.expected,
    CASE WHEN t.caused IS NOT NULL THEN t.caused ELSE greatest(0, s.total - s.expected) END AS caused,
    CASE WHEN t.caused IS NOT NULL THEN greatest(0, t.caused - 1.96 * t.deviation - t.error_share * t.caused)
        ELSE greatest(0, poisson_interval(s.total)['low'] - s.expected) END AS caused_low,
    CASE WHEN t.caused IS NOT NULL THEN least(s.total, t.caused + 1.96 * t.deviation + t.error_share * t.caused)
        ELSE greatest(0, poisson_interval(s.total)['high'] - s.expected) END AS caused_high,
    b.onset_at, a.first_alert_at,
    (epoch_micros(a.first_alert_at) - epoch_micros(b.onset_at)) / 1e6 AS lead_seconds
FROM sums AS s CROSS JOIN spoken AS t CROSS JOIN burst AS b CROSS JOIN alert AS a
WHERE s.total IS NOT NULL
