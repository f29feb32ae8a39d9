/*---
title   = "Ranking under other evidence"
answers = "How does the ranking end without one signal or kind, or with one more?"
grain   = "one row per signal of a candidate, per kind left out and per addition"
optional = ["stg_claim_terms"]
[columns]
trial = "signal, kind or addition: what is left out or added"
rank = "order of the candidate as it is"
entity = "candidate"
score = "its score as it is"
kind = "metric, log, change, remedy, alert, note, external, slice or dependency"
detail = "the signal"
at = "when it began"
weight = "its weight, or the heaviest of the kind; for an addition the weight at full strength"
own_score = "score of the candidate in the trial; null when the signal is too light to be tried"
first_score = "score in the trial of the candidate that leads as it is"
rival_score = "best score of all others in the trial"
leader = "who leads in the trial"
leader_score = "with which score"
needed_weight = "least weight of an addition at which its candidate leads; null when it never does"
---*/
WITH slices AS (
    SELECT string_agg(value, chr(10) ORDER BY name, value) AS terms FROM stg_claim_terms
),
tried AS (
    SELECT cause_sensitivity(g.kind, g.entity, g.name, g.strength, g.at, g.direction, g.correlation, g.movement, g.level,
        $incident_start, $symptom_entity, coalesce(s.terms, '')) AS entries
    FROM stg_signals AS g CROSS JOIN slices AS s
    WHERE $incident_start IS NOT NULL
),
entries AS (SELECT unnest(entries) AS entry FROM tried)
SELECT entry['trial'] AS trial, entry['rank'] AS rank, entry['entity'] AS entity, entry['score'] AS score,
    entry['kind'] AS kind, entry['detail'] AS detail, entry['at'] AS at, entry['weight'] AS weight,
    entry['own_score'] AS own_score, entry['first_score'] AS first_score, entry['rival_score'] AS rival_score,
    entry['leader'] AS leader, entry['leader_score'] AS leader_score, entry['needed_weight'] AS needed_weight
FROM entries
ORDER BY rank, trial DESC, weight DESC, kind, detail, at
