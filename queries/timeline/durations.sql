/*---
title   = "Durations"
answers = "How long did each step take?"
grain   = "one row per duration"
[columns]
name = "its name"
seconds = "duration in seconds from the first failure"
low = "shortest it can have been"
high = "longest it can have been"
[[check]]
unique = ["name"]
---*/
WITH start AS (SELECT at, earliest, latest FROM milestones WHERE milestone = 'started'),
names(milestone, name) AS (VALUES
    ('detected', 'time_to_detect'), ('acknowledged', 'time_to_acknowledge'),
    ('first_public_message', 'time_to_first_message'), ('mitigated', 'time_to_mitigate'), ('resolved', 'time_to_resolve'))
SELECT n.name,
    (CAST(m.at AS BIGINT) - CAST(s.at AS BIGINT)) / 1e6 AS seconds,
    greatest(0, (CAST(m.earliest AS BIGINT) - CAST(s.latest AS BIGINT)) / 1e6) AS low,
    (CAST(m.latest AS BIGINT) - CAST(s.earliest AS BIGINT)) / 1e6 AS high
FROM milestones AS m JOIN names AS n ON n.milestone = m.milestone CROSS JOIN start AS s
ORDER BY seconds, n.name
