/*---
title   = "Dimensions of the claimed slices"
answers = "Which values do the claimed slices name?"
grain   = "one row per dimension and value"
[columns]
name = "dimension"
value = "its value"
---*/
WITH terms AS (SELECT unnest(slice_terms(slice_json)) AS term FROM stg_claims)
SELECT DISTINCT term['name'] AS name, term['value'] AS value FROM terms
