/*---
title   = "Length of a bucket"
answers = "How long is one time bucket of the attempts?"
grain   = "one row"
[columns]
bucket_seconds = "most frequent distance of two buckets, in seconds"
---*/
WITH times AS (SELECT DISTINCT epoch_micros(time) AS micros FROM stg_attempts),
steps AS (SELECT micros - lag(micros) OVER (ORDER BY micros) AS step FROM times)
SELECT quantile(CAST(step AS DOUBLE) / 1e6, 0.5) AS bucket_seconds
FROM steps
WHERE step > 0
