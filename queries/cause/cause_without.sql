/*---
title   = "The first candidate without its evidence"
answers = "Does the first candidate still lead when one signal or one kind of evidence is left out?"
grain   = "one row per kind of evidence of the first candidate, and per signal of it"
method  = "The ranking is made again without the evidence; the lead is the score of the first candidate less the best score of all others."
[columns]
trial = "kind or signal"
kind = "metric, log, change, remedy, alert, note, external, slice or dependency"
detail = "the signal; null for a whole kind"
at = "when it began"
weight = "its weight, or the heaviest of the kind"
signals = "signals of the kind that are left out"
first_score = "score of the first candidate without it"
doubt_ratio = "1 less that score, divided by 1 less the score as it is"
rival_score = "best score of all others"
lead = "the difference; negative when another leads"
is_overturned = "whether another leads"
leader = "who leads; null when nothing speaks for anyone"
leader_score = "with which score"
---*/
WITH counted AS (
    SELECT kind, count(*) AS signals FROM stg_sensitivity WHERE trial = 'signal' AND rank = 1 AND weight > 0 GROUP BY kind
)
SELECT t.trial, t.kind, t.detail, t.at, t.weight,
    CASE WHEN t.trial = 'signal' THEN 1 ELSE coalesce(c.signals, 0) END AS signals,
    t.first_score, (1 - t.first_score) / nullif(1 - t.score, 0) AS doubt_ratio, t.rival_score, t.first_score - t.rival_score AS lead,
    t.rival_score > t.first_score AS is_overturned, t.leader, t.leader_score
FROM stg_sensitivity AS t LEFT JOIN counted AS c ON c.kind = t.kind
WHERE t.rank = 1 AND t.trial IN ('kind', 'signal') AND t.own_score IS NOT NULL
ORDER BY t.trial, lead, t.kind, t.detail, t.at
