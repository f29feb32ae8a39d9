/*---
title   = "Where it failed"
answers = "Which part of the service explains the failures?"
grain   = "one row per slice, claims first"
method  = "A search over combinations of dimension values for the smallest set of slices that explains the excess, scored by likelihood with a penalty per dimension and per slice."
[columns]
rank = "order"
is_claim = "whether the slice is claimed to explain the incident"
scope = "general, localised or unknown"
scope_confidence = "from 0 to 1"
slice = "the slice, as text"
slice_json = "the slice, as a JSON object"
confidence = "from 0 to 1, that the claims are right; null for the next best"
excess_bad = "failures above those expected"
share_of_excess = "its share of all of them"
risk_ratio = "how many times as often an attempt failed there as elsewhere"
risk_ratio_low = "lower end of its 95 % interval"
risk_ratio_high = "upper end of its 95 % interval"
total = "attempts in the window"
bad = "attempts that failed"
[[check]]
unique = ["rank"]
---*/
WITH found AS (
    SELECT localise(time, total, bad, expected_bad, viewers, dimensions,
        $incident_start, $incident_end, $baseline_start, $baseline_end, $excluded, $general_share) AS slices
    FROM stg_attempts
),
entries AS (SELECT unnest(slices) AS entry FROM found)
SELECT
    entry['rank'] AS rank, entry['is_claim'] AS is_claim,
    entry['scope'] AS scope, entry['scope_confidence'] AS scope_confidence,
    slice_text(entry['slice']) AS slice, entry['slice'] AS slice_json,
    entry['confidence'] AS confidence,
    entry['excess_bad'] AS excess_bad, entry['share_of_excess'] AS share_of_excess,
    entry['risk_ratio'] AS risk_ratio, entry['risk_ratio_low'] AS risk_ratio_low,
    entry['risk_ratio_high'] AS risk_ratio_high, entry['total'] AS total, entry['bad'] AS bad
FROM entries
ORDER BY rank
