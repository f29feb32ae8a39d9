//! Parts that the curves share: series from rows, milestones, the panel of complaints.
//!
//! In: rows of `impact_over_time`, `attempts_per_minute`, `complaints_over_time` and `milestones`. Out: the parts of an
//! [`ImpactCurveChart`](crate::chart::ImpactCurveChart). It draws nothing.

use serde_json::Value;

use super::super::ReportError;
use super::scene::{MINUTE, Scene, count, word};
use crate::catalog::rows::Row;
use crate::chart::complaints_panel::Complaints;
use crate::chart::milestones::Milestone;
use crate::chart::series::{Bucket, Series};
use crate::engine::wilson_interval;

/// Buckets of the complaints, in microseconds.
pub(super) const COMPLAINTS_BUCKET: i64 = 5 * MINUTE;

/// Attempts that a usual bucket should hold, and lengths to try, in minutes.
const ENOUGH: f64 = 100.0;
const CALM: [i64; 2] = [2, 5];

/// Milestones with how much each matters when there is no room.
const MILESTONES: [(&str, u8); 7] = [
    ("started", 6),
    ("detected", 3),
    ("acknowledged", 1),
    ("first_public_message", 4),
    ("identified", 2),
    ("mitigated", 5),
    ("resolved", 6),
];

/// Rows of a time series that have a time, in order of time.
pub(super) fn in_time(rows: Vec<Row>) -> Vec<Row> {
    let mut rows: Vec<Row> = rows.into_iter().filter(|row| row.int("time").is_some()).collect();
    rows.sort_by_key(|row| row.int("time"));
    rows
}

/// Length of the buckets of rows in order of time: the usual distance of two.
pub(super) fn bucket(rows: &[Row]) -> i64 {
    let times: Vec<i64> = rows.iter().filter_map(|row| row.int("time")).collect();
    let mut steps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0).collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).copied().unwrap_or(MINUTE)
}

/// Length of the buckets to draw, so that a usual one holds a hundred attempts: a share of few attempts jumps about. At
/// most five minutes, and an eighth of the window.
pub(super) fn calm_bucket(rows: &[Row], window: i64) -> i64 {
    let own = bucket(rows);
    let mut totals: Vec<f64> = rows.iter().filter_map(|row| row.float("total")).collect();
    totals.sort_by(f64::total_cmp);
    let usual = totals.get(totals.len() / 2).copied().unwrap_or(f64::MAX);
    let most = (window / 8).min(5 * MINUTE);
    let enough = |length: &i64| usual * (*length as f64 / own as f64) >= ENOUGH;
    let lengths = CALM.iter().map(|minutes| minutes * MINUTE).filter(|length| *length > own && *length <= most);
    let tried: Vec<i64> = std::iter::once(own).chain(lengths).collect();
    tried.iter().copied().find(enough).or(tried.last().copied()).unwrap_or(own)
}

/// Rows in order of time summed into buckets of a length, with the failing share and its interval.
pub(super) fn coarse(rows: &[Row], length: i64) -> Vec<Row> {
    let part = |row: &Row| row.int("time").unwrap_or_default().div_euclid(length.max(1));
    rows.chunk_by(|left, right| part(left) == part(right))
        .map(|rows| {
            let sum = |column: &str| rows.iter().filter_map(|row| row.float(column)).sum::<f64>();
            let (bad, total) = (sum("bad"), sum("total"));
            let interval = wilson_interval(bad, total);
            let values = [
                ("time", Value::from(part(&rows[0]) * length)),
                ("total", total.into()),
                ("bad", bad.into()),
                ("bad_ratio", interval.map(|_| bad / total).into()),
                ("low", interval.map(|(low, _)| low).into()),
                ("high", interval.map(|(_, high)| high).into()),
            ];
            Row(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        })
        .collect()
}

/// A series of the failing share with its interval.
pub(super) fn shares(rows: &[Row], bucket: i64) -> Series {
    let buckets = rows.iter().filter_map(|row| {
        Some(Bucket {
            at: row.int("time")?,
            value: row.float("bad_ratio"),
            low: row.float("low"),
            high: row.float("high"),
        })
    });
    Series { bucket, buckets: buckets.collect() }
}

/// A series of another column, without interval.
pub(super) fn values(rows: &[Row], bucket: i64, column: &str) -> Series {
    let buckets = rows
        .iter()
        .filter_map(|row| Some(Bucket { at: row.int("time")?, value: row.float(column), ..Bucket::default() }));
    Series { bucket, buckets: buckets.collect() }
}

/// Share that failed in all of the rows that start in the period; none without attempts.
pub(super) fn share_between(rows: &[Row], from: i64, to: i64) -> Option<f64> {
    let inside = |row: &&Row| row.int("time").is_some_and(|time| (from..to).contains(&time));
    let sum = |column: &str| rows.iter().filter(inside).filter_map(|row| row.float(column)).sum::<f64>();
    let total = sum("total");
    (total > 0.0).then(|| sum("bad") / total)
}

/// Index of the worst bucket of a period. Buckets with a tenth of the usual attempts or less do not count.
pub(super) fn worst(rows: &[Row], from: i64, to: i64) -> Option<usize> {
    let mut totals: Vec<f64> = rows.iter().filter_map(|row| row.float("total")).collect();
    totals.sort_by(f64::total_cmp);
    let least = totals.get(totals.len() / 2).map_or(0.0, |median| median / 10.0);
    let counts = |row: &Row| {
        row.float("total").is_some_and(|total| total > least)
            && row.int("time").is_some_and(|at| (from..to).contains(&at))
    };
    let ratio = |index: usize| rows[index].float("bad_ratio").unwrap_or(f64::MIN);
    let candidates = (0..rows.len()).filter(|index| counts(&rows[*index]) && rows[*index].float("bad_ratio").is_some());
    candidates.max_by(|left, right| ratio(*left).total_cmp(&ratio(*right)).then(right.cmp(left)))
}

/// The milestones of the incident, or those of the names given.
pub(super) fn milestones(scene: &Scene<'_>, names: &[&str]) -> Result<Vec<Milestone>, ReportError> {
    let mut milestones = Vec::new();
    for row in scene.results.rows("milestones") {
        let (Some(name), Some(at)) = (row.text("milestone"), row.int("at")) else { continue };
        let Some((_, keep)) = MILESTONES.iter().find(|(known, _)| *known == name) else { continue };
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        let id = format!("chart-milestone-{}", name.replace('_', "-"));
        let label = scene.say(&id, &[("time", word(scene.time(at)))])?.into();
        milestones.push(Milestone { at, label, keep: *keep });
    }
    Ok(milestones)
}

/// The panel of complaints, or the sentence that says why there is none.
pub(super) fn complaints(scene: &Scene<'_>) -> Result<Complaints, ReportError> {
    let title = scene.both("chart-complaints-title", &[])?;
    let rows = in_time(scene.results.rows("complaints_over_time"));
    if rows.is_empty() {
        let sentence = match scene.missing("complaints_over_time")? {
            Some(sentence) => sentence,
            None => scene.say("chart-nothing", &[])?,
        };
        return Ok(Complaints::Missing { title, sentence });
    }
    let expected = rows.first().and_then(|row| row.float("expected"));
    let expected_label = match expected {
        Some(expected) => {
            let decimals = u8::from(expected > 0.0 && expected < 10.0);
            scene.say("chart-complaints-expected", &[("n", word(scene.locale.number(expected, decimals)))])?
        }
        None => String::new(),
    };
    Ok(Complaints::Counted {
        title,
        counts: values(&rows, COMPLAINTS_BUCKET, "complaints"),
        expected: values(&rows, COMPLAINTS_BUCKET, "expected"),
        expected_label,
        format: scene.number_ticks(),
    })
}

/// The five minutes with most complaints: when they start, and how many.
pub(super) fn most_complaints(rows: &[Row]) -> Option<(i64, f64)> {
    let counted = rows.iter().filter_map(|row| Some((row.int("time")?, row.float("complaints")?)));
    counted.filter(|(_, count)| *count > 0.0).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}

/// What is hit, in words: the slice, several slices, or everything. The second is the number of claims.
pub(super) fn hit(scene: &Scene<'_>) -> Result<(String, usize), ReportError> {
    let rows = scene.results.rows("localisation");
    let claims: Vec<&str> = rows
        .iter()
        .filter(|row| row.bool("is_claim") == Some(true))
        .filter_map(|row| row.text("slice").filter(|slice| !slice.is_empty()))
        .collect();
    let words = match claims[..] {
        [] => scene.say("chart-hit-all", &[])?,
        [slice] => slice.to_owned(),
        ref slices => scene.say("chart-hit-many", &[("n", count(slices.len() as f64))])?,
    };
    Ok((words, claims.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(time: i64, total: f64, bad: f64) -> Row {
        let value = serde_json::json!({"time": time, "total": total, "bad": bad, "bad_ratio": bad / total});
        Row(value.as_object().expect("an object").clone())
    }

    #[test]
    fn the_worst_bucket_has_a_usual_number_of_attempts() {
        let rows = [row(0, 100.0, 1.0), row(1, 100.0, 60.0), row(2, 1.0, 1.0), row(3, 100.0, 60.0)];
        assert_eq!(worst(&rows, 0, 4), Some(1));
        assert_eq!(worst(&rows, 9, 10), None);
        assert_eq!(worst(&[], 0, 4), None);
    }

    #[test]
    fn the_bucket_is_the_usual_distance() {
        let rows: Vec<Row> = [0, 60, 120, 600].map(|time| row(time, 1.0, 0.0)).into();
        assert_eq!(bucket(&rows), 60);
        assert_eq!(bucket(&[]), MINUTE);
    }

    #[test]
    fn few_attempts_are_summed() {
        let rows: Vec<Row> = (0..60).map(|minute| row(minute * MINUTE, 25.0, 5.0)).collect();
        let length = calm_bucket(&rows, 100 * MINUTE);
        assert_eq!(length, 5 * MINUTE);
        let sums = coarse(&rows, length);
        assert_eq!((sums.len(), sums[0].float("total"), sums[0].float("bad_ratio")), (12, Some(125.0), Some(0.2)));
        assert_eq!(calm_bucket(&rows, 8 * MINUTE), MINUTE);
        assert_eq!(calm_bucket(&[], MINUTE), MINUTE);
    }

    #[test]
    fn a_share_needs_attempts() {
        assert_eq!(share_between(&[row(0, 10.0, 5.0)], 0, 1), Some(0.5));
        assert_eq!(share_between(&[row(0, 10.0, 5.0)], 5, 9), None);
    }
}
