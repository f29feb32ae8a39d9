/*---
title   = "Log messages over time"
answers = "When did these messages come?"
grain   = "one row per template and five minutes"
[columns]
template_id = "identifier of the pattern"
time = "start of the five minutes"
count = "lines"
---*/
SELECT r.template_id, date_bin(INTERVAL '5 minutes', r.time) AS time, count(*) AS count
FROM log_records AS r
WHERE r.template_id IN (SELECT template_id FROM log_templates_compared ORDER BY rate_ratio DESC, count_during DESC, template_id LIMIT 12)
    AND r.time >= $incident_start - INTERVAL '2 hours' AND r.time < $incident_end + INTERVAL '2 hours'
GROUP BY r.template_id, date_bin(INTERVAL '5 minutes', r.time)
ORDER BY r.template_id, time
