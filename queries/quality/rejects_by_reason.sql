/*---
title   = "Rejected records"
answers = "What could not be used, and why?"
grain   = "one row per file and reason"
optional = ["rejects"]
[columns]
file = "file, relative to the case"
source = "source that was reading it"
reason = "what is wrong"
n = "records"
first_line = "line or record of the first one"
---*/
SELECT file, source, reason, count(*) AS n, min(line_number) AS first_line
FROM rejects
GROUP BY file, source, reason
ORDER BY n DESC, file, reason
