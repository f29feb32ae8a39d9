/*---
title   = "What the public was told"
answers = "What was said, and how many attempts failed at that moment?"
grain   = "one row per message"
optional = ["attempts_per_minute"]
[columns]
time = "when it was published"
channel = "where"
status = "status it announces"
body = "its text"
bad_ratio = "share of attempts that failed then"
promised_next_update_at = "when it says the next one comes"
promised_resolution_at = "when it says the service is back"
---*/
WITH near AS (
    SELECT m.time, m.channel, m.status, m.body, m.promised_next_update_at, m.promised_resolution_at,
        a.bad_ratio, row_number() OVER (PARTITION BY m.time, m.channel, m.body ORDER BY a.time DESC) AS nth
    FROM stg_messages AS m LEFT JOIN attempts_per_minute AS a
        ON a.time <= m.time AND a.time > m.time - INTERVAL '10 minutes'
)
SELECT time, channel, status, body, bad_ratio, promised_next_update_at, promised_resolution_at
FROM near WHERE nth = 1
ORDER BY time, channel, body
