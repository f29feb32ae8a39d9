//! Instants as seconds since 1970 UTC, and the ways in which exports write them.
//!
//! The whole story lies in winter time: local time in Paris is UTC plus one hour throughout.

/// 14 November 2026, 14:00 in Paris, the start of the exports.
pub(crate) const START: i64 = 1_794_661_200;

/// Offset of Paris in winter, in seconds.
const PARIS: i64 = 3_600;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Calendar parts of an instant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
}

/// The instant of a local clock time on a day of November 2026.
pub(crate) fn local(day: i64, hour: i64, minute: i64, second: i64) -> i64 {
    START + (day - 14) * 86_400 + (hour - 14) * 3_600 + minute * 60 + second
}

/// The instant of a local clock time on the day of the match.
pub(crate) fn at(hour: i64, minute: i64, second: i64) -> i64 {
    local(14, hour, minute, second)
}

/// Minutes since the start of the exports.
pub(crate) fn minute_of(instant: i64) -> i64 {
    (instant - START).div_euclid(60)
}

/// Calendar parts in UTC.
pub(crate) fn utc_parts(instant: i64) -> Parts {
    let (days, rest) = (instant.div_euclid(86_400), instant.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    Parts {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
        hour: rest / 3_600,
        minute: rest / 60 % 60,
        second: rest % 60,
    }
}

/// Calendar parts in Paris.
pub(crate) fn local_parts(instant: i64) -> Parts {
    utc_parts(instant + PARIS)
}

/// `2026-11-14T19:44:00Z`.
pub(crate) fn utc(instant: i64) -> String {
    let Parts { year, month, day, hour, minute, second } = utc_parts(instant);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `2026-11-14T19:44:00.123Z`.
pub(crate) fn utc_millis(instant: i64, millis: i64) -> String {
    utc(instant).replace('Z', &format!(".{millis:03}Z"))
}

/// `2026-11-14T20:44:00+01:00`.
pub(crate) fn offset(instant: i64) -> String {
    format!("{}+01:00", plain(instant).replace(' ', "T"))
}

/// `2026-11-14 20:44:00` in Paris.
pub(crate) fn plain(instant: i64) -> String {
    let Parts { year, month, day, hour, minute, second } = local_parts(instant);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// `14/11/2026 20:44:00` in Paris.
pub(crate) fn french(instant: i64) -> String {
    let Parts { year, month, day, hour, minute, second } = local_parts(instant);
    format!("{day:02}/{month:02}/{year} {hour:02}:{minute:02}:{second:02}")
}

/// `11/14/2026 08:44:00 PM` in Paris.
pub(crate) fn american(instant: i64) -> String {
    let Parts { year, month, day, hour, minute, second } = local_parts(instant);
    let half = if hour < 12 { "AM" } else { "PM" };
    format!("{month:02}/{day:02}/{year} {:02}:{minute:02}:{second:02} {half}", (hour + 11) % 12 + 1)
}

/// `2026/11/14 8:44:00 PM UTC+1`.
pub(crate) fn form(instant: i64) -> String {
    let Parts { year, month, day, hour, minute, second } = local_parts(instant);
    let half = if hour < 12 { "AM" } else { "PM" };
    format!("{year}/{month:02}/{day:02} {}:{minute:02}:{second:02} {half} UTC+1", (hour + 11) % 12 + 1)
}

/// `14/Nov/26 8:44 PM` in Paris.
pub(crate) fn jira(instant: i64) -> String {
    let Parts { year, month, day, hour, minute, .. } = local_parts(instant);
    let half = if hour < 12 { "AM" } else { "PM" };
    format!("{day:02}/{}/{} {}:{minute:02} {half}", MONTHS[month as usize - 1], year % 100, (hour + 11) % 12 + 1)
}

/// `14/Nov/2026:20:44:00 +0100`.
pub(crate) fn access(instant: i64) -> String {
    let Parts { year, month, day, hour, minute, second } = local_parts(instant);
    format!("{day:02}/{}/{year}:{hour:02}:{minute:02}:{second:02} +0100", MONTHS[month as usize - 1])
}
