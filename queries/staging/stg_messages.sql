/*---
title   = "Messages about the incident"
answers = "What was the public told about it?"
grain   = "one row per message"
optional = ["incident_window"]
[columns]
time = "when it was published"
channel = "where"
status = "status it announces"
body = "its text"
promised_next_update_at = "when it says the next one comes"
promised_resolution_at = "when it says the service is back"
---*/
SELECT m.time, m.channel, m.status, m.body, m.promised_next_update_at, m.promised_resolution_at
FROM public_messages AS m CROSS JOIN incident_window AS w
WHERE m.time >= coalesce(w.start_earliest, $incident_start)
    AND m.time < $incident_end + INTERVAL '12 hours'
    AND coalesce(lower(m.status), '') NOT IN ('maintenance', 'scheduled', 'postmortem')
