/*---
title   = "Signals behind the candidates"
answers = "What speaks for each candidate?"
grain   = "one row per candidate and signal, at most eight each"
[columns]
rank = "order of the candidate"
entity = "candidate"
kind = "metric, log, change, alert, note, dependency or external"
detail = "what it is"
at = "when it began"
weight = "its weight"
---*/
WITH numbered AS (
    SELECT *, row_number() OVER (PARTITION BY rank ORDER BY weight DESC, kind, detail, at) AS nth
    FROM stg_ranking WHERE kind IS NOT NULL AND rank <= 20
)
SELECT rank, entity, kind, detail, at, weight FROM numbered WHERE nth <= 8 ORDER BY rank, nth
