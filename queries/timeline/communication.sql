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
is_within_expectation = "whether the first message came in the time expected"
---*/
WITH gaps AS (
    SELECT time, (CAST(time AS BIGINT) - CAST(lag(time) OVER (ORDER BY time) AS BIGINT)) / 1e6 AS gap FROM stg_messages
),
told AS (SELECT count(*) AS messages, min(time) AS first_message_at, max(gap) AS longest, quantile(gap, 0.5) AS cadence FROM gaps),
used AS (SELECT string_agg(channel, ', ' ORDER BY channel) AS channels FROM (SELECT DISTINCT channel FROM stg_messages) AS c),
kept AS (
    SELECT count(*) FILTER (WHERE is_kept) AS promises_kept, count(*) FILTER (WHERE NOT is_kept) AS promises_broken
    FROM promises WHERE kind = 'next_update'
)
SELECT t.messages, u.channels, t.first_message_at,
    (CAST(t.first_message_at AS BIGINT) - CAST($incident_start AS BIGINT)) / 1e6 AS first_message_delay_seconds,
    greatest(0, (CAST(t.first_message_at AS BIGINT) - CAST(coalesce(w.start_latest, $incident_start) AS BIGINT)) / 1e6) AS first_message_delay_low,
    (CAST(t.first_message_at AS BIGINT) - CAST(coalesce(w.start_earliest, $incident_start) AS BIGINT)) / 1e6 AS first_message_delay_high,
    t.longest AS longest_silence_seconds, t.cadence AS cadence_seconds,
    k.promises_kept, k.promises_broken,
    (CAST(t.first_message_at AS BIGINT) - CAST($incident_start AS BIGINT)) / 1e6 <= $first_message_within_seconds AS is_within_expectation
FROM told AS t CROSS JOIN used AS u CROSS JOIN kept AS k LEFT JOIN incident_window AS w ON true
