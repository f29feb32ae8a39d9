# Every sentence of the documents, in British English. One message per idea; a choice between whole sentences is a
# choice of id. Arguments are formatted values with their unit, except numbers that choose a plural and fixed keys.
# fr.ftl holds the same ids with the same arguments. Spaces before units are U+00A0.

## Words used everywhere

not-known = not known
none = none
yes = yes
no = no
exact = exact
measured = measured
declared = declared
not-applicable = –
unit-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
unit-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
unit-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
unit-seconds = { $n ->
    [one] { $n } second
   *[other] { $n } seconds
}
between = between { $low } and { $high }
table-number = Table { $n }.
figure-number = Figure { $n }.
missing = Not known: { $figure }. No input holds { $needed }. To fill the gap: { $source }.
missing-row = { $figure }: no input holds { $needed }. { $source } would fill the gap.
suppressed = Not shown: this group has fewer than { $min } people.
not-derived = Not known: { $figure }. The inputs were read, but this does not follow from them.

## The page

page-skip = Skip to the document
page-contents = Contents
page-data = Data of figure { $n }
page-data-label = Data of figure { $n }
page-table-label = Table, can be scrolled
page-rows = Rows of evidence { $n }
page-confidence = confidence { $value }
page-foot = Rendered by constat { $version }. Same inputs, same bytes: manifest.json holds the hashes of what was read and written.
page-description = { $kind }: { $title }

## Postmortem: header

postmortem = Postmortem
postmortem-kicker = internal postmortem
title-derived = Incident of { $day } on { $service }
title-none = No incident found in the data of { $service }
verdict = On { $day }, from { $start } to { $end } ({ $zone }), attempts to watch { $service } failed more often than usual{ $evidence }. { $scope }
verdict-open = Since { $start } ({ $zone }) on { $day }, attempts to watch { $service } have been failing more often than usual{ $evidence }. { $scope }
verdict-metrics = On { $day }, from { $start } to { $end } ({ $zone }), what the metrics of { $service } say about its users left its usual level{ $evidence }. { $scope }
verdict-open-metrics = Since { $start } ({ $zone }) on { $day }, what the metrics of { $service } say about its users has left its usual level{ $evidence }. { $scope }
verdict-reports = On { $day }, from { $start } to { $end } ({ $zone }), complaints or error logs reported that { $service } was failing{ $evidence }. { $scope }
verdict-open-reports = Since { $start } ({ $zone }) on { $day }, complaints or error logs have been reporting that { $service } is failing{ $evidence }. { $scope }
scope-general = Every part of the service that we measure was hit.
scope-localised = One part of the service was hit: { $slice }.
scope-localised-many = { $n ->
    [one] { $n } part of the service was hit.
   *[other] { $n } parts of the service were hit; the worst: { $slice }.
}
scope-unknown = The data do not show how widely.

axis-scope = Scope
axis-nature = Nature
axis-duration = Duration
axis-origin = Origin
class-axis = Class
class-value = Finding
class-confidence = Confidence
class-reason = Because
class-general = General
class-localised = Localised
class-technical = Technical
class-content = Content
class-temporary = Temporary
class-prolonged = Prolonged
class-technical-fault = Technical fault
class-human-error = Human error
class-external-factor = External factor
class-unknown = Unknown
why-localised = one slice holds { $share } of the excess{ $evidence }
why-localised-many = a few slices hold { $share } of the excess{ $evidence }
why-general = no slice stands apart from the rest{ $evidence }
why-duration = { $duration }, the policy says { $limit }{ $evidence }
why-origin = first of the ranked causes: { $kind }{ $evidence }
why-nature-technical = attempts fail in the delivery chain{ $evidence }
why-nature-content = attempts fail on what is shown, not on how{ $evidence }
why-unknown = the inputs do not decide it{ $evidence }

key-value = Figure
key-interval = Range
key-what = What it is
key-viewers = viewers failing at the worst moment{ $evidence }
key-viewers-at = viewers failing at the worst moment, { $time }{ $evidence }
key-viewer-minutes = viewer-minutes lost{ $evidence }
key-excess = failures more than expected{ $evidence }
key-peak = of attempts failing at the worst moment{ $evidence }
key-complaints = complaints caused{ $evidence }
key-detect = to detect{ $evidence }
key-message = to the first public message{ $evidence }
key-mitigate = to mitigate{ $evidence }
key-resolve = to resolve, as declared{ $evidence }

meta-what = About
meta-value = This document
meta-service = Service
meta-id = Incident
meta-window = Measured window
meta-window-waves = { $window }, { $n ->
    [one] { $n } wave
   *[other] { $n } waves
}
meta-window-open = from { $start }, still failing at the data cut-off
meta-declared = Declared window
meta-zone = Time zone
meta-cutoff = Data cut-off
meta-inputs = Files read
meta-tool = Made with

## Section titles

section-summary = Summary
section-impact = Impact
section-detection = Detection
section-timeline = Timeline
section-where = Where it failed
section-why = Why it failed
section-limits = What limited the impact
section-response = Response and communication
section-customers = What customers said
section-survey = What customers felt
section-offers = What customers were given
section-resolution = Resolution
section-review = Review
section-actions = Corrective actions
section-open = Open questions
section-related = Related incidents
section-method = Method
section-evidence = Evidence
section-inputs = Inputs and rejects

## Summary

side-reading-title = How to read this page
side-reading = Small links such as E1 lead to the query and the rows behind a figure. Ranges are 95% intervals, or the two moments between which something happened.
side-reading-hand = A rule on the left marks text written by people. All the rest is derived from the inputs.
hand-written = Written by hand
hand-none = Nobody has written this part yet. The file { $file } in the case folder has a place for it.
window = The first failure caused by the incident falls between { $start-earliest } and { $start-latest }, the last between { $end-earliest } and { $end-latest }.
window-open = The first failure falls between { $start-earliest } and { $start-latest }. At { $cutoff }, where the data end, attempts were still failing.
window-open-felt = The first failure falls between { $start-earliest } and { $start-latest }. At { $cutoff }, where the data end, it was still going on.
window-declared = The figures use the declared window, { $start } to { $end }. The measured one runs from { $measured-start } to { $measured-end }.
waves = { $n ->
    [one] It came in { $n } wave: { $list }.
   *[other] It came in { $n } waves: { $list }.
}
wave = { $start } to { $end }
duration-prolonged = It lasted { $duration } (at least { $low }, at most { $high }), past the { $limit } from which we call an outage prolonged.
duration-temporary = It lasted { $duration } (at least { $low }, at most { $high }), short of the { $limit } from which we call an outage prolonged.
duration-prolonged-exact = It lasted { $duration }, past the { $limit } from which we call an outage prolonged.
duration-temporary-exact = It lasted { $duration }, short of the { $limit } from which we call an outage prolonged.
summary-lost = It cost { viewer-minutes } (between { $low } and { $high }).
summary-excess = { $excess ->
    [one] { $excess } attempt failed that would otherwise have worked
   *[other] { $excess } attempts failed that would otherwise have worked
} (between { $low } and { $high }).

## Impact

viewers-hit = { $viewers ->
    [one] { $viewers } viewer affected at once
   *[other] { $viewers } viewers affected at once
}
viewer-minutes = { $minutes ->
    [one] { $minutes } viewer-minute lost
   *[other] { $minutes } viewer-minutes lost
}
impact-attempts = Of { $total } attempts in the window, { $bad } failed, against { $expected } expected.
impact-excess = { $excess ->
    [one] That is { $excess } failure more than expected
   *[other] That is { $excess } failures more than expected
} (between { $low } and { $high }).
impact-peak = At the worst moment, { $time }, { $ratio } of attempts failed.
impact-peak-viewers = At the worst moment, { $time }, { $ratio } of attempts failed: { viewers-hit }.
impact-minutes = In all, { viewer-minutes } (between { $low } and { $high }).
impact-minutes-exact = In all, { viewer-minutes }.
impact-silent = For each complaint there were { $n } viewers affected at the worst moment who did not write.
impact-cost = The incident cost { $cost }.
impact-side-title = What is counted
impact-side = A viewer affected is one whose attempts were failing at one time. Viewer-minutes add up, over time and slices, the viewers times the failing share above the expected one.
table-parts = Where failures were concentrated
table-parts-note = Failing share inside each part of the service, with its 95% interval, and its share of the failures above the expected number.
column-part = Part
column-failing = Failing
column-excess = Excess
column-share-of-excess = Share of excess
column-risk-ratio = Risk ratio

## Detection

detect-delay = The first related alert came { $delay } after the first failure (between { $low } and { $high }).
detect-delay-exact = The first related alert came { $delay } after the first failure.
acknowledge-delay = It was acknowledged { $delay } after the first failure.
complaint-lead-customers = Customers were first: complaints left their usual level { $lead } before the first related alert.
complaint-lead-monitoring = Monitoring was first: the related alert came { $lead } before complaints left their usual level.
complaint-lead-unknown = Who noticed first is not known: the inputs hold no alert or no complaint.

## Timeline

timeline-intro = Times are those of the service ({ $zone }). Where sources disagree, the range is given.
table-milestones = Milestones
table-milestones-note = Elapsed times count from the start. In grey: the earliest and the latest value the sources allow.
column-milestone = Milestone
column-at = At
column-elapsed = Elapsed
column-source = Source
milestone-started = Started
milestone-detected = Detected
milestone-acknowledged = Acknowledged
milestone-first-public-message = First public message
milestone-identified = Cause identified
milestone-mitigated = Mitigated
milestone-resolved = Resolved, as declared
source-measured = measured
source-alert = alert
source-alerts = alert
source-timeline-event = note of a responder
source-timeline-events = note of a responder
source-public-message = public message
source-public-messages = public message
source-declared = declared
source-chat = chat
source-complaints-first = complaints
table-events = What happened
table-events-note = Everything the inputs date, oldest first.
table-events-cut = { $shown } of { $total } entries, oldest first; the rest is in data/timeline.csv.
column-time = Time
column-lane = Lane
column-what = What
lane-system = system
lane-people = people
lane-public = public
lane-complaints = complaints

## Where

localisation = The slice { $slice } accounts for { $share } of the excess failures. An attempt there failed { $risk } times as often as elsewhere (between { $low } and { $high } times).
localisation-general = No part of the service stands apart: the failing share rose everywhere we measure.
localisation-unknown = The data do not show whether one part of the service was hit more than the others.
table-slices = Slices that explain the incident
table-slices-note = Risk ratio: failing share inside the slice over the failing share outside. Claims first, then the nearest candidates that were set aside.
column-slice = Slice
column-verdict = Verdict
slice-claim = explains it
slice-candidate = set aside

## Why

cause-subject = { $kind ->
    [change] the change to { $entity }
    [external] the supplier { $entity }
   *[component] { $entity }
}
cause-high = The data point to { cause-subject } as the cause. Confidence: { $confidence }. Signals: { $signals }.
cause-medium = The most likely cause is { cause-subject }. Confidence: { $confidence }. Signals: { $signals }.
cause-low = No cause is established. The best-placed candidate is { cause-subject }. Confidence: { $confidence }. Signals: { $signals }.
cause-none = The data do not allow a cause to be named.
cause-score = The score ranks candidates; it is not a probability.
signal-metric = { $n ->
    [one] { $n } shifted metric
   *[other] { $n } shifted metrics
}
signal-log = { $n ->
    [one] { $n } log signal
   *[other] { $n } log signals
}
signal-change = { $n ->
    [one] { $n } change
   *[other] { $n } changes
}
signal-alert = { $n ->
    [one] { $n } alert
   *[other] { $n } alerts
}
signal-external = { $n ->
    [one] { $n } report from outside
   *[other] { $n } reports from outside
}
signal-note = { $n ->
    [one] { $n } note of a responder
   *[other] { $n } notes of responders
}
kind-metric = metric
kind-log = log
kind-change = change
kind-alert = alert
kind-dependency = dependency
kind-external = outside report
kind-note = note
kind-remedy = change before the end
kind-slice = slice
table-causes = Candidate causes, ranked
table-causes-note = Each with the signals that speak for it.
column-candidate = Candidate
column-score = Score
column-signal = Signal
column-signals = Signals
column-kind = Kind
column-weight = Weight
column-doubt = Doubt
table-signals = Signals of candidate { $rank }, { $entity }
table-signals-note = At most eight, heaviest first; weights go from 0 to 1. Doubt: by what 1 less the score is multiplied when the ranking is made again without the signal; ×1.0 where a stronger signal of its kind says the same.
heading-second = Why the second candidate, { $entity }, lost
second-none = There is no second candidate: apart from { $entity }, the inputs hold a signal of no entity.
second-score = The second candidate, { $entity }, scores { $score } against { $first }.
second-item = { $kind } ({ $weight })
second-item-both = { $kind } ({ $second } against { $first })
second-lacks = It has no evidence of these kinds, which the first candidate has (weight there): { $list }.
second-weaker = Its evidence is weaker than that of the first candidate here: { $list }.
second-stronger = Its evidence is stronger than that of the first candidate here: { $list }.
second-explained = Without the dependencies its score is { $without } instead of { $score }: what it calls explains part of what moved there.
second-slice = The localised slice adds { $first } to the score of the first candidate, and { $second } to its own.
second-late = Its first signal comes { $delay } after the first failure: a cause comes before.
second-after = Its first signal comes { $delay } later than that of the first candidate.
heading-change-mind = What would change the conclusion
mind-robust = No single signal and no single kind of evidence decides: whichever is left out, { $entity } stays first. The lead is smallest without { $what }: { $first } against { $rival }.
mind-fragile = The first place of { $entity } rests on what follows; the ranking was made again without each.
mind-without = Without { $what }, { $leader } is first, with { $score } against { $first }.
mind-without-one = Without one signal alone ({ $kind }: { $detail }), { $leader } is first, with { $score } against { $first }.
mind-alone = No other entity can take the first place. Without { $what }, the score falls from { $score } to { $without }.
without-metric = its metrics
without-log = its log lines
without-change = its changes before the start
without-remedy = its changes before the end
without-alert = its alerts
without-note = the notes that name it
without-external = the reports from outside
without-slice = the localised slice
without-dependency = the dependencies
table-without = The ranking without each kind of evidence
table-without-note = Made again each time: the score of the first candidate as it is, and the best score of the others. Slice and dependencies are left out for all candidates.
column-without = Without
column-score-first = First
column-score-rival = Next best
column-leader = Leads
mind-add-some = { $n ->
    [one] One single finding that the inputs do not hold puts another candidate first.
   *[other] { $n } single findings that the inputs do not hold put another candidate first.
}
mind-add-none = No single further signal of a kind that they lack puts another candidate first: each was tried at full strength at the start of the failures.
table-additions = What puts another candidate first
table-additions-note = One more signal at the start of the failures, tried weaker and weaker. Enough from: the least weight with which the candidate leads; a dependency has none.
column-addition = Finding
column-enough = Enough from
column-looked = Inputs
addition-metric = a metric of it that moves
addition-log = a new error message of it
addition-change = a change to it just before the start
addition-alert = an alert on it
addition-note = a note that names it as the cause
addition-dependency = a call from the first candidate to it
looked-no-file = no file of this kind
looked-not-at-it = files of this kind, none speaks of it
looked-at-it = files speak of it, and show none
mind-absent = Not among the inputs, so nothing they would show is weighed: { $list }.
mind-all-there = Changes, metrics, logs, dependencies, alerts and notes are all among the inputs.
absent-changes = changes
absent-metric-samples = metrics
absent-log-records = logs
absent-dependencies = dependencies (traces, or a list of calls)
absent-alerts = alerts
absent-timeline-events = notes of responders
heading-logs = What the logs say
table-logs = Messages that are new or burst
table-logs-note = Variables are written `<*>`. Ratio: count per minute in the window over the baseline.
column-message = Message
column-severity = Severity
column-count = Count
column-before = Before
column-ratio = Ratio
log-new = new
log-first-seen = first at { $time }
log-times = ×{ $ratio }
heading-metrics = What the metrics say
table-metrics = Metrics that shifted
table-metrics-note = Medians of the baseline and of the window, and when the shift began.
column-metric = Metric
column-baseline = Baseline
column-window = Window
column-onset = Onset
direction-up = up
direction-down = down
heading-changes = Changes near the start
table-changes = Changes before the first failure
table-changes-note = Minutes before the start; a change after it has a minus.
column-change = Change
column-minutes-before = Before the start
heading-factors = Contributing factors
factors-derived = Factors named by the corrective actions: { $list }.

## Limits

limits-spared = Parts of the service whose failing share stayed within what was expected: { $list }.
limits-unknown = The data do not show what kept the impact from growing.

## Response

comms-first-kept = The first public message came { $delay } after the first failure, within the target of { $limit }.
comms-first-missed = The first public message came { $delay } after the first failure, beyond the target of { $limit }.
comms-count = { $n ->
    [one] { $n } public message was published.
   *[other] { $n } public messages were published, a median of { $cadence } apart; the longest silence lasted { $silence }.
}
comms-promises = Promised updates kept: { $kept }. Not kept: { $broken }.
comms-none-promised = No message promised a next update.
comms-green = The status page showed “operational” for { $duration } while failures were being measured.
comms-silent = The inputs hold no public message: none was published, or its export was not given.
table-messages = Each public message against the data
table-messages-note = What it said, and the share of attempts failing when it was sent.
column-said = It said
column-failing-then = Failing then
column-next = Promise
channel-via = { $channel }, { $status }
promise-next = next update by { $time }
promise-end = restored by { $time }
promise-none = none
promise-kept = kept
promise-late = late by { $delay }
promise-broken = not kept
status-investigating = investigating
status-identified = identified
status-monitoring = monitoring
status-resolved = resolved
status-update = update

## Customers

complaints = { $complaints ->
    [0] No complaint was caused by the incident.
    [one] { $complaints } complaint was caused by the incident.
   *[other] { $complaints } complaints were caused by the incident.
}
complaint-volume = { complaints } A comparable period brings { $expected }. Reposts and repeated tickets count once.
complaint-range = The data allow between { $low } and { $high }.
complaint-onset = Complaints left their usual level at { $time }.
table-themes = What they wrote about
table-themes-note = Most telling words of each theme, its share of all complaints with the 95% interval, and one complaint in its own words.
column-theme = Theme
column-complaints = Complaints
column-share = Share
column-example = Example
survey-csat = { $score } of respondents gave one of the two best marks (between { $low } and { $high }; n = { $n }).
survey-gap-clear = Affected customers: { $affected }. Unaffected: { $unaffected }. Difference: { $gap } (between { $low } and { $high }), more than chance explains.
survey-gap-unclear = Affected customers: { $affected }. Unaffected: { $unaffected }. Difference: { $gap } (between { $low } and { $high }); it may be due to chance.
survey-side-title = Limit of the survey
survey-side = Only those who answered are counted. If customers who kept silent were less satisfied, the gap is larger than shown.
table-survey = Answers by question
table-survey-note = CSAT and scales: share of the two best marks. NPS: points from −100 to 100. In grey: 95% interval.
column-question = Question
column-group = Group
column-answers = Answers
column-score-survey = Result
group-all = all
group-impacted = affected
group-not-impacted = not affected
offer-effective = Affected customers who received “{ $offer }” were satisfied more often than those who received nothing: { $gap } (between { $low } and { $high }). Cost: { $cost }.
offer-not-shown = No effect of “{ $offer }” is shown: { $gap } (between { $low } and { $high }). Cost: { $cost }.
offer-too-few = “{ $offer }” cannot be judged (n = { $n }, at least { $min } needed). Cost: { $cost }.
offers-side-title = Limit of the offers table
offers-side = Unless offers were drawn by chance, these are differences between groups and not proof of an effect.
table-offers = Satisfaction and cost of each offer
table-offers-note = Effect: satisfied share against affected customers who received nothing, in points, with its 95% interval.
column-offer = Offer
column-effect = Effect, points
column-cost = Cost
verdict-effective = effective
verdict-not-shown = not shown
verdict-too-few = too few
offer-none = nothing
offer-replay = replay
offer-vod = video on demand
offer-promo = promotion
offer-credit = credit on the bill
offer-refund = refund

## Resolution

resolved-mitigated = Failures were back at the expected level { $delay } after the first one, at { $time }.
resolved-declared = The incident was declared over at { $time }, { $delay } after the first failure.
resolved-open = The data end before the incident does: neither its end nor its repair is known.
resolved-unknown = No input says when the incident was declared over.

## Review

review-none = No review has been written. Headings for it stand in { $file }: what went well, what went wrong, where we got lucky.
review-went-well = What went well
review-went-wrong = What went wrong
review-lucky = Where we got lucky

## Actions

actions-intro = An action counts as effective when its acceptance query, run on fresh inputs, returns true.
actions-count = { $n ->
    [one] { $n } action is recorded, { $done } of them done.
   *[other] { $n } actions are recorded, { $done } of them done.
}
actions-none = No corrective action is recorded.
table-actions = Actions and how each is proved
column-action = Action
column-because = Because
column-owner = Owner, due
column-proof = Proof
action-undated = no due date
action-no-owner = no owner
action-no-query = no acceptance query
action-kind-infrastructure = infrastructure
action-kind-process = process
action-kind-training = training
action-kind-monitoring = monitoring
action-kind-communication = communication
action-status-open = open
action-status-done = done
action-status-closed = done
action-status-proposed = proposed
action-status-in-progress = in progress
action-status-overdue = overdue

## Open questions

heading-conflicts = Conflicting evidence
heading-not-known = Not known
conflict-end = The declared end is { $declared }, the measured one { $measured }: { $delay } apart. The figures of this document use the measured one.
conflict-window = A window was declared from { $start } to { $end }; the measured one runs from { $measured-start } to { $measured-end }.
conflict-close = Candidates 1 and 2 score { $first } and { $second }: the order rests on little.
conflict-none = The sources do not contradict each other on anything this document uses.
open-none = Every query found the data it needs.
related-none = No archive of earlier incidents was given, so whether this one has happened before is not known.

## Method

method-window = **Window.** From the first to the last failing attempt caused by the incident; a quiet spell between two failures of the same cause is inside.
method-window-metrics = **Window.** No input counts attempts: the window is where metrics of errors, waiting, availability or traffic, at users and where their requests arrive first, leave what is usual at that load and hour, two of them or more together. Its ranges hold what each of them says.
method-window-reports = **Window.** No input counts attempts, and no metric shows it: the window is where complaints that the service fails exceed their usual number, with the edges of the errors in logs where both agree. People complain late: the start may lie before it.
method-expected = **Expected.** What the reference period lets expect for the same time of day and day of the week.
method-viewers = **Viewers affected.** The most viewers failing at one time: viewers of each slice times its failing share.
method-minutes = **Viewer-minutes lost.** Viewers times the failing share above the expected one, times the length of the bucket, added over time and slices.
method-intervals = **Intervals.** Wilson for shares, Newcombe for differences, log-normal for ratios, all at 95%. Times carry the earliest and the latest moment the sources allow.
method-cause = **Score of a cause.** It weighs order in time, strength of the shift, place in the dependency graph and changes. It ranks; it is not a probability.
method-complaints = **Complaints.** Distinct ones above the expected number; reposts, double clicks and repeated tickets are folded into the first.
method-rounding = **Rounding.** A figure with an interval is rounded to what the interval supports; findings.json holds all digits.
method-null = **Not known.** A figure that does not follow from the inputs is called not known. It is never replaced by zero.

## Evidence and inputs

evidence-intro = Each entry holds the query and its first rows, as the query returned them, with times in UTC. The full results are in the folder { $folder }; { $command } runs all of them again.
evidence-rows = { $n ->
    [one] { $shown } of { $n } row
   *[other] { $shown } of { $n } rows
}
evidence-no-rows = The query returned no row.
evidence-from = from { $files }
evidence-all = all rows: { $file }
inputs-intro = { $n ->
    [one] { $n } file was seen, { $unrecognised } of it not recognised.
   *[other] { $n } files were seen, { $unrecognised } of them not recognised.
}
table-inputs = Files read
table-inputs-note = Read = kept + rejected + repeated.
column-file = File
column-table = Table
column-read = Read
column-kept = Kept
column-rejected = Rejected
column-repeated = Repeated
inputs-not-recognised = not recognised
table-rejects = Rows that could not be used
table-rejects-note = By reason, with the first line concerned. All of them are in data/rejects.csv.
column-reason = Reason
column-rows = Rows
column-first-line = First line
rejects-none = Every row could be used.
clock-moved-back = Times of { $files } were moved back by { $duration }: its clock was ahead, as the configuration says.
clock-moved-ahead = Times of { $files } were moved ahead by { $duration }: its clock was behind, as the configuration says.
clocks-differ = { $n ->
    [one] Two files record the same events at different times: their clocks do not agree.
   *[other] { $n } pairs of files record the same events at different times: their clocks do not agree.
}
table-clocks = Clocks that differ
table-clocks-note = Median of the events that both files record, with its 95% interval; what one of them is always late by is part of it. { $key } or { $zone } in { $file } sets a file right.
column-compared-with = Compared with
column-offset = Offset
column-shared-events = Events
clock-is-off = contradicted by most others
clock-ahead = { $duration } ahead
clock-behind = { $duration } behind
clock-zone = looks like a time zone
clock-shared = { $agreeing } of { $n }
clocks-too-few = { $n ->
    [one] One pair of files records the same events, too few to tell whether their clocks agree.
   *[other] { $n } pairs of files record the same events, too few to tell whether their clocks agree.
}

## What a missing input leaves unknown

need-sli-counts = attempts and failures over time
need-viewers = numbers of viewers
need-complaints = complaints
need-survey-answers = survey answers
need-offers = offers to customers
need-public-messages = public messages
need-alerts = alerts
need-actions = corrective actions
need-changes = deployments or configuration changes
need-log-records = logs
need-metric-samples = metrics
need-timeline-events = notes of the responders
export-sli-counts = an export of playback attempts and failures per minute
export-viewers = an export of concurrent viewers with the attempts
export-complaints = an export of the care desk or of mentions
export-survey-answers = an export of the survey tool
export-offers = a list of what customers were given
export-public-messages = an export of the status page or of the published posts
export-alerts = an export of the alerting tool
export-actions = a list of actions, for example from the ticket system
export-changes = an export of the deployment or change log
export-log-records = the log files of the services
export-metric-samples = an export of the monitoring system
export-timeline-events = an export of the incident channel
figure-impact = the impact in attempts
figure-viewers = the number of viewers affected
figure-viewer-minutes = the viewer-minutes lost
figure-complaints = the complaints caused
figure-themes = what complaints are about
figure-survey = what customers felt
figure-offers = the effect of what customers were given
figure-messages = what the public was told and when
figure-detection = when the incident was detected
figure-mitigation = when the impact ended
figure-actions = the corrective actions
figure-changes = the changes
figure-logs = what the logs say
figure-metrics = which metrics shifted
figure-causes = the candidate causes
figure-slices = which part of the service was hit
figure-milestones = the milestones of the incident
figure-timeline = the course of the response
figure-cost = the cost of the incident

## No incident

no-incident = No incident found. No run of failures stands out from the reference period.
no-incident-short = The inputs were read; nothing in them fails more often than usual.
no-incident-why = Reason: { $why }.
no-incident-next = If you know of an incident, name its window in incident.toml, or add the exports named below.
no-incident-blind = What the inputs do not cover
no-incident-covered = All kinds of data constat can use are present.

## Titles of queries

query-attempts-per-minute = Attempts and failures per minute
query-incident-window = Window of the incident
query-incident-waves = Waves of the incident
query-impact-totals = Impact in all
query-impact-over-time = Failing share over time, slice and others
query-impact-by-dimension = Failing share and excess by dimension
query-localisation = Slices that could explain the incident
query-root-causes = Candidate causes, ranked
query-root-cause-signals = Signals of the candidate causes
query-second-candidate = The second candidate against the first
query-cause-without = The first candidate without its evidence
query-cause-additions = What puts another candidate first
query-metric-shifts = Shifts of metrics
query-log-templates-compared = Message patterns, window against baseline
query-log-template-counts = Message patterns over time
query-changes-near-onset = Changes near the start
query-classification = Classification
query-milestones = Milestones with their sources
query-durations = Durations between milestones
query-timeline = Everything the inputs date
query-public-messages-on-curve = Public messages against the failing share
query-promises = Promises in public messages
query-communication = Rhythm of public messages
query-complaints-over-time = Complaints against the expected number
query-complaint-totals = Complaints caused
query-complaint-themes = What complaints are about
query-survey-by-question = Survey answers by question
query-survey-gap = Affected against unaffected respondents
query-offers-effect = Satisfaction and cost by offer
query-actions-listed = Corrective actions
query-rejects-by-reason = Rejected rows by reason
query-inputs-read = Files read
query-clock-skew = Clocks of the files, compared

event-first-failure = First failure caused by the incident
event-last-failure = Last failure caused by the incident
event-onset = Complaints leave their usual level
