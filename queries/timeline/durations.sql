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
    (epoch_micros(m.at) - epoch_micros(s.at)) / 1e6 AS seconds,
    greatest(0, (epoch_micros(m.earliest) - epoch_micros(s.latest)) / 1e6) AS low,
    (epoch_micros(m.latest) - epoch_micros(s.earliest)) / 1e6 AS high
FROM milestones AS m JOIN names AS n ON n.milestone = m.milestone CROSS JOIN start AS s
ORDER BY seconds, n.name
