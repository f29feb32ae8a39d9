/*---
title   = "What would put another candidate first"
answers = "Which evidence that the inputs do not hold would put another candidate first, and do the inputs look there at all?"
grain   = "one row per candidate from the second on and kind of evidence it lacks"
method  = "The ranking is made again with one more signal of the candidate at the start of the failures, weaker and weaker, until it no longer leads; for a dependency, with a call of the first candidate to it."
optional = ["metric_samples", "log_records", "changes", "alerts", "timeline_events", "dependencies"]
[columns]
rank = "order of the candidate as it is"
entity = "candidate"
kind = "metric, log, change, alert, note or dependency"
leads = "whether the candidate would lead"
needed_weight = "least weight that is enough; null when none is, or for a dependency"
full_weight = "weight of such a signal at full strength; null for a dependency"
own_score = "score of the candidate with it at full strength"
first_score = "score of the first candidate then"
looked = "whether the inputs look there: no file, not at it, at it"
---*/
WITH held AS (
    SELECT 'metric' AS kind, entity FROM metric_samples GROUP BY entity
    UNION ALL SELECT 'log', service_name FROM log_records GROUP BY service_name
    UNION ALL SELECT 'change', entity FROM changes GROUP BY entity
    UNION ALL SELECT 'alert', entity FROM alerts GROUP BY entity
    UNION ALL SELECT 'dependency', source FROM dependencies GROUP BY source
    UNION ALL SELECT 'dependency', target FROM dependencies GROUP BY target
    UNION ALL SELECT 'note', '' FROM timeline_events
),
tables AS (SELECT kind FROM held GROUP BY kind),
additions AS (SELECT * FROM stg_sensitivity WHERE trial = 'addition'),
-- A name is spelled by each tool in its own way: both hold the same words.
named AS (
    SELECT DISTINCT a.rank, a.kind FROM additions AS a JOIN held AS h ON h.kind = a.kind
    WHERE h.entity IS NOT NULL AND text_mentions(h.entity, a.entity) AND text_mentions(a.entity, h.entity)
)
SELECT a.rank, a.entity, a.kind, a.leader = a.entity AS leads, a.needed_weight, a.weight AS full_weight,
    a.own_score, a.first_score,
    CASE WHEN t.kind IS NULL THEN 'no file' WHEN n.kind IS NULL THEN 'not at it' ELSE 'at it' END AS looked
FROM additions AS a
LEFT JOIN tables AS t ON t.kind = a.kind
LEFT JOIN named AS n ON n.kind = a.kind AND n.rank = a.rank
ORDER BY a.rank, leads DESC, a.needed_weight NULLS LAST, a.kind
