# Words of the figures, in British English: findings, notes, descriptions for a voice, labels inside charts.
# figures.fr.ftl holds the same ids with the same arguments. An id that ends in -short is for narrow charts.

## Shared

chart-place = { $day }, { $from } to { $to } ({ $zone })
chart-place-service = { $service }, { $day }, { $from } to { $to } ({ $zone })
chart-spoken-share = { $n } percent
chart-failures-start = failures start, { $time }
chart-failing = failing
chart-no-data = no data
chart-no-metric = no metric
chart-nothing = The inputs were read, but nothing in them falls into this period.
chart-missing = No { $needed }: no input feeds the table { $table }. To draw this figure, add { $source }.
chart-missing-table = No input feeds the table { $table }. It would be filled by: { $source }.
chart-empty-note = Hatched: nothing to draw.
chart-hit-all = all attempts
chart-hit-many = { $n ->
    [one] { $n } part that was hit
   *[other] { $n } parts that were hit
}
chart-wave = wave { $n }
chart-column-interval = 95% interval
chart-column-attempts = Attempts
chart-column-failing = Failing: { $slice }
chart-column-failing-all = Failing
chart-column-others = Failing: all others
chart-column-expected = Expected
chart-column-service = Service
chart-column-status = Status
chart-column-first-signal = First signal

## Impact curve

chart-impact-title = Share of attempts that fail
chart-impact-title-short = Attempts that fail
chart-impact-voice = Share of attempts that fail, and complaints, over time: { $place }
chart-impact-caption = { $share } of attempts in the slice { $slice } failed at the worst moment, { $time }.
chart-impact-caption-many = { $share } of attempts in the { $slices } failed at the worst moment, { $time }.
chart-impact-caption-all = { $share } of all attempts failed at the worst moment, { $time }.
chart-impact-caption-none = No bucket holds enough attempts to name a worst moment.
chart-impact-note = Above: failing share per { $bucket }, with its 95% interval; shaded: while customers were hurt. Below: complaints per 5 min against what is usual.
chart-impact-describe = Line chart over { $duration }. Shown: { $slice }. Failing: { $before } before { $start }, { $top } at the peak, { $at }, { $after } after { $end }.
chart-impact-describe-others = All others: { $share } in the window.
chart-impact-describe-complaints = Complaints reach { $n } in five minutes at { $time }.
chart-others = all others: { $share }
chart-others-short = others: { $share }
chart-peak = { $share } at { $time }
chart-window = measured window, { $duration }
chart-window-short = window, { $duration }
chart-window-open = measured window, still open
chart-window-open-short = still open
chart-window-declared = declared window
chart-window-declared-short = declared
chart-milestone-started = { $time } first failure
chart-milestone-detected = { $time } detected
chart-milestone-acknowledged = { $time } acknowledged
chart-milestone-first-public-message = { $time } first message
chart-milestone-identified = { $time } identified
chart-milestone-mitigated = { $time } mitigated
chart-milestone-resolved = { $time } resolved
chart-milestone-complaints = { $time } complaints rise

## Complaints

chart-complaints-title = Complaints per 5 minutes
chart-complaints-title-short = Complaints per 5 min
chart-complaints-expected = expected: { $n }
chart-complaints-voice = Complaints against the share of attempts that fail: { $place }
chart-complaints-caption = Complaints left their usual level at { $time }, { $delay } after the first failure.
chart-complaints-caption-before = Complaints left their usual level at { $time }, { $delay } before the first failure that was measured.
chart-complaints-caption-most = The most complaints in five minutes were { $n }, at { $time }.
chart-complaints-caption-none = Nobody complained in the period shown.
chart-complaints-note = Above: failing share where customers were hurt. Below: distinct complaints per 5 min; the line is what is usual.
chart-complaints-describe = Bars below a line, over { $duration }. Complaints: { $before } before { $start }, { $after } after it, at most { $most } in five minutes, at { $time }.

## No incident

chart-quiet-caption = No run of failures stands out; the highest share was { $share } ({ $time }).
chart-quiet-note = Failing share of all attempts per { $bucket }, with its 95% interval.
chart-quiet-voice = Share of attempts that fail, over all the data: { $place }
chart-quiet-describe = Line chart. The share that fails is highest with { $share } ({ $time }). No incident was found.
chart-quiet-complaints = Complaints are compared with an incident; none was found.

## Who was affected

chart-affected-voice = How many times as often attempts failed in parts of the service: { $place }
chart-affected-caption = An attempt with { $slice } failed { $risk } times as often as one elsewhere.
chart-affected-note = Failing share inside over failing share outside, log scale, with its 95% interval. Bold: explains the incident.
chart-affected-describe = Dots on a log scale around 1, { $n } rows, highest first.
chart-affected-describe-next = Next: { $part }, { $risk } times.
chart-fails-less = fails less often
chart-fails-more = fails more often

## Timeline

chart-timeline-voice = What happened, in four lanes: { $place }
chart-timeline-caption = The incident was detected { $alert } after the first failure; the first public message came after { $message }.
chart-timeline-caption-alert = The incident was detected { $alert } after the first failure; no public message is dated after it.
chart-timeline-caption-alert-only = The incident was detected { $alert } after the first failure.
chart-timeline-caption-message = The first public message came { $message } after the first failure; no input says when the incident was detected.
chart-timeline-caption-none = The inputs date { $n } events in this period, but neither its detection nor a public message.
chart-timeline-note = { $shown } of { $total } dated events, each text once. On a narrow screen the rows are in order, not to scale.
chart-timeline-describe = Events in four lanes. System: { $system }. People: { $people }. Public messages: { $public }. Complaints: { $complaints }.
chart-timeline-describe-window = Attempts failed from { $start } to { $end }.
chart-lane-system = System
chart-lane-system-short = System
chart-lane-people = People
chart-lane-people-short = People
chart-lane-public = Public messages
chart-lane-public-short = Public
chart-lane-complaints = Complaints
chart-lane-complaints-short = Customers
chart-event = event
chart-event-first-failure = first failure
chart-event-last-failure = last failure
chart-event-onset = complaints leave their usual level

## Log messages

chart-logs-voice = Log messages that are new or more frequent, over time: { $place }
chart-logs-caption-new = { $new ->
    [one] { $new } kind of log message appeared with the incident.
   *[other] { $new } kinds of log messages appeared with the incident.
}
chart-logs-caption-more = { $more ->
    [one] { $more } known kind came more often than before.
   *[other] { $more } known kinds came more often than before.
}
chart-logs-note = Lines per 5 min; each row has a maximum of its own. In colour: never seen before.
chart-logs-none = No kind of log message is new or came more often than before.
chart-logs-new = new, { $n }
chart-logs-describe = The clearest one, { $template }, came { $n } times.

## Candidate causes

chart-causes-voice = Candidate causes and what moved when: { $place }
chart-causes-caption-high = The data point to { $entity } as the cause.
chart-causes-caption-medium = The most likely cause is { $entity }.
chart-causes-caption-low = No cause is established; { $entity } is the best-placed candidate.
chart-causes-note = Per candidate: the metric that speaks most for it, and its four strongest signals, with the signs of the figure above.
chart-causes-score = score { $score }
chart-signal = { $kind } { $time }
chart-causes-describe = Rows on one time axis, candidates ranked: { $n }. Failures start at { $start }.
chart-causes-describe-one = { $entity }: score { $score }, first signal at { $time }.
chart-signals-voice = Signals of the candidate causes on one axis of time: { $place }
chart-signals-caption = { $n ->
    [0] Before the failures start, no signal speaks for { $first }, against { $other } for { $second }.
    [one] Before the failures start, { $n } signal speaks for { $first }, and { $other } for { $second }.
   *[other] Before the failures start, { $n } signals speak for { $first }, and { $other } for { $second }.
}
chart-signals-caption-none = No signal of { $first } or of { $second } comes before the failures start.
chart-signals-caption-alone = { $n ->
    [0] No signal of { $first }, the only candidate, comes before the failures start.
    [one] Before the failures start, { $n } signal speaks for { $first }, the only candidate.
   *[other] Before the failures start, { $n } signals speak for { $first }, the only candidate.
}
chart-signals-note = One lane per candidate. Black: what machines show; ochre: what people did; blue: what people said. A larger sign weighs more. An arrow with a number: signals earlier or later than the axis. Those without an instant are in the table of signals.
chart-signals-none = No candidate: nothing in the inputs speaks for any entity as the cause.
chart-signals-describe-one = { $entity }: { $list }.

## Said and measured

chart-said-voice = What was measured and what the public was told: { $place }
chart-said-measured = Measured
chart-said-measured-short = Measured
chart-said-public = Public messages
chart-said-public-short = Public messages
chart-said-promises = Next update promised
chart-said-promises-short = Next update promised
chart-said-unsaid = { $duration } unsaid
chart-said-caption = For { $duration } of the { $failing } in which attempts failed, no public message admitted it.
chart-said-caption-never = Attempts failed for { $failing }; no public message admitted it in that time.
chart-said-caption-all = As long as attempts failed, the public messages said so.
chart-said-note = Bands: failures as measured, and the state that the last public message gave. Triangles: messages, with the time each promised for the next.
chart-said-describe = Two bands. Failures were measured from { $start } to { $end }. { $n ->
    [one] { $n } public message, at { $first }, the last at { $last }.
   *[other] { $n } public messages, the first at { $first }, the last at { $last }.
}
chart-no-message = no message

## Survey

chart-survey-voice = What customers answered, affected and not affected: { $place }
chart-survey-caption = Satisfied: { $affected } of affected customers, { $unaffected } of those not affected.
chart-survey-caption-all = { $score } of respondents were satisfied.
chart-survey-caption-few = Too few customers answered to show a result.
chart-survey-caption-net = Recommendation score: { $affected } among affected customers, { $unaffected } among those not affected.
chart-survey-caption-all-net = The recommendation score is { $score }.
chart-survey-note = Share of the two best marks, with its 95% interval. In colour: customers who were affected.
chart-survey-note-net = NPS in points from −100 to 100, with its 95% interval. In colour: customers who were affected.
chart-survey-words = { $group }: { $score }
chart-survey-few = { $n } answers, { $min } needed
chart-survey-describe = { $n ->
    [one] Dots with intervals, { $n } question.
   *[other] Dots with intervals, { $n } questions.
} Answers to the first: { $answers }.
chart-net-points = { $n }
