/*---
title   = "What may mark a milestone"
answers = "Who noted what when?"
grain   = "one row per candidate"
optional = ["stg_related_alerts", "stg_messages", "timeline_events"]
[columns]
milestone = "what it would mark"
at = "when"
source = "table it comes from"
preference = "1 is preferred"
---*/
-- Of several alerts that were taken, the one that fired first: it is the one that detection is counted from.
WITH first_taken AS (
    SELECT acknowledged_at FROM stg_related_alerts WHERE acknowledged_at IS NOT NULL ORDER BY time, acknowledged_at LIMIT 1
)
SELECT 'detected' AS milestone, time AS at, 'alerts' AS source, 1 AS preference FROM stg_related_alerts
UNION ALL SELECT 'acknowledged', acknowledged_at, 'alerts', 1 FROM first_taken
UNION ALL SELECT 'first_public_message', time, 'public_messages', 1 FROM stg_messages
UNION ALL SELECT 'identified', time, 'public_messages', 2 FROM stg_messages WHERE lower(status) = 'identified'
UNION ALL SELECT 'mitigated', time, 'public_messages', 2 FROM stg_messages WHERE lower(status) IN ('monitoring', 'mitigated')
UNION ALL SELECT 'resolved', time, 'public_messages', 1 FROM stg_messages WHERE lower(status) IN ('resolved', 'completed')
UNION ALL SELECT lower(milestone), time, 'timeline_events', CASE WHEN lower(milestone) = 'resolved' THEN 2 ELSE 1 END FROM timeline_events
    WHERE milestone IS NOT NULL AND lower(milestone) <> 'started'
        AND time >= $incident_start - INTERVAL '5 minutes' AND time < $incident_end + INTERVAL '12 hours'
