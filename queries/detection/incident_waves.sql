/*---
title   = "Waves"
answers = "In how many waves did it come?"
grain   = "one row per wave"
[columns]
wave = "number of the wave"
start_at = "its first failure"
end_at = "its last failure"
---*/
WITH pieces AS (SELECT unnest(string_to_array(waves, ' ')) AS piece FROM incident_window WHERE waves <> ''),
waves AS (
    SELECT CAST(split_part(piece, '/', 1) AS BIGINT) AS start_micros, CAST(split_part(piece, '/', 2) AS BIGINT) AS end_micros
    FROM pieces
)
SELECT row_number() OVER (ORDER BY start_micros) AS wave,
    arrow_cast(start_micros, 'Timestamp(Microsecond, Some("UTC"))') AS start_at,
    arrow_cast(end_micros, 'Timestamp(Microsecond, Some("UTC"))') AS end_at
FROM waves
ORDER BY wave
