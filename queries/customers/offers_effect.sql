/*---
title   = "Offers"
answers = "Did what customers were given help?"
grain   = "one row per kind of offer"
method  = "Share of the two best marks among affected customers with the offer minus that among affected customers without any; interval of Newcombe. No cause is claimed: who got what was not drawn by lot."
optional = ["offers", "survey_answers"]
[columns]
kind = "replay, vod, promo, credit, ..."
n = "customers who got it"
answers = "of these, answers about satisfaction"
cost = "cost of all of them"
currency = "ISO 4217 code"
effect = "share of satisfied customers minus that among affected customers who got nothing"
low = "lower end of its 95 % interval"
high = "upper end of its 95 % interval"
verdict = "effective, not shown or too few"
---*/
WITH given AS (
    SELECT kind, CAST(count(*) AS DOUBLE) AS n, sum(cost) AS cost, min(currency) AS currency FROM offers GROUP BY kind
),
of_customer AS (SELECT customer_key, min(kind) AS kind FROM offers GROUP BY customer_key),
answers AS (
    SELECT coalesce(s.offer, o.kind) AS kind, CASE WHEN s.score >= s.scale_max - 1 THEN 1.0 ELSE 0.0 END AS is_satisfied
    FROM survey_answers AS s LEFT JOIN of_customer AS o ON o.customer_key = s.respondent_key
    WHERE s.kind = 'csat' AND s.score IS NOT NULL AND s.is_impacted
),
counted AS (SELECT kind, CAST(count(*) AS DOUBLE) AS n, sum(is_satisfied) AS satisfied FROM answers WHERE kind IS NOT NULL GROUP BY kind),
without AS (
    SELECT coalesce(sum(n), 0.0) AS n_without, coalesce(sum(satisfied), 0.0) AS satisfied_without FROM counted WHERE kind = 'none'
),
effects AS (
    SELECT coalesce(g.kind, c.kind) AS kind, coalesce(g.n, c.n) AS n, coalesce(c.n, 0) AS answers, g.cost, g.currency,
        newcombe_difference(c.satisfied, c.n, w.satisfied_without, w.n_without) AS effect, w.n_without
    FROM given AS g FULL JOIN counted AS c ON c.kind = g.kind CROSS JOIN without AS w
)
SELECT kind, n, answers, cost, currency,
    effect['value'] AS effect, effect['low'] AS low, effect['high'] AS high,
    CASE WHEN answers < $min_n OR n_without < $min_n THEN 'too few'
        WHEN effect['low'] > 0 THEN 'effective' ELSE 'not shown' END AS verdict
FROM effects
WHERE kind <> 'none'
ORDER BY kind
