/*---
title   = "Candidate causes"
answers = "What caused it?"
grain   = "one row per candidate"
method  = "Signals of different kinds are joined as independent evidence; an anomaly of a called entity explains those of its callers, and what callers alone see is laid on what they call; a change counts as far as its entity or a dependant shows an effect."
[columns]
rank = "order"
entity = "candidate"
score = "from 0 to 1, strictly falling"
confidence = "how sure, from 0 to 1"
[[check]]
unique = ["rank"]
[[check]]
unique = ["entity"]
---*/
SELECT DISTINCT rank, entity, score, confidence FROM stg_ranking WHERE rank <= 20 ORDER BY rank
