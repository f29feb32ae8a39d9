/*---
title   = "Impact by dimension"
answers = "How often did attempts fail for each value of each dimension?"
grain   = "one row per dimension and value"
[columns]
dimension = "name of the dimension"
value = "its value"
total = "attempts in the window"
bad = "attempts that failed"
bad_ratio = "share that failed"
low = "lower end of its 95 % interval"
high = "upper end of its 95 % interval"
expected_ratio = "share expected in normal times"
excess_bad = "failures above those expected"
share_of_excess = "its share of all of them"
risk_ratio = "how many times as often as for the other values"
risk_ratio_low = "lower end of its 95 % interval"
risk_ratio_high = "upper end of its 95 % interval"
[[check]]
unique = ["dimension", "value"]
---*/
WITH terms AS (
    SELECT unnest(slice_terms(dimensions)) AS term, total, bad, expected_bad FROM stg_incident_attempts
),
sums AS (
    SELECT term['name'] AS dimension, term['value'] AS value,
        sum(total) AS total, sum(bad) AS bad, sum(expected_bad) AS expected_bad
    FROM terms GROUP BY term['name'], term['value']
),
rest AS (
    SELECT *, sum(total) OVER (PARTITION BY dimension) - total AS other_total,
        sum(bad) OVER (PARTITION BY dimension) - bad AS other_bad,
        sum(bad - expected_bad) OVER (PARTITION BY dimension) AS all_excess
    FROM sums
)
SELECT dimension, value, total, bad, bad / total AS bad_ratio,
    wilson_interval(bad, total)['low'] AS low, wilson_interval(bad, total)['high'] AS high,
    expected_bad / total AS expected_ratio, bad - expected_bad AS excess_bad,
    CASE WHEN all_excess > 0 THEN (bad - expected_bad) / all_excess END AS share_of_excess,
    risk_ratio(bad, total, other_bad, other_total)['value'] AS risk_ratio,
    risk_ratio(bad, total, other_bad, other_total)['low'] AS risk_ratio_low,
    risk_ratio(bad, total, other_bad, other_total)['high'] AS risk_ratio_high
FROM rest
ORDER BY risk_ratio DESC NULLS LAST, dimension, value
