/*---
title   = "Distinct complaints"
answers = "Who complained, counted once?"
grain   = "one row per complaint that is no repost, no bot and no repetition"
method  = "Reposts, accounts that the source marks as automatic, and what was deleted or sorted out as spam are left out; several complaints of one author within two hours, and equal complaints within a minute of each other, count once."
[columns]
time = "when it was made"
channel = "where"
author_key = "pseudonym of the author"
body = "what was written"
theme = "category in the source"
first_reply_at = "when the first reply was sent"
solved_at = "when it was solved"
dimensions = "free dimensions"
---*/
WITH marked AS (
    SELECT *,
        row_number() OVER (
            PARTITION BY author_key, date_bin(INTERVAL '2 hours', time) ORDER BY time, complaint_id
        ) AS nth_of_author,
        lag(time) OVER (PARTITION BY author_key, channel, dimensions, lower(trim(body)) ORDER BY time, complaint_id) AS same_before
    FROM complaints_sliced
)
SELECT time, channel, author_key, body, theme, first_reply_at, solved_at, dimensions
FROM marked
WHERE (author_key IS NULL OR nth_of_author = 1)
    AND coalesce(time > same_before + INTERVAL '1 minute', true)
    AND NOT starts_with(coalesce(body, ''), 'RT @')
    AND NOT slice_matches(dimensions, '{"is_repost":"true"}')
    AND NOT slice_matches(dimensions, '{"is_bot":"true"}')
    AND NOT slice_matches(dimensions, '{"is_deleted":"true"}')
