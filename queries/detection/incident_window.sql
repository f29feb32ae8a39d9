/*---
title   = "Measured window"
answers = "When did what users felt begin and end?"
grain   = "one row"
method  = "From attempts where they are counted; else from metrics of what users felt; else from complaints and errors in logs, which must agree when metrics are there and calm. Attempts or metrics that are calm and missing for a while do not tell what happened then: metrics or complaints that rise meanwhile do."
optional = ["counted_window", "stg_symptom_metrics", "stg_reports"]
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
WITH counted AS (SELECT * FROM counted_window),
measured AS (
    SELECT symptom_window(time, value, entity, metric, part, is_share, is_named, is_entry, $excluded, $reference) AS w
    FROM stg_symptom_metrics
),
reported AS (SELECT report_window(time, service, total, bad, $excluded, $reference) AS w FROM stg_reports),
found AS (
    SELECT 'counted' AS kind, start_at, start_earliest, start_latest, end_at, end_earliest, end_latest,
        waves, strength, method, signal, strongest, why, gaps
    FROM counted
    UNION ALL
    SELECT 'measured', w['start_at'], w['start_earliest'], w['start_latest'], w['end_at'], w['end_earliest'], w['end_latest'],
        w['waves'], w['strength'], w['method'], w['signal'], w['strongest'], w['why'], w['gaps']
    FROM measured
    UNION ALL
    SELECT 'reported', w['start_at'], w['start_earliest'], w['start_latest'], w['end_at'], w['end_earliest'], w['end_latest'],
        w['waves'], w['strength'], w['method'], w['signal'], w['strongest'], w['why'], w['gaps']
    FROM reported
),
pieces AS (
    SELECT kind, unnest(string_to_array(gaps, ' ')) AS piece FROM found
    WHERE start_at IS NULL AND signal IS NOT NULL AND kind <> 'reported' AND gaps <> ''
),
gaps AS (
    SELECT kind, CAST(split_part(piece, '/', 1) AS BIGINT) AS gap_start, CAST(split_part(piece, '/', 2) AS BIGINT) AS gap_end
    FROM pieces
),
-- A window of another table that begins at, or lies over, a gap of a calm one; ten minutes, in microseconds, are allowed
-- for what is noticed late.
filled AS (
    SELECT f.kind, g.gap_start, g.gap_end
    FROM gaps AS g CROSS JOIN found AS f
    WHERE f.start_at IS NOT NULL AND f.kind <> g.kind AND f.kind <> 'counted'
        AND (f.kind = 'measured' OR f.signal LIKE 'complaints%')
        AND epoch_micros(f.start_earliest) < g.gap_end
        AND epoch_micros(coalesce(f.end_latest, f.start_latest)) > g.gap_start
        AND epoch_micros(f.start_at) > g.gap_start - 600000000
),
ranked AS (
    SELECT f.*, l.gap_start, l.gap_end,
        row_number() OVER (ORDER BY
            CASE
                WHEN f.start_at IS NOT NULL AND f.kind = 'counted' THEN 0
                WHEN l.kind IS NOT NULL AND f.kind = 'measured' THEN 1
                WHEN l.kind IS NOT NULL THEN 2
                WHEN f.kind = 'counted' AND f.signal IS NOT NULL THEN 3
                WHEN f.kind = 'measured' AND f.start_at IS NOT NULL THEN 4
                WHEN f.kind = 'measured' AND f.signal IS NOT NULL AND NOT both_agree THEN 5
                WHEN f.kind = 'reported' THEN 6
                ELSE 7
            END, l.gap_end - l.gap_start DESC NULLS LAST, l.gap_start) AS place
    FROM (
        SELECT *, bool_or(kind = 'reported' AND coalesce(signal, '') = 'complaints, log_records') OVER () AS both_agree FROM found
    ) AS f
    LEFT JOIN filled AS l ON l.kind = f.kind
),
-- Complaints say that something was felt, the gap says when: nothing was recorded while it lasted.
chosen AS (
    SELECT *,
        coalesce(kind = 'reported' AND gap_start IS NOT NULL, false) AS is_gap,
        coalesce(epoch_micros(end_earliest) > gap_end + 600000000, false) AS is_longer,
        arrow_cast(gap_start, 'Timestamp(Microsecond, Some("UTC"))') AS gap_start_at,
        arrow_cast(gap_end, 'Timestamp(Microsecond, Some("UTC"))') AS gap_end_at
    FROM ranked WHERE place = 1
)
SELECT
    CASE WHEN is_gap THEN gap_start_at ELSE start_at END AS start_at,
    CASE WHEN is_gap THEN least(start_earliest, gap_start_at) ELSE start_earliest END AS start_earliest,
    CASE WHEN is_gap THEN gap_start_at + INTERVAL '1 minute' ELSE start_latest END AS start_latest,
    CASE WHEN is_gap AND NOT is_longer THEN gap_end_at ELSE end_at END AS end_at,
    CASE WHEN is_gap AND NOT is_longer THEN gap_end_at - INTERVAL '1 minute' ELSE end_earliest END AS end_earliest,
    end_latest,
    start_at IS NOT NULL AND end_at IS NULL AS is_ongoing,
    CASE WHEN is_gap THEN concat(gap_start, '/', CASE WHEN is_longer THEN epoch_micros(end_at) ELSE gap_end END) ELSE waves END AS waves,
    strength, method, signal, strongest, why
FROM chosen
