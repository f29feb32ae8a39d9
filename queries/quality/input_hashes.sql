/*---
title   = "Hashes of the inputs"
answers = "From which bytes was everything derived?"
grain   = "one row per file and table"
[columns]
path = "file, relative to the case"
blake3 = "hash of its bytes"
source = "what recognised it"
table = "table it feeds"
---*/
SELECT path, blake3, source, "table"
FROM inputs
ORDER BY path, "table"
