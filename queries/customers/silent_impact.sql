/*---
title   = "Silent impact"
answers = "How many viewers failed for one complaint?"
grain   = "one row"
[columns]
ratio = "viewers failing at the worst moment for each complaint caused"
viewers_affected = "viewers failing at the worst moment"
complaints = "complaints caused"
---*/
SELECT CASE WHEN c.caused > 0 THEN i.viewers_affected / c.caused END AS ratio, i.viewers_affected, c.caused AS complaints
FROM impact_totals AS i CROSS JOIN complaint_totals AS c
