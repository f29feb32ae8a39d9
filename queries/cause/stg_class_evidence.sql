/*---
title   = "Evidence of the class"
answers = "Which texts and facts may tell the nature and the origin?"
grain   = "one row per text or fact"
optional = ["stg_ranking", "stg_incident_attempts", "stg_messages", "timeline_events", "changes", "log_templates_compared", "stg_related_alerts", "metric_shifts", "stg_cause_notes", "stg_claim_terms"]
[columns]
origin = "kind of evidence"
weight = "how much the kind counts"
part = "how much the row counts among those of its kind"
lean = "setting or version for a change of that kind, outside for what the operator does not run, else empty"
text = "the text"
---*/
WITH cause AS (SELECT DISTINCT entity FROM stg_ranking WHERE rank = 1),
-- What was done to the likely causes and weighs in their ranking; a change of settings is made by people, a new version
-- of a program fails as a program.
done AS (
    SELECT DISTINCT concat(coalesce(c.kind, ''), ' change: ', coalesce(c.summary, '')) AS text,
        s.weight * CASE WHEN s.rank = 1 THEN 1.0 ELSE s.confidence END AS part,
        CASE WHEN lower(c.kind) IN ('configuration', 'config', 'schedule', 'rights', 'policy', 'flag', 'feature_flag', 'manual', 'dns', 'network', 'routing', 'certificate') THEN 'setting'
            WHEN lower(c.kind) IN ('deployment', 'deploy', 'release', 'rollout', 'version', 'upgrade') THEN 'version'
            ELSE '' END AS lean
    FROM stg_ranking AS s JOIN changes AS c ON c.time = s.at AND c.entity = s.entity
    WHERE s.rank <= 3 AND s.kind = 'change' AND s.weight >= 0.2 AND c.time < $incident_start + INTERVAL '5 minutes'
),
spoken AS (SELECT stance, body FROM stg_cause_notes GROUP BY stance, body),
kinds AS (
    SELECT error_kind, sum(greatest(0, bad - expected_bad)) AS excess FROM stg_incident_attempts
    WHERE error_kind IS NOT NULL GROUP BY error_kind
),
-- Whether the cause is measured or logs anything here: what the operator does not run is seldom instrumented.
traces AS (
    SELECT entity FROM metric_shifts UNION SELECT service_name FROM log_templates_compared
),
unmeasured AS (SELECT c.entity FROM cause AS c LEFT JOIN traces AS t ON t.entity = c.entity WHERE t.entity IS NULL),
networks AS (
    SELECT value AS text FROM stg_claim_terms
    WHERE lower(name) IN ('isp', 'asn', 'carrier', 'operator', 'access_network', 'network', 'provider', 'fai', 'operateur')
)
SELECT 'messages' AS origin, 1.0 AS weight, 1.0 AS part, '' AS lean, body AS text FROM stg_messages
UNION ALL
SELECT 'notes', 1.0, 1.0, '', body FROM timeline_events
    WHERE time >= $incident_start AND time < $incident_end + INTERVAL '48 hours' AND coalesce(text_stance(body), '') <> 'clears'
UNION ALL
SELECT 'causes in notes', 5.0, CASE WHEN stance = 'states' THEN 1.0 ELSE 0.1 END, '', body FROM spoken
UNION ALL
SELECT 'changes', 4.0, part, lean, text FROM done
UNION ALL
SELECT 'logs', 3.0, l.count_during, '', l.template FROM log_templates_compared AS l JOIN cause AS k ON k.entity = l.service_name WHERE l.is_new
UNION ALL
SELECT 'other logs', 1.0, l.count_during, '', l.template FROM log_templates_compared AS l WHERE l.is_new
UNION ALL
SELECT 'alerts', 1.0, 1.0, '', concat(name, ' ', coalesce(entity, '')) FROM stg_related_alerts
UNION ALL
SELECT 'errors', 4.0, excess, '', replace(error_kind, '_', ' ') FROM kinds WHERE excess > 0
UNION ALL
SELECT 'cause', 1.0, 1.0, '', replace(replace(entity, '-', ' '), '_', ' ') FROM cause
UNION ALL
SELECT 'metrics', 1.0, m.score, '', replace(m.metric, '_', ' ') FROM metric_shifts AS m JOIN cause AS k ON k.entity = m.entity
UNION ALL
SELECT 'access network', 2.0, 1.0, 'outside', text FROM networks
UNION ALL
SELECT 'not measured', 1.0, 1.0, 'outside', entity FROM unmeasured
