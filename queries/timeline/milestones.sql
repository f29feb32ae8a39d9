/*---
title   = "Milestones"
answers = "When was it noticed, said, understood and ended?"
grain   = "one row per milestone"
optional = ["stg_milestone_candidates"]
[columns]
milestone = "its name"
at = "when"
earliest = "earliest instant it can have been"
latest = "latest instant it can have been"
source = "table it comes from"
[[check]]
unique = ["milestone"]
---*/
WITH noted AS (
    SELECT milestone, at, source,
        -- An all-clear while attempts still failed came too early: the first one after the last failure counts.
        row_number() OVER (PARTITION BY milestone ORDER BY
            CASE WHEN milestone = 'resolved' AND at < $incident_end - INTERVAL '2 minutes' THEN 2 ELSE 1 END,
            CASE WHEN milestone IN ('detected', 'acknowledged', 'first_public_message') THEN 1 ELSE preference END, at, source) AS nth
    FROM stg_milestone_candidates
    WHERE milestone IN ('detected', 'acknowledged', 'first_public_message', 'identified', 'mitigated', 'resolved')
),
measured AS (
    SELECT 'started' AS milestone, start_at AS at, start_earliest AS earliest, start_latest AS latest, 'measured' AS source, 1 AS preference
    FROM incident_window WHERE start_at IS NOT NULL
    UNION ALL
    SELECT 'mitigated', end_at, end_earliest, end_latest, 'measured', 2 FROM incident_window WHERE end_at IS NOT NULL
),
joined AS (
    SELECT milestone, at, at AS earliest, at AS latest, source, 1 AS preference FROM noted WHERE nth = 1
    UNION ALL SELECT milestone, at, earliest, latest, source, preference FROM measured
),
chosen AS (SELECT *, row_number() OVER (PARTITION BY milestone ORDER BY preference) AS nth FROM joined)
SELECT milestone, at, earliest, latest, source FROM chosen WHERE nth = 1
ORDER BY at, milestone
