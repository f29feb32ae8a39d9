/*---
title   = "Alerts during the incident"
answers = "Which alerts belong to it?"
grain   = "one row per alert"
optional = ["incident_window"]
[columns]
time = "when it fired"
entity = "what it is about"
name = "its name"
severity = "as the tool names it"
acknowledged_at = "when someone took it"
resolved_at = "when it was closed"
---*/
SELECT a.time, a.entity, a.name, a.severity, a.acknowledged_at, a.resolved_at
FROM alerts AS a CROSS JOIN incident_window AS w
WHERE a.time >= coalesce(w.start_earliest, $incident_start)
    AND a.time < $incident_end
    AND coalesce(lower(a.severity), '') NOT IN ('info', 'informational', 'low', 'p5', 'none')
ORDER BY a.time, a.name, a.entity
