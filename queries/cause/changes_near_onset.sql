/*---
title   = "Changes before the start"
answers = "What was changed in the day before?"
grain   = "one row per change"
[columns]
time = "when it took effect"
entity = "what was changed"
kind = "deployment, configuration, schedule, ..."
summary = "what it was"
minutes_before_start = "minutes before the first failure; negative when after it"
---*/
SELECT time, entity, kind, summary,
    CAST(epoch_micros($incident_start) - epoch_micros(time) AS DOUBLE) / 60e6 AS minutes_before_start
FROM changes
WHERE time >= $incident_start - INTERVAL '24 hours' AND time < $incident_end
ORDER BY time DESC, entity, kind, summary
