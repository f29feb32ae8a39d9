/*---
title   = "Ranking of causes"
answers = "How well does each entity explain the incident, and why?"
grain   = "one row per candidate and signal"
optional = ["stg_claim_terms"]
[columns]
rank = "order"
entity = "candidate"
score = "from 0 to 1, strictly falling"
confidence = "from 0 to 1"
kind = "kind of the signal"
detail = "the signal"
at = "when it began"
weight = "its weight"
---*/
WITH slices AS (
    SELECT string_agg(value, chr(10) ORDER BY name, value) AS terms FROM stg_claim_terms
),
ranked AS (
    SELECT rank_causes(g.kind, g.entity, g.name, g.strength, g.at, g.direction, g.correlation, g.movement, g.level,
        $incident_start, $symptom_entity, coalesce(s.terms, '')) AS entries
    FROM stg_signals AS g CROSS JOIN slices AS s
    WHERE $incident_start IS NOT NULL
),
entries AS (SELECT unnest(entries) AS entry FROM ranked)
SELECT entry['rank'] AS rank, entry['entity'] AS entity, entry['score'] AS score, entry['confidence'] AS confidence,
    entry['kind'] AS kind, entry['detail'] AS detail, entry['at'] AS at, entry['weight'] AS weight
FROM entries
ORDER BY rank, weight DESC, kind, detail
