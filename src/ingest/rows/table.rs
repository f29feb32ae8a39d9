//! The rows of one table that are being gathered: columns, dimensions as they turn up, and what
//! tells whether a row is a repeated one.

use arrow::array::{ArrayRef, RecordBatch};

use super::column::{Column, Text};
use super::{MAX_DIMENSIONS, TableBatch};
use crate::ingest::redact::{Redactor, RowHash};
use crate::schema::{Col, Identity, Privacy, Table};

/// Columns with times that people named, which no clock recorded: they are what was written.
const NAMED_BY_PEOPLE: [&str; 3] = ["promised_next_update_at", "promised_resolution_at", "due_on"];

/// Rows of one table.
#[derive(Debug)]
pub(super) struct TableRows {
    pub(super) table: &'static Table,
    pub(super) rejected: u64,
    damaged_ids: u64,
    /// By how much the clock of the file was ahead, microseconds.
    clock_ahead: i64,
    has_ids: bool,
    columns: Vec<Column>,
    dimensions: Vec<Dimension>,
    /// Dimensions that rows before the present one have.
    kept_dimensions: usize,
    has_too_many: bool,
    /// Positions of the dimensions in the order of their names.
    by_name: Vec<usize>,
    /// Where the dimension that comes next is looked for first.
    expected: usize,
    /// Rows that are expected.
    room: usize,
    keys: Vec<u128>,
    /// For each key its version; empty as long as no row had one.
    versions: Vec<i64>,
    rows: usize,
    /// Identifier that the source gave the row, and how recent its state is.
    identity: String,
    version: Option<i64>,
    /// Columns of the row that need no search for personal data, one bit each.
    redacted: u64,
}

#[derive(Debug)]
struct Dimension {
    name: String,
    /// Hash of the name.
    hash: u128,
    values: Text,
}

impl TableRows {
    /// No rows yet, of a file whose clock was ahead by so many microseconds; so many are expected.
    pub(super) fn new(table: &'static Table, clock_ahead: i64, room: usize) -> Self {
        Self {
            table,
            rejected: 0,
            damaged_ids: 0,
            clock_ahead,
            has_ids: false,
            columns: table.columns.iter().map(|column| Column::new(column.kind, room)).collect(),
            dimensions: Vec::new(),
            kept_dimensions: 0,
            has_too_many: false,
            by_name: Vec::new(),
            expected: 0,
            room,
            keys: Vec::new(),
            versions: Vec::new(),
            rows: 0,
            identity: String::new(),
            version: None,
            redacted: 0,
        }
    }

    /// The column, to set its value in the present row.
    #[inline]
    pub(super) fn column(&mut self, column: Col) -> &mut Column {
        &mut self.columns[column.index()]
    }

    /// Sets a text that is not searched for personal data any more.
    pub(super) fn set_redacted(&mut self, column: Col, text: &str) {
        self.columns[column.index()].set_text(text);
        self.redacted |= 1 << column.index();
    }

    /// Names the row by an identifier of the source.
    pub(super) fn set_identity(&mut self, id: &str) {
        self.identity.clear();
        self.identity.push_str(id);
    }

    /// Says how recent the state of the row is.
    pub(super) fn set_version(&mut self, number: Option<i64>) {
        self.version = number;
    }

    /// Sets a dimension of the row.
    #[inline]
    pub(super) fn set_dimension(&mut self, name: &str, value: &str, redactor: &Redactor) {
        let at = match self.dimensions.get(self.expected) {
            Some(dimension) if dimension.name == name => Some(self.expected),
            _ => self.position(name, redactor),
        };
        let Some(at) = at else {
            self.has_too_many = true;
            return;
        };
        self.dimensions[at].values.set(value);
        self.expected = at + 1;
    }

    /// Rows that were kept.
    pub(super) fn count(&self) -> usize {
        self.rows
    }

    /// Whether a dimension of the present row found no place.
    pub(super) fn has_too_many(&self) -> bool {
        self.has_too_many
    }

    /// The first required column without a value in the present row.
    pub(super) fn missing(&self) -> Option<&'static str> {
        let mut columns = self.table.columns.iter().zip(&self.columns);
        columns.find(|(column, values)| column.is_required && !values.is_set()).map(|(column, _)| column.name)
    }

    /// The texts of the present row, for the excerpt of a reject.
    pub(super) fn staged_text(&self) -> String {
        let fixed = self.columns.iter().filter_map(Column::staged_text);
        let free = self.dimensions.iter().filter_map(|dimension| dimension.values.staged());
        fixed.chain(free).collect::<Vec<_>>().join(" ")
    }

    /// Takes the present row back.
    pub(super) fn clear(&mut self) {
        self.columns.iter_mut().for_each(Column::clear);
        if self.dimensions.len() > self.kept_dimensions {
            self.dimensions.truncate(self.kept_dimensions);
            self.by_name.retain(|at| *at < self.kept_dimensions);
        }
        self.dimensions.iter_mut().for_each(|dimension| dimension.values.clear());
        self.end_row();
    }

    /// Pseudonymises and keeps the present row.
    pub(super) fn push(&mut self, redactor: &Redactor) {
        self.set_clock_right();
        self.push_key(redactor);
        for (at, (column, values)) in self.table.columns.iter().zip(&mut self.columns).enumerate() {
            let is_open = self.redacted >> at & 1 == 0;
            if is_open
                && column.privacy != Privacy::Plain
                && let Column::Text(values) = &mut *values
            {
                hide(redactor, column.privacy, values);
            }
            values.push();
        }
        self.dimensions.iter_mut().for_each(|dimension| dimension.values.push());
        self.rows += 1;
        self.kept_dimensions = self.dimensions.len();
        self.end_row();
    }

    /// Takes the present row back, and keeps what makes it the same as another one when wanted.
    pub(super) fn rehearse(&mut self, redactor: &Redactor, keeps_newest: bool) {
        if keeps_newest && self.missing().is_none() {
            self.set_clock_right();
            self.push_key(redactor);
        }
        self.clear();
    }

    /// What has been gathered.
    pub(super) fn finish(self) -> TableBatch {
        let Self { table, columns, dimensions, by_name, keys, versions, rejected, damaged_ids, has_ids, rows, .. } =
            self;
        let schema = table.arrow_schema(by_name.iter().map(|at| dimensions[*at].name.as_str()));
        let mut free: Vec<Option<Text>> = dimensions.into_iter().map(|dimension| Some(dimension.values)).collect();
        let free = by_name.iter().map(|at| free[*at].take().expect("each position occurs once").finish());
        let arrays: Vec<ArrayRef> = columns.into_iter().map(Column::finish).chain(free).collect();
        let batch = RecordBatch::try_new(schema, arrays).expect("columns are built from the schema");
        debug_assert!(keys.is_empty() || rows == 0 || keys.len() == rows, "a source names all rows or none");
        TableBatch { table, batch, keys, versions, rejected, damaged_ids, has_ids }
    }

    /// Moves what the clock of the file recorded in the present row.
    #[inline]
    fn set_clock_right(&mut self) {
        if self.clock_ahead == 0 {
            return;
        }
        for (column, values) in self.table.columns.iter().zip(&mut self.columns) {
            if !NAMED_BY_PEOPLE.contains(&column.name) {
                values.move_back(self.clock_ahead);
            }
        }
    }

    fn push_key(&mut self, redactor: &Redactor) {
        if self.table.identity == Identity::None && self.identity.is_empty() {
            return;
        }
        if self.keys.is_empty() {
            self.keys.reserve(self.room);
        }
        let key = self.key(redactor.row_hash());
        self.keys.push(key);
        self.push_version();
    }

    /// A row without a version is older than any with one.
    fn push_version(&mut self) {
        if self.version.is_some() || !self.versions.is_empty() {
            self.versions.resize(self.keys.len() - 1, i64::MIN);
            self.versions.push(self.version.unwrap_or(i64::MIN));
        }
    }

    fn end_row(&mut self) {
        self.identity.clear();
        self.version = None;
        self.redacted = 0;
        self.has_too_many = false;
        self.expected = 0;
    }

    /// `None` when there are too many already.
    fn position(&mut self, name: &str, redactor: &Redactor) -> Option<usize> {
        let known = self.dimensions.iter().position(|dimension| dimension.name == name);
        if known.is_some() || self.dimensions.len() >= MAX_DIMENSIONS {
            return known;
        }
        let at = self.dimensions.len();
        let mut hash = redactor.row_hash();
        hash.text(name);
        let values = Text::with_nulls(self.rows, self.room);
        self.dimensions.push(Dimension { name: name.to_owned(), hash: hash.finish(), values });
        let place = self.by_name.partition_point(|other| self.dimensions[*other].name.as_str() < name);
        self.by_name.insert(place, at);
        Some(at)
    }

    /// What makes the present row the same as another one. An identifier that a spreadsheet damaged
    /// tells nothing: different ones may have become equal.
    fn key(&mut self, mut hash: RowHash) -> u128 {
        let id = match self.table.identity {
            _ if !self.identity.is_empty() => Some(self.identity.as_str()),
            Identity::Column(name) => self.columns[self.table.col(name).index()].staged_text(),
            _ => None,
        };
        match id {
            Some(id) if is_damaged_id(id) => self.damaged_ids += 1,
            Some(id) => {
                self.has_ids = true;
                hash.text(id);
                return hash.finish();
            }
            None => {}
        }
        let (mut set, mut count) = (0, 0);
        for (at, column) in self.columns.iter().enumerate() {
            set |= u64::from(column.hash(&mut hash)) << at;
        }
        // By name, since their order depends on where the unit began.
        for dimension in self.by_name.iter().map(|at| &self.dimensions[*at]) {
            if let Some(value) = dimension.values.staged() {
                hash.halves(dimension.hash);
                hash.text(value);
                count += 1;
            }
        }
        // Last, they tell which values the words before them are.
        hash.word(count);
        hash.word(set);
        hash.finish()
    }
}

/// Whether an identifier is a number that a spreadsheet rounded: `1.1499E+26`.
pub(in crate::ingest) fn is_damaged_id(id: &str) -> bool {
    let Some((digits, power)) = id.trim().split_once(['E', 'e']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    whole.len() == 1 && is_number(whole) && is_number(fraction) && power.strip_prefix('+').is_some_and(is_number)
}

/// Replaces what is personal in the value of the present row.
fn hide(redactor: &Redactor, privacy: Privacy, values: &mut Text) {
    use std::borrow::Cow;
    let Some(value) = values.staged() else { return };
    let hidden = match privacy {
        Privacy::Plain => return,
        Privacy::FreeText => redactor.free_text(value),
        Privacy::Identity => Cow::Owned(redactor.identity(value)),
        Privacy::Machine if may_hold_address(value) => redactor.free_text(value),
        Privacy::Machine => return,
    };
    if let Cow::Owned(hidden) = hidden {
        values.set(&hidden);
    }
}

/// Whether a name may be, or hold, an IP address: four numbers, or groups between colons.
fn may_hold_address(name: &str) -> bool {
    let count = |sign: u8| memchr::memchr_iter(sign, name.as_bytes()).count();
    count(b':') > 1 || count(b'.') > 2 && name.bytes().any(|byte| byte.is_ascii_digit())
}
