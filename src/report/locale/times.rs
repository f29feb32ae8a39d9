//! Times of day, dates, zones and durations as text.
//!
//! In: microseconds since 1970 UTC with the zone to show them in, or seconds. Out: `21:04` and `14 November 2026` in English,
//! `21 h 04` and `1er novembre 2026` in French, with no-break spaces. Names of months and days come from ICU4X; the rest is
//! built here because CLDR's French writes `21:04` and `1 novembre`.

use icu_calendar::types::Weekday;
use icu_calendar::{Date, Gregorian};
use icu_datetime::{FixedCalendarDateTimeFormatter, fieldsets};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::super::error::ReportError;
use super::messages::Argument;
use super::{Language, Locale, NB, numbers};

/// The names of the months and of the days (Monday first) of one language.
#[derive(Debug)]
pub(super) struct Names {
    months: Vec<String>,
    weekdays: Vec<String>,
}

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// French names of cities that differ from the last part of their zone.
const FRENCH_CITIES: [(&str, &str); 12] = [
    ("London", "Londres"),
    ("Brussels", "Bruxelles"),
    ("Lisbon", "Lisbonne"),
    ("Athens", "Athènes"),
    ("Rome", "Rome"),
    ("Vienna", "Vienne"),
    ("Warsaw", "Varsovie"),
    ("Zurich", "Zurich"),
    ("Geneva", "Genève"),
    ("Montreal", "Montréal"),
    ("Algiers", "Alger"),
    ("Copenhagen", "Copenhague"),
];

impl Names {
    /// # Errors
    /// When the build holds no data for the language.
    pub(super) fn new(language: Language) -> Result<Self, ReportError> {
        let failed = |what| ReportError::LocaleData { what, language: language.tag().to_owned() };
        if !numbers::is_available(language) {
            return Err(failed("number"));
        }
        let months =
            FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new(language.icu().into(), fieldsets::M::long())
                .map_err(|_| failed("month"))?;
        let days = FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new(language.icu().into(), fieldsets::E::long())
            .map_err(|_| failed("weekday"))?;
        let month = |number| Date::try_new_gregorian(2026, number, 1).ok().map(|date| months.format(&date).to_string());
        Ok(Self {
            months: (1..=12).map(month).collect::<Option<_>>().ok_or_else(|| failed("month"))?,
            weekdays: WEEKDAYS.iter().map(|day| days.format(day).to_string()).collect(),
        })
    }
}

impl Locale {
    /// The time of day, to the minute: `21:04`, `21 h 04`.
    pub fn time(&self, micros: i64, zone: &TimeZone) -> String {
        let at = civil(micros, zone);
        match self.language() {
            Language::English => format!("{:02}:{:02}", at.hour(), at.minute()),
            Language::French if at.minute() == 0 => format!("{}{NB}h", at.hour()),
            Language::French => format!("{}{NB}h{NB}{:02}", at.hour(), at.minute()),
        }
    }

    /// The time of day, to the second, for log messages.
    pub fn time_with_seconds(&self, micros: i64, zone: &TimeZone) -> String {
        let at = civil(micros, zone);
        match self.language() {
            Language::English => format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second()),
            Language::French => {
                format!("{}{NB}h{NB}{:02}{NB}min{NB}{:02}{NB}s", at.hour(), at.minute(), at.second())
            }
        }
    }

    /// The day: `14 November 2026`, `1er novembre 2026`.
    pub fn date(&self, micros: i64, zone: &TimeZone) -> String {
        self.civil_date(civil(micros, zone))
    }

    /// The day with its name: `Saturday 14 November 2026`.
    pub fn day(&self, micros: i64, zone: &TimeZone) -> String {
        let at = civil(micros, zone);
        let index = usize::try_from(at.weekday().to_monday_zero_offset()).unwrap_or(0);
        let name = self.names.weekdays.get(index).map_or("", String::as_str);
        format!("{name} {}", self.civil_date(at))
    }

    /// Day and time: `14 November 2026, 21:04`, `14 novembre 2026 à 21 h 04`.
    pub fn date_time(&self, micros: i64, zone: &TimeZone) -> String {
        let joint = match self.language() {
            Language::English => ", ",
            Language::French => " à ",
        };
        format!("{}{joint}{}", self.date(micros, zone), self.time(micros, zone))
    }

    /// The bounds of a time in a cell, as far as minutes tell them apart.
    pub fn time_interval(&self, earliest: i64, latest: i64, zone: &TimeZone) -> String {
        self.span(&self.time(earliest, zone), &self.time(latest, zone))
    }

    /// The zone for a reader: `Paris time, UTC+1`, `heure de Paris, UTC+1`, with the offset at that moment.
    pub fn zone(&self, micros: i64, zone: &TimeZone) -> String {
        let offset = utc_offset(micros, zone);
        let Some(city) = zone.iana_name().and_then(city) else {
            return offset;
        };
        match self.language() {
            Language::English => format!("{city} time, {offset}"),
            Language::French => {
                let known = FRENCH_CITIES.iter().find(|(english, _)| *english == city);
                format!("heure de {}, {offset}", known.map_or(city.as_str(), |(_, french)| french))
            }
        }
    }

    /// A duration as in a cell: `45 s`, `4 min 30 s`, `1 h 27 min`, `2 d 3 h`. A negative one has a minus.
    pub fn duration(&self, seconds: f64) -> String {
        let day = match self.language() {
            Language::English => "d",
            Language::French => "j",
        };
        let parts: Vec<String> = split(seconds.abs())
            .into_iter()
            .map(|(unit, amount)| {
                let symbol = match unit {
                    Unit::Day => day,
                    Unit::Hour => "h",
                    Unit::Minute => "min",
                    Unit::Second => "s",
                };
                format!("{}{NB}{symbol}", self.integer(amount))
            })
            .collect();
        let sign = if seconds <= -0.5 { "\u{2212}" } else { "" };
        format!("{sign}{}", parts.join(&NB.to_string()))
    }

    /// A duration in running text: `1 hour 27 minutes`, `1 heure et 27 minutes`. The sign is dropped.
    ///
    /// # Errors
    /// When a unit has no message.
    pub fn duration_in_words(&self, seconds: f64) -> Result<String, ReportError> {
        let mut parts = Vec::new();
        for (unit, amount) in split(seconds.abs()) {
            parts.push(self.message(unit.message(), &[("n", Argument::Number(amount, 0))])?);
        }
        Ok(parts.join(match self.language() {
            Language::English => " ",
            Language::French => " et ",
        }))
    }

    /// The bounds of a duration in a cell: `7–10 min` when both are whole minutes below an hour.
    pub fn duration_interval(&self, low: f64, high: f64) -> String {
        let in_minutes = |seconds: f64| (60.0..3600.0).contains(&seconds) && split(seconds).len() == 1;
        if in_minutes(low) && in_minutes(high) {
            let (low, high) = ((low / 60.0).round(), (high / 60.0).round());
            return format!("{}{NB}min", self.interval(low, high, 0));
        }
        self.span(&self.duration(low), &self.duration(high))
    }

    fn civil_date(&self, at: DateTime) -> String {
        let index = usize::try_from(at.month() - 1).unwrap_or(0);
        let month = self.names.months.get(index).map_or("", String::as_str);
        let day = match (self.language(), at.day()) {
            (Language::French, 1) => "1er".to_owned(),
            (_, day) => day.to_string(),
        };
        format!("{day}{NB}{month} {}", at.year())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    fn message(self) -> &'static str {
        match self {
            Self::Day => "unit-days",
            Self::Hour => "unit-hours",
            Self::Minute => "unit-minutes",
            Self::Second => "unit-seconds",
        }
    }
}

/// The two largest units of a duration: seconds count below ten minutes, minutes below a day.
fn split(seconds: f64) -> Vec<(Unit, f64)> {
    let whole = seconds.round();
    let (large, small, size, step) = if whole < 60.0 {
        return vec![(Unit::Second, whole)];
    } else if whole < 600.0 {
        (Unit::Minute, Unit::Second, 60.0, 1.0)
    } else if (whole / 60.0).round() < 60.0 {
        return vec![(Unit::Minute, (whole / 60.0).round())];
    } else if (whole / 60.0).round() < 1440.0 {
        (Unit::Hour, Unit::Minute, 3600.0, 60.0)
    } else {
        (Unit::Day, Unit::Hour, 86_400.0, 3600.0)
    };
    let total = (whole / step).round() * step;
    let count = (total / size).floor();
    let rest = ((total - count * size) / step).round();
    if rest > 0.0 { vec![(large, count), (small, rest)] } else { vec![(large, count)] }
}

fn civil(micros: i64, zone: &TimeZone) -> DateTime {
    zone.to_datetime(timestamp(micros))
}

fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn utc_offset(micros: i64, zone: &TimeZone) -> String {
    let seconds = zone.to_offset(timestamp(micros)).seconds();
    if seconds == 0 {
        return "UTC".to_owned();
    }
    let sign = if seconds < 0 { '\u{2212}' } else { '+' };
    let minutes = seconds.abs() / 60;
    match minutes % 60 {
        0 => format!("UTC{sign}{}", minutes / 60),
        rest => format!("UTC{sign}{}:{rest:02}", minutes / 60),
    }
}

/// The city of an IANA zone name; none for zones that are not named after a place.
fn city(name: &str) -> Option<String> {
    let (area, city) = name.rsplit_once('/')?;
    (area != "Etc").then(|| city.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-14T20:04:09Z, a Saturday.
    const AT: i64 = 1_794_686_649_000_000;

    fn both() -> (Locale, Locale, TimeZone) {
        (Locale::new("en", None).unwrap(), Locale::new("fr", None).unwrap(), TimeZone::get("Europe/Paris").unwrap())
    }

    fn plain(text: &str) -> String {
        text.replace(NB, "_")
    }

    #[test]
    fn times_of_day_are_those_of_the_zone() {
        let (english, french, paris) = both();
        assert_eq!(english.time(AT, &paris), "21:04");
        assert_eq!(plain(&french.time(AT, &paris)), "21_h_04");
        assert_eq!(plain(&french.time(AT - 4 * 60_000_000, &paris)), "21_h");
        assert_eq!(plain(&french.time(AT - 12 * 3_600_000_000, &paris)), "9_h_04");
        assert_eq!(english.time_with_seconds(AT, &paris), "21:04:09");
    }

    #[test]
    fn dates_name_the_month_and_the_first_is_an_ordinal_in_french() {
        let (english, french, paris) = both();
        assert_eq!(plain(&english.day(AT, &paris)), "Saturday 14_November 2026");
        assert_eq!(plain(&french.day(AT, &paris)), "samedi 14_novembre 2026");
        assert_eq!(plain(&french.date(AT - 13 * 86_400_000_000, &paris)), "1er_novembre 2026");
        assert_eq!(plain(&french.date_time(AT, &paris)), "14_novembre 2026 à 21_h_04");
    }

    #[test]
    fn zones_carry_their_offset() {
        let (english, french, paris) = both();
        assert_eq!(english.zone(AT, &paris), "Paris time, UTC+1");
        assert_eq!(french.zone(AT, &paris), "heure de Paris, UTC+1");
        assert_eq!(english.zone(AT, &TimeZone::UTC), "UTC");
        let london = TimeZone::get("Europe/London").unwrap();
        assert_eq!(french.zone(AT, &london), "heure de Londres, UTC");
    }

    #[test]
    fn durations_end_in_a_unit() {
        let (english, french, _) = both();
        assert_eq!(plain(&english.duration(5220.0)), "1_h_27_min");
        assert_eq!(plain(&english.duration(0.0)), "0_s");
        assert_eq!(plain(&english.duration(3599.0)), "1_h");
        assert_eq!(plain(&english.duration(-270.0)), "\u{2212}4_min_30_s");
        assert_eq!(plain(&french.duration(183_600.0)), "2_j_3_h");
        assert_eq!(plain(&english.duration_interval(420.0, 600.0)), "7–10_min");
    }

    #[test]
    fn durations_in_words_agree() {
        let (english, french, _) = both();
        assert_eq!(plain(&english.duration_in_words(5220.0).unwrap()), "1_hour 27_minutes");
        assert_eq!(plain(&french.duration_in_words(3660.0).unwrap()), "1_heure et 1_minute");
        assert_eq!(plain(&french.duration_in_words(30.0).unwrap()), "30_secondes");
    }
}
