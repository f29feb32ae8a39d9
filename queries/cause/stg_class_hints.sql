/*---
title   = "Hints on the class"
answers = "What speaks for which nature and origin?"
grain   = "one row per kind of evidence"
optional = ["stg_class_evidence"]
[columns]
origin = "kind of evidence"
weight = "how much it counts"
content = "share of it that speaks of rights or schedule"
technical = "share that speaks of signal, network or machines"
human_error = "share that speaks of a mistake"
technical_fault = "share that speaks of software, hardware or capacity"
external_factor = "share that speaks of a third party"
---*/
WITH hinted AS (
    SELECT origin, weight, part, lean, classify_text(text) AS hints FROM stg_class_evidence WHERE text IS NOT NULL
),
votes AS (
    SELECT origin, weight, part,
        least(1, hints['content']) AS content, least(1, hints['technical']) AS technical,
        CASE lean WHEN 'setting' THEN 1 WHEN 'outside' THEN 0 ELSE least(1, hints['human_error']) END AS human_error,
        CASE lean WHEN 'version' THEN 1 WHEN 'setting' THEN 0 WHEN 'outside' THEN 0 ELSE least(1, hints['technical_fault']) END AS technical_fault,
        CASE lean WHEN 'outside' THEN 1 WHEN '' THEN least(1, hints['external_factor']) ELSE 0 END AS external_factor
    FROM hinted
),
-- A text that speaks for several origins is shared by them.
shared AS (SELECT *, greatest(1, human_error + technical_fault + external_factor) AS origins FROM votes)
SELECT origin, max(weight) AS weight,
    sum(part * content) / sum(part) AS content,
    sum(part * technical) / sum(part) AS technical,
    sum(part * human_error / origins) / sum(part) AS human_error,
    sum(part * technical_fault / origins) / sum(part) AS technical_fault,
    sum(part * external_factor / origins) / sum(part) AS external_factor
FROM shared
GROUP BY origin
ORDER BY origin
