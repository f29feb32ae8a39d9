/*---
title   = "Clocks of the inputs"
answers = "Do the clocks of the inputs agree, and which one is off?"
grain   = "one row per pair of files that record the same events"
method  = "The same event is known by the trace or request identifier of log lines, the name of an alert, the commit or address of a change, the text of a message. Each gives the offsets under which the two files are at most a usual delay apart; the offset that most events allow is taken, and is nought when half of them allow that. A file is off when most of the files that hang together contradict it. What a source is always late by looks like a clock that is behind; clocks that run at different speeds are not looked for."
optional = ["stg_sightings"]
[columns]
file = "the file that is off, where it is known; else the first by path"
other_file = "the file it is compared with"
kinds = "what both record: trace, alert, change, text"
shared = "events that both record"
agreeing = "those that agree on the offset"
offset_seconds = "clock of the file minus clock of the other, in seconds: median of the events that agree"
offset_low_seconds = "lower end of its 95 % interval"
offset_high_seconds = "upper end"
verdict = "of the file against the other: agrees, ahead, behind, unclear, too few to tell"
is_off = "whether most files contradict this one; false when that cannot be told"
is_zone_like = "whether the offset is that of a mistaken time zone"
[[check]]
unique = ["file", "other_file"]
not_null = ["verdict", "shared"]
---*/
WITH compared AS (
    SELECT unnest(clock_skew(file, kind, key, first_at, last_at, delay_seconds, $min_n)) AS c FROM stg_sightings
)
SELECT c['file'] AS file, c['other_file'] AS other_file, c['kinds'] AS kinds, c['shared'] AS shared,
    c['agreeing'] AS agreeing, c['offset_seconds'] AS offset_seconds, c['offset_low_seconds'] AS offset_low_seconds,
    c['offset_high_seconds'] AS offset_high_seconds, c['verdict'] AS verdict, c['is_off'] AS is_off,
    c['is_zone_like'] AS is_zone_like
FROM compared
ORDER BY file, other_file
