//! Rows on their way into the tables: staged one by one, checked, pseudonymised, then appended
//! to Arrow columns.
//!
//! A source sets the columns it knows and calls [`Row::finish`]. What is missing is null; a row
//! without a required value becomes a reject; personal data are replaced here, so that no
//! unredacted text can get past this point.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};

use crate::ingest::redact::Redactor;
use crate::ingest::reject::Reject;
use crate::schema::{Col, Identity, Kind, Privacy, Table};

/// Dimensions of a table that one piece of a file may have: each is a column over all rows, so
/// that records whose keys are data would fill the memory.
const MAX_DIMENSIONS: usize = 512;

/// Rows and rejects of one piece of one file.
#[derive(Debug)]
pub struct Rows {
    tables: Vec<TableRows>,
    rejects: Vec<Reject>,
    people: Vec<String>,
    redactor: Arc<Redactor>,
    file: String,
    source: &'static str,
    main_table: &'static str,
    line: u64,
    is_rehearsal: bool,
}

/// Rows of one table.
#[derive(Debug)]
pub struct TableRows {
    table: &'static Table,
    columns: Vec<Builder>,
    dimensions: Vec<(String, StringBuilder)>,
    /// Dimensions that rows before the staged one have.
    kept_dimensions: usize,
    keys: Vec<u128>,
    rejected: u64,
    damaged_ids: u64,
    staged: Vec<Slot>,
    staged_dimensions: Vec<(usize, (usize, usize))>,
    staged_identity: Option<(usize, usize)>,
    has_too_many: bool,
    scratch: String,
    key: Vec<u8>,
}

/// What came of one piece of one table.
#[derive(Debug)]
pub struct TableBatch {
    /// The table.
    pub table: &'static Table,
    /// Fixed columns, then the dimensions that occurred.
    pub batch: RecordBatch,
    /// For each row, what tells whether it is a repeated one; empty when every row counts.
    pub keys: Vec<u128>,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Identifiers that a spreadsheet damaged.
    pub damaged_ids: u64,
}

/// All that came of one piece of one file.
#[derive(Debug)]
pub struct Piece {
    /// Rows by table, in the order in which the tables first occurred.
    pub tables: Vec<TableBatch>,
    /// What could not be used.
    pub rejects: Vec<Reject>,
    /// Names of people that records gave.
    pub people: Vec<String>,
}

#[derive(Debug)]
enum Builder {
    Time(TimestampMicrosecondBuilder),
    Text(StringBuilder),
    Float(Float64Builder),
    Int(Int64Builder),
    Bool(BooleanBuilder),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Slot {
    Null,
    Time(i64),
    Float(f64),
    Int(i64),
    Bool(bool),
    Text(usize, usize),
}

impl Rows {
    /// Empty rows for a file.
    pub fn new(file: &str, source: &'static str, main_table: &'static str, redactor: Arc<Redactor>) -> Self {
        Self {
            tables: Vec::new(),
            rejects: Vec::new(),
            people: Vec::new(),
            redactor,
            file: file.to_owned(),
            source,
            main_table,
            line: 0,
            is_rehearsal: false,
        }
    }

    /// The same, for going through a file before it is read: names of people are gathered and
    /// formats learn from all values, but no row or reject is kept.
    #[must_use]
    pub fn rehearsing(mut self) -> Self {
        self.is_rehearsal = true;
        self
    }

    /// Whether the file is only gone through: what a reader gathers over several records does not
    /// count then.
    pub fn is_rehearsal(&self) -> bool {
        self.is_rehearsal
    }

    /// Says which line or record comes next, counted from 1.
    pub fn at(&mut self, line: u64) {
        self.line = line;
    }

    /// The line or record that is being read.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Path of the file that is being read, relative to the case.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Starts a row.
    pub fn row(&mut self, table: &'static Table) -> Row<'_> {
        let index = self.table_index(table);
        Row { rows: self, index }
    }

    /// Remembers the name of a person, to hide it wherever it occurs.
    pub fn person(&mut self, name: &str) {
        let name = name.trim();
        if !name.is_empty() {
            self.people.push(name.to_owned());
        }
    }

    /// Counts a record that could not be used.
    pub fn reject(&mut self, reason: impl Into<String>, excerpt: &str) {
        let main = Table::named(self.main_table).expect("a source names existing tables");
        let index = self.table_index(main);
        self.reject_in(index, &reason.into(), excerpt);
    }

    /// What has been gathered.
    pub fn finish(self) -> Piece {
        Piece {
            tables: self.tables.into_iter().map(TableRows::finish).collect(),
            rejects: self.rejects,
            people: self.people,
        }
    }

    fn reject_in(&mut self, index: usize, reason: &str, excerpt: &str) {
        if self.is_rehearsal {
            return;
        }
        self.tables[index].rejected += 1;
        let reason = self.redactor.free_text(reason).into_owned();
        let excerpt = Reject::shorten(excerpt);
        let excerpt = self.redactor.free_text(excerpt).into_owned();
        self.rejects.push(Reject {
            file: self.file.clone(),
            line: self.line,
            source: self.source.to_owned(),
            reason,
            excerpt,
        });
    }

    fn table_index(&mut self, table: &'static Table) -> usize {
        if let Some(index) = self.tables.iter().position(|rows| rows.table.name == table.name) {
            return index;
        }
        self.tables.push(TableRows::new(table));
        self.tables.len() - 1
    }
}

/// One row that is being filled. Dropped without [`Row::finish`], it leaves no trace.
#[derive(Debug)]
pub struct Row<'a> {
    rows: &'a mut Rows,
    index: usize,
}

impl Row<'_> {
    /// Sets a time, in microseconds since 1970 UTC.
    pub fn time(&mut self, column: Col, micros: Option<i64>) -> &mut Self {
        self.set(column, micros.map_or(Slot::Null, Slot::Time))
    }

    /// Sets a text; an empty one is null.
    pub fn text(&mut self, column: Col, text: &str) -> &mut Self {
        let rows = &mut self.rows.tables[self.index];
        if !text.is_empty() {
            let start = rows.scratch.len();
            rows.scratch.push_str(text);
            rows.staged[column.index()] = Slot::Text(start, rows.scratch.len());
        }
        self
    }

    /// Sets a number.
    pub fn float(&mut self, column: Col, value: Option<f64>) -> &mut Self {
        self.set(column, value.filter(|v| v.is_finite()).map_or(Slot::Null, Slot::Float))
    }

    /// Sets a whole number.
    pub fn int(&mut self, column: Col, value: Option<i64>) -> &mut Self {
        self.set(column, value.map_or(Slot::Null, Slot::Int))
    }

    /// Sets a truth value.
    pub fn bool(&mut self, column: Col, value: Option<bool>) -> &mut Self {
        self.set(column, value.map_or(Slot::Null, Slot::Bool))
    }

    /// Names the row by an identifier of the source: rows of equal identifiers are one row, rows
    /// of different ones are two even when all columns agree.
    pub fn identity(&mut self, id: &str) -> &mut Self {
        let rows = &mut self.rows.tables[self.index];
        let start = rows.scratch.len();
        rows.scratch.push_str(id);
        rows.staged_identity = (!id.is_empty()).then_some((start, rows.scratch.len()));
        self
    }

    /// Sets a free dimension; the name must be `snake_case` already and no fixed column of the table.
    pub fn dimension(&mut self, name: &str, value: &str) -> &mut Self {
        let rows = &mut self.rows.tables[self.index];
        debug_assert!(rows.table.has_dimensions, "the table takes no dimensions");
        if value.is_empty() || rows.has_too_many {
            return self;
        }
        let Some(at) = rows.dimension_index(name) else {
            rows.has_too_many = true;
            return self;
        };
        let start = rows.scratch.len();
        rows.scratch.push_str(value);
        rows.staged_dimensions.push((at, (start, rows.scratch.len())));
        self
    }

    /// Checks, pseudonymises and keeps the row; a row that lacks a required value is a reject.
    pub fn finish(&mut self) {
        let rows = &mut self.rows.tables[self.index];
        if self.rows.is_rehearsal {
            rows.clear();
            return;
        }
        let missing = rows
            .table
            .columns
            .iter()
            .zip(&rows.staged)
            .find(|(column, slot)| column.is_required && **slot == Slot::Null)
            .map(|(column, _)| column.name);
        if let Some(name) = missing {
            let excerpt = rows.staged_text();
            rows.clear();
            self.rows.reject_in(self.index, &format!("expected a value in `{name}`, found none"), &excerpt);
            return;
        }
        if rows.has_too_many {
            let excerpt = rows.staged_text();
            rows.clear();
            let reason = format!("expected at most {MAX_DIMENSIONS} dimensions in a table, found more");
            self.rows.reject_in(self.index, &reason, &excerpt);
            return;
        }
        let redactor = Arc::clone(&self.rows.redactor);
        self.rows.tables[self.index].append(&redactor);
    }

    fn set(&mut self, column: Col, slot: Slot) -> &mut Self {
        self.rows.tables[self.index].staged[column.index()] = slot;
        self
    }
}

impl Drop for Row<'_> {
    fn drop(&mut self) {
        self.rows.tables[self.index].clear();
    }
}

impl TableRows {
    fn new(table: &'static Table) -> Self {
        Self {
            table,
            columns: table.columns.iter().map(|column| Builder::new(column.kind)).collect(),
            dimensions: Vec::new(),
            kept_dimensions: 0,
            keys: Vec::new(),
            rejected: 0,
            damaged_ids: 0,
            staged: vec![Slot::Null; table.columns.len()],
            staged_dimensions: Vec::new(),
            staged_identity: None,
            has_too_many: false,
            scratch: String::new(),
            key: Vec::new(),
        }
    }

    fn clear(&mut self) {
        self.staged.fill(Slot::Null);
        self.staged_dimensions.clear();
        self.staged_identity = None;
        self.has_too_many = false;
        self.dimensions.truncate(self.kept_dimensions);
        self.scratch.clear();
    }

    fn len(&self) -> usize {
        self.columns[0].len()
    }

    /// The texts of the staged row, for the excerpt of a reject.
    fn staged_text(&self) -> String {
        let fixed = self.staged.iter().filter_map(|slot| match slot {
            Slot::Text(start, end) => Some((*start, *end)),
            _ => None,
        });
        let free = self.staged_dimensions.iter().map(|(_, range)| *range);
        let texts: Vec<&str> = fixed.chain(free).map(|(start, end)| &self.scratch[start..end]).collect();
        texts.join(" ")
    }

    /// `None` when there are too many already.
    fn dimension_index(&mut self, name: &str) -> Option<usize> {
        if let Some(at) = self.dimensions.iter().position(|(known, _)| known == name) {
            return Some(at);
        }
        if self.dimensions.len() >= MAX_DIMENSIONS {
            return None;
        }
        let mut builder = StringBuilder::new();
        for _ in 0..self.len() {
            builder.append_null();
        }
        self.dimensions.push((name.to_owned(), builder));
        Some(self.dimensions.len() - 1)
    }

    fn append(&mut self, redactor: &Redactor) {
        let own_key = self.staged_identity.or(match self.table.identity {
            Identity::Column(name) => match self.staged[self.table.col(name).index()] {
                Slot::Text(start, end) => Some((start, end)),
                _ => None,
            },
            _ => None,
        });
        // Different identifiers may have become equal: they tell no row from another any more.
        let is_damaged = own_key.is_some_and(|(start, end)| is_damaged_id(&self.scratch[start..end]));
        let own_key = own_key.filter(|_| !is_damaged);
        self.damaged_ids += u64::from(is_damaged);
        // Gathered and hashed at once: many small updates of a hasher cost more than the hash.
        self.key.clear();
        if let Some((start, end)) = own_key {
            self.key.extend_from_slice(&self.scratch.as_bytes()[start..end]);
        }
        let is_whole_key = own_key.is_none() && self.table.identity != Identity::None;
        for ((column, builder), slot) in self.table.columns.iter().zip(&mut self.columns).zip(&self.staged) {
            if is_whole_key {
                slot.write_key(&self.scratch, &mut self.key);
            }
            match (slot, column.privacy) {
                (Slot::Text(start, end), Privacy::Plain) => builder.text(&self.scratch[*start..*end]),
                (Slot::Text(start, end), Privacy::FreeText) => {
                    builder.text(&redactor.free_text(&self.scratch[*start..*end]));
                }
                (Slot::Text(start, end), Privacy::Identity) => {
                    builder.text(&redactor.identity(&self.scratch[*start..*end]));
                }
                (slot, _) => builder.plain(*slot),
            }
        }
        self.append_dimensions(is_whole_key);
        if self.table.identity != Identity::None {
            let hash = blake3::hash(&self.key);
            let (low, _) = hash.as_bytes().split_first_chunk::<16>().expect("a hash has 32 bytes");
            self.keys.push(u128::from_le_bytes(*low));
        }
        self.kept_dimensions = self.dimensions.len();
        self.clear();
    }

    fn append_dimensions(&mut self, is_whole_key: bool) {
        self.staged_dimensions.sort_unstable();
        let mut staged = self.staged_dimensions.iter().peekable();
        for (at, (_, builder)) in self.dimensions.iter_mut().enumerate() {
            let mut value = None;
            while let Some((_, range)) = staged.next_if(|(index, _)| *index == at) {
                value = Some(&self.scratch[range.0..range.1]);
            }
            builder.append_option(value);
        }
        if is_whole_key {
            self.write_dimensions_key();
        }
    }

    /// Dimensions go into the key by name, since their order depends on where the unit began.
    fn write_dimensions_key(&mut self) {
        let mut named: Vec<(&str, &str)> = self
            .staged_dimensions
            .iter()
            .map(|(at, range)| (self.dimensions[*at].0.as_str(), &self.scratch[range.0..range.1]))
            .collect();
        named.sort_unstable();
        for (name, value) in named {
            self.key.extend_from_slice(name.as_bytes());
            self.key.push(0);
            self.key.extend_from_slice(value.as_bytes());
            self.key.push(1);
        }
    }

    fn finish(self) -> TableBatch {
        let Self { table, columns, mut dimensions, keys, rejected, damaged_ids, .. } = self;
        let mut order: Vec<usize> = (0..dimensions.len()).collect();
        order.sort_by(|a, b| dimensions[*a].0.cmp(&dimensions[*b].0));
        let schema = table.arrow_schema(order.iter().map(|at| dimensions[*at].0.as_str()));
        let mut arrays: Vec<ArrayRef> = columns.into_iter().map(Builder::finish).collect();
        for at in order {
            arrays.push(Arc::new(dimensions[at].1.finish()));
        }
        let batch = RecordBatch::try_new(schema, arrays).expect("columns are built from the schema");
        TableBatch { table, batch, keys, rejected, damaged_ids }
    }
}

/// Whether an identifier is a number that a spreadsheet rounded: `1.1499E+26`.
pub fn is_damaged_id(id: &str) -> bool {
    let Some((digits, power)) = id.trim().split_once(['E', 'e']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    whole.len() == 1 && is_number(whole) && is_number(fraction) && power.strip_prefix('+').is_some_and(is_number)
}

impl Slot {
    fn write_key(self, scratch: &str, key: &mut Vec<u8>) {
        match self {
            Self::Null => key.push(0),
            Self::Time(value) | Self::Int(value) => {
                key.push(1);
                key.extend_from_slice(&value.to_le_bytes());
            }
            Self::Float(value) => {
                key.push(2);
                key.extend_from_slice(&value.to_le_bytes());
            }
            Self::Bool(value) => key.extend_from_slice(&[3, u8::from(value)]),
            Self::Text(start, end) => {
                key.push(4);
                key.extend_from_slice(&(end - start).to_le_bytes());
                key.extend_from_slice(&scratch.as_bytes()[start..end]);
            }
        }
    }
}

impl Builder {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Time => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Float => Self::Float(Float64Builder::new()),
            Kind::Int => Self::Int(Int64Builder::new()),
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
        }
    }

    fn len(&self) -> usize {
        use arrow::array::ArrayBuilder as _;
        match self {
            Self::Time(builder) => builder.len(),
            Self::Text(builder) => builder.len(),
            Self::Float(builder) => builder.len(),
            Self::Int(builder) => builder.len(),
            Self::Bool(builder) => builder.len(),
        }
    }

    fn text(&mut self, text: &str) {
        let Self::Text(builder) = self else { unreachable!("text goes into text columns only") };
        builder.append_value(text);
    }

    fn plain(&mut self, slot: Slot) {
        match (self, slot) {
            (Self::Time(builder), Slot::Time(value)) => builder.append_value(value),
            (Self::Float(builder), Slot::Float(value)) => builder.append_value(value),
            (Self::Int(builder), Slot::Int(value)) => builder.append_value(value),
            (Self::Bool(builder), Slot::Bool(value)) => builder.append_value(value),
            (Self::Time(builder), _) => builder.append_null(),
            (Self::Float(builder), _) => builder.append_null(),
            (Self::Int(builder), _) => builder.append_null(),
            (Self::Bool(builder), _) => builder.append_null(),
            (Self::Text(builder), _) => builder.append_null(),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Time(mut builder) => Arc::new(builder.finish()),
            Self::Text(mut builder) => Arc::new(builder.finish()),
            Self::Float(mut builder) => Arc::new(builder.finish()),
            Self::Int(mut builder) => Arc::new(builder.finish()),
            Self::Bool(mut builder) => Arc::new(builder.finish()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{complaints, sli_counts};

    fn rows() -> Rows {
        Rows::new("a", "s", "sli_counts", Arc::new(Redactor::new([7; 32], &[], &[])))
    }

    #[test]
    fn a_row_of_too_many_dimensions_is_a_reject() {
        let mut rows = rows();
        for count in [3, 100_000, 3] {
            let mut row = rows.row(&sli_counts::TABLE);
            row.time(sli_counts::TIME, Some(1)).int(sli_counts::TOTAL, Some(1)).int(sli_counts::BAD, Some(0));
            for at in 0..count {
                row.dimension(&format!("d{}", count + at), "x");
            }
            row.finish();
        }
        let piece = rows.finish();
        assert_eq!((piece.tables[0].batch.num_rows(), piece.rejects.len()), (2, 1));
        assert_eq!(piece.tables[0].batch.num_columns(), sli_counts::TABLE.columns.len() + 3);
    }

    #[test]
    fn a_rehearsal_keeps_names_only() {
        let mut rows = rows().rehearsing();
        rows.row(&sli_counts::TABLE).time(sli_counts::TIME, Some(1)).finish();
        rows.reject("broken", "x");
        rows.person("Ada Quine");
        let piece = rows.finish();
        assert_eq!((piece.people.len(), piece.rejects.len(), piece.tables[0].batch.num_rows()), (1, 0, 0));
    }

    #[test]
    fn identifiers_that_a_spreadsheet_rounded_tell_no_rows_apart() {
        let mut rows = rows();
        for (id, body) in [("1.1499E+26", "first"), ("1.1499E+26", "second"), ("7", "a"), ("7", "b")] {
            rows.row(&complaints::TABLE)
                .time(complaints::TIME, Some(1))
                .text(complaints::CHANNEL, "x")
                .text(complaints::COMPLAINT_ID, id)
                .text(complaints::BODY, body)
                .finish();
        }
        let piece = rows.finish();
        let keys = &piece.tables[0].keys;
        assert!(keys[0] != keys[1] && keys[2] == keys[3] && piece.tables[0].damaged_ids == 2);
        for id in ["1E5", "1.5e", "5e8b", "", "1.5E-3", "12.5E+3", "E+3"] {
            assert!(!is_damaged_id(id), "{id}");
        }
    }
}
