/*---
title   = "Signals behind the candidates"
answers = "What speaks for each candidate?"
grain   = "one row per candidate and signal, at most eight each"
method  = "The ranking is made again without each signal. Doubt is 1 less the score; what it is multiplied by says how much rests on the signal: 1 beside a stronger signal of its kind."
[columns]
rank = "order of the candidate"
entity = "candidate"
kind = "metric, log, change, alert, note, dependency or external"
sign = "the same, with remedy (a change before the end) and slice (a change that names the slice) told apart"
detail = "what it is"
at = "when it began"
weight = "its weight"
score_without = "score of the candidate without it; null beyond the fifth candidate"
doubt_ratio = "1 less that score, divided by 1 less the score as it is"
---*/
WITH numbered AS (
    SELECT *, row_number() OVER (PARTITION BY rank ORDER BY weight DESC, kind, detail, at) AS nth
    FROM stg_sensitivity WHERE trial = 'signal' AND rank <= 20
)
SELECT rank, entity, CASE WHEN kind IN ('remedy', 'slice') THEN 'change' ELSE kind END AS kind, kind AS sign,
    detail, at, weight, own_score AS score_without, (1 - own_score) / nullif(1 - score, 0) AS doubt_ratio
FROM numbered WHERE nth <= 8 ORDER BY rank, nth
