/*---
title   = "Communication in figures"
answers = "How early and how regularly was the public told?"
grain   = "one row"
optional = ["incident_window", "promises"]
[columns]
messages = "messages about the incident"
channels = "channels used, separated by commas"
first_message_at = "when the first one was published"
first_message_delay_seconds = "seconds from the first failure to the first message"
first_message_delay_low = "shortest it can have been"
first_message_delay_high = "longest it can have been"
longest_silence_seconds = "longest time between two messages"
cadence_seconds = "median time between two messages"
promises_kept = "promises kept"
promises_broken = "promises broken"
operational_seconds = "seconds of measured impact during which the status page admitted nothing; null without a status page"
is_within_expectation = "whether the first message came in the time expected"
---*/
WITH gaps AS (
    SELECT time, (epoch_micros(time) - epoch_micros(lag(time) OVER (ORDER BY time))) / 1e6 AS gap FROM stg_messages
),
told AS (SELECT count(*) AS messages, min(time) AS first_message_at, max(gap) AS longest, quantile(gap, 0.5) AS cadence FROM gaps),
used AS (SELECT string_agg(channel, ', ' ORDER BY channel) AS channels FROM (SELECT DISTINCT channel FROM stg_messages) AS c),
-- The page admits nothing before its first message, and from a message that says resolved to the next one.
page AS (
    SELECT time, lower(status) AS status, lead(time) OVER (ORDER BY time) AS next_at FROM stg_messages
    WHERE lower(channel) LIKE '%status%'
),
silent AS (
    SELECT $incident_start AS start_at, min(time) AS end_at FROM page HAVING count(*) > 0
    UNION ALL SELECT time, next_at FROM page WHERE status IN ('resolved', 'completed', 'operational')
),
unsaid AS (
    SELECT sum(greatest(0, epoch_micros(least(coalesce(end_at, $incident_end), $incident_end)) - epoch_micros(start_at))) / 1e6 AS seconds
    FROM silent
),
kept AS (
    SELECT count(*) FILTER (WHERE is_kept) AS promises_kept, count(*) FILTER (WHERE NOT is_kept) AS promises_broken
    FROM promises WHERE kind = 'next_update'
)
SELECT t.messages, u.channels, t.first_message_at,
    (epoch_micros(t.first_message_at) - epoch_micros($incident_start)) / 1e6 AS first_message_delay_seconds,
    greatest(0, (epoch_micros(t.first_message_at) - epoch_micros(coalesce(w.start_latest, $incident_start))) / 1e6) AS first_message_delay_low,
    (epoch_micros(t.first_message_at) - epoch_micros(coalesce(w.start_earliest, $incident_start))) / 1e6 AS first_message_delay_high,
    t.longest AS longest_silence_seconds, t.cadence AS cadence_seconds,
    k.promises_kept, k.promises_broken, o.seconds AS operational_seconds,
    (epoch_micros(t.first_message_at) - epoch_micros($incident_start)) / 1e6 <= $first_message_within_seconds AS is_within_expectation
FROM told AS t CROSS JOIN used AS u CROSS JOIN kept AS k CROSS JOIN unsaid AS o LEFT JOIN incident_window AS w ON true
