/*---
title   = "Complaints and the incident"
answers = "Which complaints did the incident cause?"
grain   = "one row per distinct complaint"
method  = "Words that complaints before the incident hold, against those that complaints after its start hold as well: a naive Bayes mixture fitted by expectation and maximisation (Nigam et al. 2000), see the function related_complaints."
[columns]
time = "when it was made"
channel = "where"
body = "what was written"
theme = "category in the source"
related = "probability that the incident caused it; null when no complaints from before show what others are about"
earlier = "complaints from before the incident"
mistaken = "those of them that their words alone would have blamed on it"
---*/
WITH numbered AS (
    SELECT row_number() OVER (ORDER BY time, channel, theme, body, author_key) AS row, time, channel, body, theme
    FROM stg_complaints
),
found AS (
    SELECT related_complaints(CAST(row AS BIGINT), time, body, theme, $incident_start) AS found FROM numbered
),
entries AS (SELECT unnest(found) AS entry FROM found),
scored AS (
    SELECT entry['row'] AS row, entry['related'] AS related, entry['earlier'] AS earlier, entry['mistaken'] AS mistaken
    FROM entries
)
SELECT n.time, n.channel, n.body, n.theme, s.related, s.earlier, s.mistaken
FROM numbered AS n LEFT JOIN scored AS s ON s.row = n.row
ORDER BY n.row
