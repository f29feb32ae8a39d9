/*---
title   = "Cost"
answers = "What did it cost?"
grain   = "one row"
method  = "The sum of what is known: offers as booked, complaints times cost.per_contact, viewer-hours lost times cost.per_viewer_hour. A price that is not configured adds nothing."
optional = ["offers", "impact_totals", "complaint_totals"]
[columns]
cost = "cost of contacts, lost viewer-hours and offers, in the currency of the case"
cost_low = "lower end of its interval"
cost_high = "upper end of its interval"
currency = "ISO 4217 code"
---*/
WITH given AS (SELECT sum(cost) AS cost, min(currency) AS currency FROM offers WHERE kind <> 'none'),
lost AS (
    SELECT viewer_minutes_lost / 60 * $cost_per_viewer_hour AS value,
        viewer_minutes_lost_low / 60 * $cost_per_viewer_hour AS low,
        viewer_minutes_lost_high / 60 * $cost_per_viewer_hour AS high
    FROM impact_totals
),
contacts AS (
    SELECT caused * $cost_per_contact AS value, caused_low * $cost_per_contact AS low, caused_high * $cost_per_contact AS high
    FROM complaint_totals
),
parts AS (
    SELECT value, low, high FROM lost UNION ALL SELECT value, low, high FROM contacts UNION ALL SELECT cost AS value, cost + 0 AS low, cost + 0.0 AS high FROM given
)
SELECT sum(value) AS cost, sum(low) AS cost_low, sum(high) AS cost_high,
    CASE WHEN $currency <> '' THEN $currency ELSE (SELECT currency FROM given) END AS currency
FROM parts
