/*---
title   = "The second candidate against the first"
answers = "Which evidence has the first candidate that the second lacks, and by how much?"
grain   = "one row per kind of evidence that either has"
method  = "Weights are those of the heaviest signal of the kind. What a kind adds is what the score loses when the ranking is made again without it; slice and dependencies are left out for all candidates, and may lower a score."
[columns]
kind = "metric, log, change, remedy, alert, note, external, slice or dependency"
first_weight = "heaviest signal of the first candidate; null for what has no weight of its own"
second_weight = "heaviest signal of the second"
weight_gap = "the difference; positive speaks for the first"
first_adds = "what the kind adds to the score of the first"
second_adds = "what it adds to the score of the second"
adds_gap = "the difference; positive speaks for the first"
second_doubt_ratio = "1 less the score of the second without the kind, divided by 1 less its score as it is"
[[check]]
unique = ["kind"]
---*/
WITH kinds AS (
    SELECT rank, kind, weight, score - own_score AS adds, (1 - own_score) / nullif(1 - score, 0) AS doubt_ratio FROM stg_sensitivity WHERE trial = 'kind' AND rank <= 2
),
compared AS (
    SELECT coalesce(f.kind, s.kind) AS kind,
        CASE WHEN f.weight IS NULL AND s.weight IS NULL THEN NULL ELSE coalesce(f.weight, 0.0) END AS first_weight,
        CASE WHEN f.weight IS NULL AND s.weight IS NULL THEN NULL ELSE coalesce(s.weight, 0.0) END AS second_weight,
        coalesce(f.adds, 0.0) AS first_adds, coalesce(s.adds, 0.0) AS second_adds, s.doubt_ratio AS second_doubt_ratio
    FROM (SELECT * FROM kinds WHERE rank = 1) AS f
    FULL OUTER JOIN (SELECT * FROM kinds WHERE rank = 2) AS s ON s.kind = f.kind
)
SELECT kind, first_weight, second_weight, first_weight - second_weight AS weight_gap,
    first_adds, second_adds, first_adds - second_adds AS adds_gap, second_doubt_ratio
FROM compared
WHERE EXISTS (SELECT 1 FROM kinds WHERE rank = 2)
ORDER BY weight_gap DESC NULLS LAST, adds_gap DESC, kind
