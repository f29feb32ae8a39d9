/*---
title   = "Log messages before and during"
answers = "Which messages are new, or come much more often?"
grain   = "one row per template and service that differs"
method  = "A template is shown when its lines in the window exceed those of an equally long reference by more than three standard deviations of a count."
[columns]
template_id = "identifier of the pattern"
template = "the pattern"
service_name = "service that wrote it"
severity_text = "severity"
count_before = "lines in the reference period before the window, scaled to the length of the window"
count_during = "lines in the window"
rate_ratio = "how many times as often as before"
is_new = "whether it was never seen before the window"
first_seen_at = "first line"
---*/
-- A service is compared with what it logged itself before the window: its log may begin later than other data.
WITH extents AS (
    SELECT coalesce(service_name, '') AS service_name, greatest(min(time), $baseline_start) AS first_at
    FROM log_records GROUP BY coalesce(service_name, '')
),
counts AS (
    SELECT r.template_id, coalesce(r.service_name, '') AS service_name,
        sum(CASE WHEN r.time >= $baseline_start AND r.time < $incident_start - INTERVAL '30 minutes' THEN 1 ELSE 0 END) AS lines_before,
        sum(CASE WHEN r.time >= $incident_start - INTERVAL '30 minutes' AND r.time < $incident_end THEN 1.0 ELSE 0.0 END) AS count_during,
        min(r.time) AS first_seen_at
    FROM log_records AS r
    WHERE r.template_id IS NOT NULL
    GROUP BY r.template_id, coalesce(r.service_name, '')
),
scaled AS (
    SELECT c.*, CAST(c.lines_before AS DOUBLE)
        * (epoch_micros($incident_end) - epoch_micros($incident_start) + 1.8e9)
        / greatest(60e6, epoch_micros($incident_start) - 1.8e9 - epoch_micros(e.first_at)) AS count_before
    FROM counts AS c JOIN extents AS e ON e.service_name = c.service_name
)
SELECT s.template_id, t.template, s.service_name, t.severity_text, s.count_before,
    s.count_during,
    (s.count_during + 0.5) / (s.count_before + 0.5) AS rate_ratio,
    s.lines_before = 0 OR s.first_seen_at >= $incident_start - INTERVAL '30 minutes' AS is_new,
    s.first_seen_at
FROM scaled AS s JOIN log_templates AS t ON t.template_id = s.template_id
WHERE s.count_during > 0
    AND s.count_during > s.count_before + 3 * sqrt(s.count_before + 1)
ORDER BY rate_ratio DESC, s.count_during DESC, s.template_id, s.service_name
LIMIT 200
