/*---
title   = "Measured window"
answers = "When did what users felt begin and end?"
grain   = "one row"
method  = "From attempts where they are counted; else from metrics of what users felt; else from complaints and errors in logs, which must agree when metrics are there and calm."
optional = ["stg_attempts", "stg_symptom_metrics", "stg_reports"]
instead = ["stg_symptom_metrics", "stg_reports"]
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
signal = "tables it was found in; null when none of them tells"
strongest = "slice or series that shows it most, as a JSON object"
why = "why nothing was found"
---*/
WITH counted AS (
    SELECT incident_window(time, total, bad, expected_bad, viewers, dimensions, $excluded) AS w
    FROM stg_attempts
),
measured AS (
    SELECT symptom_window(time, value, entity, metric, part, is_share, is_named, is_entry, $excluded) AS w
    FROM stg_symptom_metrics
),
reported AS (SELECT report_window(time, service, total, bad, $excluded) AS w FROM stg_reports),
chosen AS (
    SELECT CASE
            WHEN c.w['signal'] IS NOT NULL THEN c.w
            WHEN m.w['start_at'] IS NOT NULL THEN m.w
            WHEN m.w['signal'] IS NOT NULL AND coalesce(r.w['signal'], '') <> 'complaints, log_records' THEN m.w
            ELSE r.w
        END AS w
    FROM counted AS c CROSS JOIN measured AS m CROSS JOIN reported AS r
)
SELECT
    w['start_at'] AS start_at, w['start_earliest'] AS start_earliest, w['start_latest'] AS start_latest,
    w['end_at'] AS end_at, w['end_earliest'] AS end_earliest, w['end_latest'] AS end_latest,
    w['start_at'] IS NOT NULL AND w['end_at'] IS NULL AS is_ongoing,
    w['waves'] AS waves, w['strength'] AS strength, w['method'] AS method,
    w['signal'] AS signal, w['strongest'] AS strongest, w['why'] AS why
FROM chosen
