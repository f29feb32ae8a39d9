/*---
title   = "Window in the attempts"
answers = "When did attempts fail more often than usual, or stop?"
grain   = "one row"
method  = "Attempts that stop where they are usually many are told from buckets without any attempt. Where there is no row at all, nothing was tried or nothing was recorded: `gaps` names these stretches."
optional = ["stg_attempts", "sli_counts_sliced"]
[columns]
start_at = "first failure caused by the incident; null when none is found"
start_earliest = "earliest instant it can have been"
start_latest = "latest instant it can have been"
end_at = "last failure caused by it; null while it goes on"
end_earliest = "earliest instant it can have been"
end_latest = "latest instant it can have been"
waves = "start/end of each wave in microseconds, separated by spaces"
strength = "how clearly it stands out, unit-free"
method = "how it was found"
signal = "the table of the attempts; null without any"
strongest = "slice that shows it most, as a JSON object"
why = "why nothing was found"
tells = "whether attempts tell when it was, or tell that nothing failed"
gaps = "stretches without any row where rows are usual, as start/end in microseconds, separated by spaces"
---*/
WITH attempts AS (
    SELECT time, total, bad, expected_bad, viewers, dimensions FROM stg_attempts
    UNION ALL
    -- Nobody who tries is a finding where many usually do.
    SELECT time, 0.0 AS total, 0.0 AS bad, NULL AS expected_bad, CAST(viewers AS DOUBLE) AS viewers, dimensions
    FROM sli_counts_sliced WHERE total = 0
),
counted AS (
    SELECT incident_window(time, total, bad, expected_bad, viewers, dimensions, $excluded, $reference) AS w FROM attempts
)
SELECT
    w['start_at'] AS start_at, w['start_earliest'] AS start_earliest, w['start_latest'] AS start_latest,
    w['end_at'] AS end_at, w['end_earliest'] AS end_earliest, w['end_latest'] AS end_latest,
    w['waves'] AS waves, w['strength'] AS strength, w['method'] AS method,
    w['signal'] AS signal, w['strongest'] AS strongest, w['why'] AS why,
    w['start_at'] IS NOT NULL OR (w['signal'] IS NOT NULL AND w['gaps'] = '') AS tells, w['gaps'] AS gaps
FROM counted
