/*---
title   = "Complaints in figures"
answers = "How many complaints did it cause, and who noticed first?"
grain   = "one row"
method  = "Complaints expected are those of the hours before, per five minutes. The onset is the minute in which a one-sided Poisson CUSUM for five times that rate signals, from ten minutes before the first failure on: complaints that the incident causes cannot come before it."
optional = ["stg_related_alerts"]
[columns]
total = "distinct complaints from the start of the window to three hours after its end"
expected = "complaints expected in that time"
caused = "complaints above those expected"
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
SELECT s.total, s.expected, greatest(0, s.total - s.expected) AS caused,
    greatest(0, poisson_interval(s.total)['low'] - s.expected) AS caused_low,
    greatest(0, poisson_interval(s.total)['high'] - s.expected) AS caused_high,
    b.onset_at, a.first_alert_at,
    (epoch_micros(a.first_alert_at) - epoch_micros(b.onset_at)) / 1e6 AS lead_seconds
FROM sums AS s CROSS JOIN burst AS b CROSS JOIN alert AS a
WHERE s.total IS NOT NULL
