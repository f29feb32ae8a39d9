/*---
title   = "Inputs"
answers = "Which files were read, and what became of their rows?"
grain   = "one row per file and table"
[columns]
path = "file, relative to the case"
blake3 = "hash of its bytes"
source = "what recognised it; null when nothing did"
table = "table it feeds"
rows_read = "rows found"
rows_kept = "rows stored"
rows_rejected = "rows that could not be used"
rows_duplicate = "rows that were already there"
why = "why it was not read"
---*/
SELECT path, blake3, source, "table", rows_read, rows_kept, rows_rejected, rows_duplicate, why
FROM inputs
ORDER BY path, "table"
