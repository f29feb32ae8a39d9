/*---
title   = "Signals behind the candidates"
answers = "What speaks for each candidate?"
grain   = "one row per candidate and signal, at most eight each"
method  = "The ranking is made again without each signal; what the score loses is what the signal adds. A signal beside a stronger one of its kind adds little or nothing."
[columns]
rank = "order of the candidate"
entity = "candidate"
kind = "metric, log, change, alert, note, dependency or external"
sign = "the same, with remedy (a change before the end) and slice (a change that names the slice) told apart"
detail = "what it is"
at = "when it began"
weight = "its weight"
adds = "what the score loses without it; null beyond the fifth candidate"
---*/
WITH numbered AS (
    SELECT *, row_number() OVER (PARTITION BY rank ORDER BY weight DESC, kind, detail, at) AS nth
    FROM stg_sensitivity WHERE trial = 'signal' AND rank <= 20
)
SELECT rank, entity, CASE WHEN kind IN ('remedy', 'slice') THEN 'change' ELSE kind END AS kind, kind AS sign,
    detail, at, weight, score - own_score AS adds
FROM numbered WHERE nth <= 8 ORDER BY rank, nth
