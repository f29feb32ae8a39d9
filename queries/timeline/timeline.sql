/*---
title   = "Timeline"
answers = "What happened when?"
grain   = "one row per event"
optional = ["alerts", "changes", "timeline_events", "public_messages", "incident_window", "complaint_totals"]
[columns]
time = "when"
lane = "system, people, public or complaints"
kind = "what it is"
body = "its text"
source = "table it comes from"
---*/
WITH events AS (
    SELECT time, 'system' AS lane, 'alert' AS kind, name AS body, 'alerts' AS source FROM alerts
        WHERE coalesce(lower(severity), '') NOT IN ('info', 'informational')
    UNION ALL SELECT time, 'people', 'change', concat(entity, coalesce(concat(': ', summary), '')), 'changes' FROM changes
    UNION ALL SELECT time, 'people', coalesce(milestone, 'note'), body, 'timeline_events' FROM timeline_events
    UNION ALL SELECT time, 'public', coalesce(lower(status), 'message'), body, 'public_messages' FROM public_messages
    UNION ALL SELECT start_at, 'system', 'first_failure', NULL, 'incident_window' FROM incident_window
    UNION ALL SELECT end_at, 'system', 'last_failure', NULL, 'incident_window' FROM incident_window
    UNION ALL SELECT onset_at, 'complaints', 'onset', NULL, 'complaint_totals' FROM complaint_totals
)
SELECT time, lane, kind, body, source FROM events
WHERE time >= $incident_start - INTERVAL '2 hours' AND time < $incident_end + INTERVAL '6 hours'
ORDER BY time, lane, kind, body
