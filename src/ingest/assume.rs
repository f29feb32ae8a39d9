//! What the reading of a file assumes, and what is told of it.
//!
//! Dates such as `03/04/2026` and numbers such as `1,234` can be read two ways. A column decides:
//! one value that reads one way only settles all of it. The first rows are often not enough, so a
//! column that they leave open is gone through as a whole before any row is kept (see
//! [`Assumptions::is_open`]); what no value settles follows the other columns, then the habits of
//! the file, and is told.
//!
//! Formats are made deep inside the adapters. So that none can forget to hand its doubts on, they
//! enter them on a list of the thread while the reader of a file is prepared ([`watch`]).

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::ingest::time::Clock;
use crate::ingest::warning::Warning;

/// One of the two readings of an ambiguous value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Day before month; decimal point.
    First,
    /// Month before day; decimal comma.
    Second,
}

/// Readings that a value allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// One only.
    Only(Reading),
    /// Both, with different results; for dates the day, counted from 1970, under each.
    Either(Option<[i64; 2]>),
}

/// What the ambiguous values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Dates with day and month as numbers.
    Dates,
    /// Numbers with one separator before three digits.
    Decimals,
}

/// What is known of a file beside the values of the column.
#[derive(Debug, Clone, Copy, Default)]
pub struct Habits {
    /// The header has French words.
    pub is_french: bool,
    /// Fields are separated by `;`, as spreadsheets do where the comma is decimal.
    pub has_semicolons: bool,
    /// Columns without a usable value in the sample are worth a second look: the file is
    /// delimited, so that they are named in its header.
    pub has_header: bool,
    /// The user said which part of a date comes first.
    pub order: Option<Reading>,
}

/// The reading when no value proves one.
#[derive(Debug, Clone, Copy)]
pub struct Usual {
    /// The reading.
    pub reading: Reading,
    /// Why, completing "they were read so, ...".
    pub reason: &'static str,
    /// Whether it counts more than how close together the dates come to lie.
    pub is_strong: bool,
}

/// How the ambiguous values of one column are read, and why.
#[derive(Debug)]
pub struct Choice {
    kind: Kind,
    habits: Habits,
    usual: Mutex<Usual>,
    is_second: AtomicBool,
    /// Nothing more has to be learned.
    is_settled: AtomicBool,
    /// The whole column must be seen before it is read.
    is_open: AtomicBool,
    only: [AtomicU64; 2],
    either: AtomicU64,
    /// Earliest and latest day under each reading.
    days: [[AtomicI64; 2]; 2],
    reason: Mutex<Option<&'static str>>,
}

/// What the formats of one file assume.
#[derive(Debug, Default)]
pub struct Assumptions {
    choices: Vec<Arc<Choice>>,
    clocks: Vec<Arc<Clock>>,
}

thread_local! {
    /// What is being prepared on this thread.
    static WATCHED: RefCell<Option<(Habits, Assumptions)>> = const { RefCell::new(None) };
}

/// Gathers the assumptions of all formats that are made while a reader is prepared.
pub fn watch<T>(habits: Habits, prepare: impl FnOnce() -> T) -> (T, Assumptions) {
    let outer = WATCHED.replace(Some((habits, Assumptions::default())));
    let prepared = prepare();
    let found = WATCHED.replace(outer);
    (prepared, found.map(|(_, assumptions)| assumptions).unwrap_or_default())
}

/// Enters a clock that local times are read by.
pub(super) fn enter_clock(clock: &Arc<Clock>) {
    WATCHED.with_borrow_mut(|watched| {
        if let Some((_, assumptions)) = watched {
            assumptions.clocks.push(Arc::clone(clock));
        }
    });
}

impl Choice {
    /// A column that is read as usual until something speaks against it.
    pub fn new(kind: Kind) -> Arc<Self> {
        let choice = |habits| {
            Arc::new(Self {
                kind,
                habits,
                usual: Mutex::new(Usual { reading: Reading::First, reason: "as is usual", is_strong: false }),
                is_second: AtomicBool::new(false),
                is_settled: AtomicBool::new(false),
                is_open: AtomicBool::new(false),
                only: Default::default(),
                either: AtomicU64::new(0),
                days: [const { [AtomicI64::new(i64::MAX), AtomicI64::new(i64::MIN)] }; 2],
                reason: Mutex::new(None),
            })
        };
        WATCHED.with_borrow_mut(|watched| match watched {
            Some((habits, assumptions)) => {
                let choice = choice(*habits);
                assumptions.choices.push(Arc::clone(&choice));
                choice
            }
            None => choice(Habits::default()),
        })
    }

    /// How ambiguous values are read.
    pub fn reading(&self) -> Reading {
        if self.is_second.load(Ordering::Relaxed) { Reading::Second } else { Reading::First }
    }

    /// Whether values need not be [noted](Self::note) any more.
    pub fn is_settled(&self) -> bool {
        self.is_settled.load(Ordering::Relaxed)
    }

    /// Fixes the reading.
    pub fn fix(&self, reading: Reading) {
        self.is_second.store(reading == Reading::Second, Ordering::Relaxed);
        self.is_settled.store(true, Ordering::Relaxed);
        self.is_open.store(false, Ordering::Relaxed);
    }

    /// Whether a number with one decimal point before three digits is in doubt here.
    pub(super) fn doubts_points(&self) -> bool {
        self.habits.is_french || self.habits.has_semicolons
    }

    /// Takes a value into account.
    pub fn note(&self, evidence: Evidence) {
        match evidence {
            Evidence::Only(reading) => {
                self.only[reading as usize].fetch_add(1, Ordering::Relaxed);
            }
            Evidence::Either(days) => {
                self.either.fetch_add(1, Ordering::Relaxed);
                for (known, day) in self.days.iter().zip(days.into_iter().flatten()) {
                    known[0].fetch_min(day, Ordering::Relaxed);
                    known[1].fetch_max(day, Ordering::Relaxed);
                }
            }
        }
    }

    /// Decides by the values of the sample; `has_values` says whether there were any, `usual` is
    /// the reading when nothing speaks for one.
    pub fn learned(&self, has_values: bool, usual: Usual) {
        *self.usual.lock().unwrap_or_else(PoisonError::into_inner) = usual;
        let [first, second, either] = self.counts();
        if let (Kind::Dates, Some(order)) = (self.kind, self.habits.order) {
            return self.fix(order);
        }
        if (first > 0) != (second > 0) {
            return self.fix(if first > 0 { Reading::First } else { Reading::Second });
        }
        self.decide(None);
        let is_unsure = self.kind == Kind::Dates && (first > 0 || !has_values && self.habits.has_header);
        self.is_open.store(either > 0 || is_unsure, Ordering::Relaxed);
    }

    fn counts(&self) -> [u64; 3] {
        [&self.only[0], &self.only[1], &self.either].map(|count| count.load(Ordering::Relaxed))
    }

    /// Forgets what was noted, keeping the reading.
    fn forget(&self) {
        for count in [&self.only[0], &self.only[1], &self.either] {
            count.store(0, Ordering::Relaxed);
        }
        for [earliest, latest] in &self.days {
            earliest.store(i64::MAX, Ordering::Relaxed);
            latest.store(i64::MIN, Ordering::Relaxed);
        }
    }

    /// The reading that values prove, if they do.
    fn proven(&self) -> Option<Reading> {
        match self.counts() {
            [0, 0, _] => None,
            [_, 0, _] => Some(Reading::First),
            [0, _, _] => Some(Reading::Second),
            _ => None,
        }
    }

    /// Chooses a reading by all that was noted; `other` is what other columns of the file prove.
    fn decide(&self, other: Option<Reading>) {
        let [first, second, either] = self.counts();
        let (reading, reason) = match (first, second) {
            (0, 0) if either == 0 => (self.reading(), None),
            (0, 0) => {
                let (reading, reason) = self.likely(other);
                (reading, Some(reason))
            }
            (_, 0) => (Reading::First, None),
            (0, _) => (Reading::Second, None),
            _ if self.kind == Kind::Decimals && either == 0 => (self.reading(), None),
            _ if first >= second => (Reading::First, Some("as most of the values that tell")),
            _ => (Reading::Second, Some("as most of the values that tell")),
        };
        self.is_second.store(reading == Reading::Second, Ordering::Relaxed);
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }

    fn likely(&self, other: Option<Reading>) -> (Reading, &'static str) {
        if let Some(reading) = other {
            return (reading, "as another column of the file is written");
        }
        let usual = *self.usual.lock().unwrap_or_else(PoisonError::into_inner);
        match self.kind {
            Kind::Dates => {
                if self.habits.is_french {
                    return (Reading::First, "as the header is French");
                }
                if usual.is_strong {
                    return (usual.reading, usual.reason);
                }
                let [first, second] = [0, 1].map(|reading| self.spread(reading));
                match first.cmp(&second) {
                    std::cmp::Ordering::Less => (Reading::First, "which keeps the dates closest together"),
                    std::cmp::Ordering::Greater => (Reading::Second, "which keeps the dates closest together"),
                    std::cmp::Ordering::Equal => (usual.reading, usual.reason),
                }
            }
            Kind::Decimals if self.habits.has_semicolons => (Reading::Second, "as fields are separated by semicolons"),
            Kind::Decimals if self.habits.is_french => (Reading::Second, "as the header is French"),
            Kind::Decimals => (usual.reading, usual.reason),
        }
    }

    /// Days from the earliest to the latest date under a reading.
    fn spread(&self, reading: usize) -> i64 {
        let [earliest, latest] = [0, 1].map(|end| self.days[reading][end].load(Ordering::Relaxed));
        latest.saturating_sub(earliest).max(0)
    }

    fn warning(&self, file: &str) -> Option<Warning> {
        let [first, second, count] = self.counts();
        let mut reason = *self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_settled() {
            // Values beyond the sample that nobody expected: they were read as usual.
            let is_proven = self.proven() == Some(self.reading());
            reason = if is_proven { None } else { Some("as is usual") };
        }
        let reason = reason.filter(|_| count > 0 || self.kind == Kind::Dates && first > 0 && second > 0)?;
        let file = file.to_owned();
        let reading = self.reading();
        Some(match self.kind {
            Kind::Dates => Warning::DayMonthAssumed { file, is_day_first: reading == Reading::First, count, reason },
            Kind::Decimals => {
                let decimal = if reading == Reading::First { '.' } else { ',' };
                Warning::DecimalAssumed { file, decimal, count, reason }
            }
        })
    }
}

impl Assumptions {
    /// Whether a column must be seen as a whole before the file is read.
    pub fn is_open(&self) -> bool {
        self.choices.iter().any(|choice| choice.is_open.load(Ordering::Relaxed))
    }

    /// Forgets the sample before all values are gone through; they hold it.
    pub fn begin(&self) {
        for choice in self.choices.iter().filter(|choice| !choice.is_settled()) {
            choice.forget();
        }
    }

    /// Decides after all values were gone through: columns that prove a reading first, the others
    /// by them.
    pub fn settle(&self) {
        for kind in [Kind::Dates, Kind::Decimals] {
            let of_kind = || self.choices.iter().filter(|choice| choice.kind == kind);
            let proves = |reading| of_kind().any(|choice| choice.proven() == Some(reading));
            let other = match (proves(Reading::First), proves(Reading::Second)) {
                (true, false) => Some(Reading::First),
                (false, true) => Some(Reading::Second),
                _ => None,
            };
            for choice in of_kind().filter(|choice| !choice.is_settled()) {
                choice.decide(other);
            }
            for choice in of_kind() {
                choice.is_settled.store(true, Ordering::Relaxed);
                choice.is_open.store(false, Ordering::Relaxed);
            }
        }
    }

    /// Forgets the local times of the sample and of a first pass, which are read again.
    pub fn reset_clocks(&self) {
        for clock in &self.clocks {
            clock.forget();
        }
    }

    /// Clocks that read local times which a clock change repeats.
    pub fn repeating_clocks(&self) -> impl Iterator<Item = &Arc<Clock>> {
        self.clocks.iter().filter(|clock| clock.repeated() > 0)
    }

    /// Whether the formats know of all local times: adapters that read times by themselves
    /// enter no clock.
    pub fn has_clocks(&self) -> bool {
        !self.clocks.is_empty()
    }

    /// What is worth telling once the file was read; `placed` of the repeated times were told
    /// apart by the order of the rows.
    pub fn warnings(&self, file: &str, placed: u64) -> Vec<Warning> {
        let mut warnings: Vec<Warning> = self.choices.iter().filter_map(|choice| choice.warning(file)).collect();
        let mut zones: Vec<(&str, [u64; 2])> = Vec::new();
        for clock in self.clocks.iter().filter(|clock| clock.is_used()) {
            let [skipped, repeated] = [clock.skipped(), clock.repeated()];
            match zones.iter_mut().find(|(zone, _)| *zone == clock.zone_name()) {
                Some((_, counts)) => *counts = [counts[0] + skipped, counts[1] + repeated],
                None => zones.push((clock.zone_name(), [skipped, repeated])),
            }
        }
        for (zone, [skipped, repeated]) in zones {
            let (file, zone) = (file.to_owned(), zone.to_owned());
            if skipped > 0 {
                warnings.push(Warning::ClockSkipped { file: file.clone(), zone: zone.clone(), count: skipped });
            }
            if repeated > 0 {
                let placed = placed.min(repeated);
                warnings.push(Warning::ClockRepeated {
                    file: file.clone(),
                    zone: zone.clone(),
                    count: repeated,
                    placed,
                });
            }
            warnings.push(Warning::ZoneAssumed { file, zone });
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::ingest::time::TimeFormat;
    use crate::ingest::values::NumberFormat;

    /// A column of dates of which a sample and the rest are given.
    fn dates(habits: Habits, sample: &[&str], rest: &[&str]) -> (Option<bool>, Vec<Warning>) {
        let (format, assumptions) = watch(habits, || TimeFormat::learn(sample, &TimeZone::UTC));
        if assumptions.is_open() {
            assumptions.begin();
            for text in sample.iter().chain(rest) {
                let _ = format.parse(text);
            }
            assumptions.settle();
        }
        let mut warnings = assumptions.warnings("a.csv", 0);
        warnings.retain(|warning| !matches!(warning, Warning::ZoneAssumed { .. }));
        let known = |text: &str| TimeFormat::iso(&TimeZone::UTC).parse(text).unwrap();
        let read = format.parse("03/04/2026 10:00").unwrap();
        let is_day_first = [(true, "2026-04-03 10:00"), (false, "2026-03-04 10:00")]
            .into_iter()
            .find(|(_, text)| known(text) == read)
            .map(|(is_day_first, _)| is_day_first);
        (is_day_first, warnings)
    }

    #[test]
    fn a_value_far_behind_the_sample_decides_the_column() {
        let (order, warnings) = dates(Habits::default(), &["04/05/2026 10:00"], &["04/25/2026 10:00"]);
        assert_eq!((order, warnings), (Some(false), Vec::new()));
        let (order, warnings) = dates(Habits::default(), &["04/05/2026 10:00"], &["25/04/2026 10:00"]);
        assert_eq!((order, warnings), (Some(true), Vec::new()));
    }

    #[test]
    fn a_column_without_values_in_the_sample_is_decided_by_the_rest() {
        let habits = Habits { has_header: true, ..Habits::default() };
        assert_eq!(dates(habits, &[], &["04/25/2026 10:00"]), (Some(false), Vec::new()));
    }

    #[test]
    fn what_nothing_proves_is_told() {
        let (order, warnings) = dates(Habits::default(), &["04/01/2026", "04/02/2026"], &["04/03/2026"]);
        assert_eq!(order, Some(false));
        let [Warning::DayMonthAssumed { is_day_first: false, count: 3, reason, .. }] = &warnings[..] else {
            panic!("{warnings:?}")
        };
        assert!(reason.contains("closest"));
        let french = Habits { is_french: true, ..Habits::default() };
        let (order, warnings) = dates(french, &["04/01/2026", "04/02/2026"], &[]);
        assert_eq!((order, warnings.len()), (Some(true), 1));
    }

    #[test]
    fn the_user_decides_without_a_remark() {
        let fixed = Habits { order: Some(Reading::Second), ..Habits::default() };
        assert_eq!(dates(fixed, &["04/05/2026"], &[]), (Some(false), Vec::new()));
    }

    #[test]
    fn equal_day_and_month_are_no_doubt() {
        assert_eq!(dates(Habits::default(), &["04/04/2026"], &["05/05/2026"]).1, []);
    }

    #[test]
    fn contradicting_values_follow_the_majority_and_are_told() {
        let (order, warnings) = dates(Habits::default(), &["25/04/2026", "04/25/2026", "04/26/2026"], &["04/05/2026"]);
        assert_eq!((order, warnings.len()), (Some(false), 1));
    }

    #[test]
    fn one_column_decides_for_another_of_the_file() {
        let ((open, proven), assumptions) = watch(Habits::default(), || {
            let learn = |samples: &[&str]| TimeFormat::learn(samples, &TimeZone::UTC);
            (learn(&["04/05/2026"]), learn(&["04/05/2026", "04/25/2026"]))
        });
        assumptions.begin();
        open.parse("04/05/2026").unwrap();
        proven.parse("04/25/2026").unwrap();
        assumptions.settle();
        assert_eq!(open.parse("04/05/2026"), open.parse("2026-04-05 00:00"));
        let warnings = assumptions.warnings("a", 0);
        let by_another = |warning: &Warning| match warning {
            Warning::DayMonthAssumed { reason, .. } => reason.contains("another column"),
            _ => false,
        };
        assert!(warnings.iter().any(by_another), "{warnings:?}");
    }

    #[test]
    fn late_dates_in_a_column_of_iso_times_are_told() {
        let (format, assumptions) =
            watch(Habits::default(), || TimeFormat::learn(&["2026-04-05 10:00"], &TimeZone::UTC));
        assert!(!assumptions.is_open());
        format.parse("04/05/2026").unwrap();
        let warnings = assumptions.warnings("a", 0);
        assert!(matches!(warnings[0], Warning::DayMonthAssumed { count: 1, .. }), "{warnings:?}");
    }

    fn numbers(habits: Habits, sample: &[&str], rest: &[&str]) -> (Option<f64>, Vec<Warning>) {
        let (format, assumptions) = watch(habits, || NumberFormat::learn(sample, None));
        if assumptions.is_open() {
            assumptions.begin();
            for text in sample.iter().chain(rest) {
                let _ = format.parse(text);
            }
            assumptions.settle();
        }
        let warnings = assumptions.warnings("a.csv", 0);
        (format.parse("1,234").unwrap(), warnings)
    }

    #[test]
    fn the_whole_column_decides_the_decimal_separator() {
        assert_eq!(numbers(Habits::default(), &["1,234"], &["0,5"]), (Some(1.234), Vec::new()));
        assert_eq!(numbers(Habits::default(), &["1,234"], &["2.5"]), (Some(1234.0), Vec::new()));
        let (number, warnings) = numbers(Habits::default(), &["1,234"], &["7"]);
        assert_eq!(number, Some(1234.0));
        assert!(matches!(warnings[..], [Warning::DecimalAssumed { decimal: '.', count: 1, .. }]), "{warnings:?}");
        let semicolons = Habits { has_semicolons: true, ..Habits::default() };
        assert_eq!(numbers(semicolons, &["1,234"], &[]).0, Some(1.234));
    }

    #[test]
    fn decimal_points_before_three_digits_are_in_doubt_in_french_files_only() {
        let semicolons = Habits { has_semicolons: true, ..Habits::default() };
        assert_eq!(numbers(Habits::default(), &["1.234"], &[]).1, []);
        assert_eq!(numbers(semicolons, &["1.234"], &[]).1.len(), 1);
        assert_eq!(numbers(semicolons, &["1.234"], &["12.5"]).1, []);
    }
}
