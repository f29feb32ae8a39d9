/*---
title   = "Measured window"
answers = "When did what users felt begin and end?"
grain   = "one row"
[columns]
start_at = "first failure caused by the incident; null when none is found"
start_earliest = "earliest instant it can have been"
start_latest = "latest instant it can have been"
end_at = "last failure caused by it; null while it goes on"
end_earliest = "earliest instant it can have been"
end_latest = "latest instant it can have been"
is_ongoing = "whether failures go on where the data end"
waves = "start/end of each wave in microseconds, separated by spaces"
strength = "how clearly it stands out, unit-free"
method = "how it was found"
signal = "table it was found in"
why = "why nothing was found"
---*/
WITH found AS (
    SELECT incident_window(time, total, bad, expected_bad, viewers, dimensions, $excluded) AS w
    FROM stg_attempts
)
SELECT
    w['start_at'] AS start_at, w['start_earliest'] AS start_earliest, w['start_latest'] AS start_latest,
    w['end_at'] AS end_at, w['end_earliest'] AS end_earliest, w['end_latest'] AS end_latest,
    w['start_at'] IS NOT NULL AND w['end_at'] IS NULL AS is_ongoing,
    w['waves'] AS waves, w['strength'] AS strength, w['method'] AS method,
    'sli_counts' AS signal, w['why'] AS why
FROM found
