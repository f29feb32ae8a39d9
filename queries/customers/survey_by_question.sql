/*---
title   = "Survey by question"
answers = "How satisfied were customers, affected or not?"
grain   = "one row per question and group of respondents"
method  = "CSAT is the share of the two best marks with its Wilson interval; NPS in points with an adjusted Wald interval."
[columns]
question = "the question as asked"
kind = "csat (share of the two best marks) or nps (points)"
respondents = "all, impacted or not_impacted"
n = "answers"
value = "the figure"
low = "lower end of its 95 % interval"
high = "upper end of its 95 % interval"
[[check]]
unique = ["question", "kind", "respondents"]
---*/
WITH answers AS (SELECT question, kind, score, scale_max, is_impacted FROM survey_answers WHERE score IS NOT NULL AND kind IN ('csat', 'nps')),
grouped AS (
    SELECT question, kind, score, scale_max, 'all' AS respondents FROM answers
    UNION ALL SELECT question, kind, score, scale_max, 'impacted' FROM answers WHERE is_impacted
    UNION ALL SELECT question, kind, score, scale_max, 'not_impacted' FROM answers WHERE NOT is_impacted
),
counted AS (
    SELECT question, kind, respondents, CAST(count(*) AS DOUBLE) AS n,
        wilson_interval(CAST(sum(CASE WHEN score >= scale_max - 1 THEN 1 ELSE 0 END) AS DOUBLE), CAST(count(*) AS DOUBLE)) AS share,
        nps(score) AS points
    FROM grouped GROUP BY question, kind, respondents
)
SELECT question, kind, respondents, n,
    CASE WHEN kind = 'csat' THEN share['value'] ELSE points['value'] END AS value,
    CASE WHEN kind = 'csat' THEN share['low'] ELSE points['low'] END AS low,
    CASE WHEN kind = 'csat' THEN share['high'] ELSE points['high'] END AS high
FROM counted
ORDER BY kind, question, respondents
