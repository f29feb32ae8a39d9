/*---
title   = "Affected and unaffected"
answers = "Were affected customers less satisfied?"
grain   = "one row per question about satisfaction"
[columns]
question = "the question as asked"
kind = "csat"
gap = "share of the affected minus share of the unaffected"
low = "lower end of its 95 % interval"
high = "upper end of its 95 % interval"
is_clear = "whether the interval excludes zero"
---*/
WITH sides AS (
    SELECT i.question, i.kind, newcombe_difference(i.value * i.n, i.n, o.value * o.n, o.n) AS gap
    FROM survey_by_question AS i JOIN survey_by_question AS o
        ON o.question = i.question AND o.kind = i.kind AND o.respondents = 'not_impacted'
    WHERE i.respondents = 'impacted' AND i.kind = 'csat' AND i.n >= $min_n AND o.n >= $min_n
)
SELECT question, kind, gap['value'] AS gap, gap['low'] AS low, gap['high'] AS high,
    gap['low'] > 0 OR gap['high'] < 0 AS is_clear
FROM sides
ORDER BY question
