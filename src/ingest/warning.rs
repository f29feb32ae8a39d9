//! What the reader of a report should know about an input: what was assumed, what is odd, what was
//! left out. Sentences are made of it where it is shown.

/// Something the reader of a report should know about an input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// Characters could not be decoded and became U+FFFD.
    Replaced {
        /// The file.
        file: String,
        /// How many.
        count: u64,
    },
    /// The file does not say its encoding; it is no UTF-8 and was read as this one.
    EncodingAssumed {
        /// The file.
        file: String,
        /// Name of the encoding.
        encoding: &'static str,
    },
    /// Dates such as `03/04/2026` were read in an order that no value of the column proves, or
    /// that some contradict.
    DayMonthAssumed {
        /// The file.
        file: String,
        /// Whether the day was taken to come first.
        is_day_first: bool,
        /// Dates that can be read both ways.
        count: u64,
        /// Why this order.
        reason: &'static str,
    },
    /// Numbers such as `1,234` were read by a decimal separator that no value of the column
    /// proves.
    DecimalAssumed {
        /// The file.
        file: String,
        /// The separator, `.` or `,`.
        decimal: char,
        /// Numbers that can be read both ways.
        count: u64,
        /// Why this separator.
        reason: &'static str,
    },
    /// Local times lie in the hour that a clock change repeats.
    ClockRepeated {
        /// The file.
        file: String,
        /// Name of the zone.
        zone: String,
        /// How many.
        count: u64,
        /// How many of them were found to be of the second pass by the order of the rows; the
        /// others were read as of the first.
        placed: u64,
    },
    /// Local times lie in the hour that a clock change skips; they were moved behind it.
    ClockSkipped {
        /// The file.
        file: String,
        /// Name of the zone.
        zone: String,
        /// How many.
        count: u64,
    },
    /// All times were moved, since the user says that the clock was wrong.
    ClockMoved {
        /// The file.
        file: String,
        /// By how much the clock was ahead, microseconds.
        ahead: i64,
    },
    /// Rows lie before the year 2000.
    Ancient {
        /// The file.
        file: String,
        /// How many.
        count: u64,
    },
    /// Few rows lie more than a year behind all others, as those of a wrong clock do.
    FarAhead {
        /// The file.
        file: String,
        /// How many.
        count: u64,
    },
    /// Identifiers lost their digits in a spreadsheet (`1.1499E+26`).
    DamagedIds {
        /// The file.
        file: String,
        /// How many.
        count: u64,
    },
    /// Times carry no offset and were read in this zone.
    ZoneAssumed {
        /// The file.
        file: String,
        /// Name of the zone.
        zone: String,
    },
    /// More records than are kept with their text could not be used; the others are counted only.
    RejectsCut {
        /// The file.
        file: String,
        /// Rejects in all.
        count: u64,
    },
    /// A workbook has other sheets with cells, which were not read.
    SheetsLeft {
        /// The file.
        file: String,
        /// The sheet that was read.
        sheet: String,
        /// The others.
        left: Vec<String>,
    },
    /// Numbers of more digits than a workbook keeps: an identifier lost its end when it was stored.
    DigitsLost {
        /// The file.
        file: String,
        /// How many cells.
        count: u64,
    },
    /// Cells of a workbook that could not be read and count as empty.
    CellsUnreadable {
        /// The file.
        file: String,
        /// How many.
        count: u64,
    },
    /// An answer of an API says that more pages follow, and no file of the case is the last one.
    MorePages {
        /// The file.
        file: String,
        /// What says so.
        mark: String,
    },
    /// A `[[source]]` entry matches no file.
    OverrideUnused {
        /// The pattern of the entry.
        pattern: String,
    },
}
