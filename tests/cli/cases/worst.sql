/*---
title   = "Busy channels"
answers = "Which channels had at least so many complaints?"
grain   = "one row per channel"
[params.least]
type = "int"
default = 2
about = "fewest complaints"
[columns]
channel = "where the complaint was made"
---*/
SELECT channel FROM complaints GROUP BY channel HAVING count(*) >= $least
