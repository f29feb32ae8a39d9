/*---
title   = "Themes of complaints"
answers = "What were complaints about?"
grain   = "one row per theme in the source"
[columns]
theme = "category in the source"
n = "complaints in the window"
share = "share of all with a theme"
low = "lower end of its 95 % interval"
high = "upper end of its 95 % interval"
example = "one of them, pseudonymised"
---*/
WITH told AS (
    SELECT theme, body FROM stg_complaints
    WHERE theme IS NOT NULL AND time >= $incident_start AND time < $incident_end + INTERVAL '3 hours'
),
counts AS (SELECT theme, CAST(count(*) AS DOUBLE) AS n, min(body) AS example FROM told GROUP BY theme)
SELECT theme, n, n / sum(n) OVER () AS share,
    wilson_interval(n, sum(n) OVER ())['low'] AS low, wilson_interval(n, sum(n) OVER ())['high'] AS high, example
FROM counts
ORDER BY n DESC, theme
