//! Times of the rows, from the evening of the invented incident on.

/// 2026-11-22 18:00:00 UTC, in milliseconds.
pub(crate) const START: u64 = 1_795_370_400_000;

/// Parts of an instant in UTC.
pub(crate) struct Instant {
    pub(crate) year: u64,
    pub(crate) month: u64,
    pub(crate) day: u64,
    pub(crate) hour: u64,
    pub(crate) minute: u64,
    pub(crate) second: u64,
    pub(crate) millisecond: u64,
}

/// The parts of an instant given in milliseconds of the epoch (Howard Hinnant, "chrono-compatible
/// low-level date algorithms", for days after 1970).
pub(crate) fn parts(milliseconds: u64) -> Instant {
    let (seconds, millisecond) = (milliseconds / 1000, milliseconds % 1000);
    let (days, second_of_day) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    Instant {
        year: year_of_era + era * 400 + u64::from(month <= 2),
        month,
        day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
        hour: second_of_day / 3600,
        minute: second_of_day / 60 % 60,
        second: second_of_day % 60,
        millisecond,
    }
}

/// `2026-11-22T18:00:00Z`, of milliseconds of the epoch.
pub(crate) fn seconds(milliseconds: u64) -> String {
    let at = parts(milliseconds);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", at.year, at.month, at.day, at.hour, at.minute, at.second)
}
