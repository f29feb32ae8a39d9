/*---
title   = "Claimed slices"
answers = "Which slices are claimed?"
grain   = "one row per claimed slice"
[columns]
slice_json = "the slice, as a JSON object"
---*/
SELECT slice_json FROM localisation WHERE is_claim AND slice_json IS NOT NULL
