//! Rows on their way into the tables: filled one by one, checked, pseudonymised, then kept in
//! Arrow columns.
//!
//! A source sets the columns it knows and calls [`Row::finish`]. What is missing is null; a row
//! without a required value becomes a reject; personal data are replaced here, so that no
//! unredacted text can get past this point.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;

use self::table::TableRows;
use crate::ingest::redact::Redactor;
use crate::ingest::reject::Reject;
use crate::schema::{Col, Table};

mod column;
mod table;

/// Dimensions of a table that one piece of a file may have: each is a column over all rows, so
/// that records whose keys are data would fill the memory.
pub(super) const MAX_DIMENSIONS: usize = 512;

/// Texts of one piece of a file that are remembered as searched.
const MOST_SEARCHED: usize = 1024;

/// Rows for which room is made at most, as many as lines of 16 bytes in a unit.
const MOST_ROOM: usize = 64 * 1024;

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
    keeps_newest: bool,
    clock_ahead: i64,
    /// Rows of a table that are expected.
    room: usize,
    /// Texts that were searched for personal data, with what came of those that held some.
    searched: HashMap<String, Option<String>, ahash::RandomState>,
    /// Column and value of the last time that was remembered, and its words.
    last_time: Option<(Col, i64)>,
    last_words: String,
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
    /// For each key, which of several rows with it is kept: the highest; empty when the first is.
    pub versions: Vec<i64>,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Identifiers that a spreadsheet damaged.
    pub damaged_ids: u64,
    /// Whether identifiers of the source made keys, and not whole rows only.
    pub has_ids: bool,
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
            keeps_newest: false,
            clock_ahead: 0,
            room: 0,
            searched: HashMap::default(),
            last_time: None,
            last_words: String::new(),
        }
    }

    /// The same, with room made for as many records, of which most become a row.
    #[must_use]
    pub fn with_room(mut self, records: usize) -> Self {
        self.room = records.min(MOST_ROOM);
        self
    }

    /// The same for a file whose clock was ahead by so many microseconds: what it recorded is moved
    /// back before rows are compared. Times that people named (promises, days on which something is
    /// due) stay.
    #[must_use]
    pub fn with_clock_ahead(mut self, micros: i64) -> Self {
        self.clock_ahead = micros;
        self
    }

    /// The same, for going through a file before it is read: names of people are gathered and
    /// formats learn from all values, but no row or reject is kept; with `keeps_newest` the
    /// identities and versions of the rows are.
    #[must_use]
    pub fn rehearsing(mut self, keeps_newest: bool) -> Self {
        self.is_rehearsal = true;
        self.keeps_newest = keeps_newest;
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

    /// Rows of a table that were kept of the present piece of the file.
    pub fn count(&self, table: &'static Table) -> usize {
        self.tables.iter().find(|rows| rows.table.name == table.name).map_or(0, TableRows::count)
    }

    /// Starts a row.
    pub fn row(&mut self, table: &'static Table) -> Row<'_> {
        let index = self.table_index(table);
        Row { rows: self, index, is_open: true }
    }

    /// Remembers the name of a person, to hide it wherever it occurs.
    pub fn person(&mut self, name: &str) {
        let name = name.trim();
        if !name.is_empty() {
            self.people.push(name.to_owned());
        }
    }

    /// What may be stored of a value that identifies a person, for a dimension.
    pub fn pseudonym(&self, value: &str) -> String {
        self.redactor.identity(value)
    }

    /// A text without the personal data in it, for a column that is stored as it is.
    pub fn redacted<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.redactor.free_text(text)
    }

    /// The same for a text that many records repeat: one that was seen before is not searched again.
    pub fn redacted_again<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        match self.searched.get(text) {
            Some(None) => Cow::Borrowed(text),
            Some(Some(redacted)) => Cow::Owned(redacted.clone()),
            None => {
                let redacted = self.redactor.free_text(text);
                if self.searched.len() < MOST_SEARCHED {
                    let changed = matches!(redacted, Cow::Owned(_)).then(|| redacted.clone().into_owned());
                    self.searched.insert(text.to_owned(), changed);
                }
                redacted
            }
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
        let excerpt = Reject::excerpt(excerpt, |text| self.redactor.free_text(text));
        self.rejects.push(Reject {
            file: self.file.clone(),
            line: self.line,
            source: self.source.to_owned(),
            reason,
            excerpt,
        });
    }

    fn table_index(&mut self, table: &'static Table) -> usize {
        // Nearly always the same static text; equal texts elsewhere are the same table all the same.
        let is_it = |rows: &TableRows| std::ptr::eq(rows.table.name, table.name) || rows.table.name == table.name;
        if let Some(index) = self.tables.iter().position(is_it) {
            return index;
        }
        self.tables.push(TableRows::new(table, self.clock_ahead, self.room));
        self.tables.len() - 1
    }
}

/// One row that is being filled. Dropped without [`Row::finish`], it leaves no trace.
#[derive(Debug)]
pub struct Row<'a> {
    rows: &'a mut Rows,
    index: usize,
    is_open: bool,
}

impl Row<'_> {
    /// Sets a time, in microseconds since 1970 UTC.
    #[inline]
    pub fn time(&mut self, column: Col, micros: Option<i64>) -> &mut Self {
        self.table().column(column).set_int(micros);
        self
    }

    /// Sets a text; an empty one is null.
    #[inline]
    pub fn text(&mut self, column: Col, text: &str) -> &mut Self {
        if !text.is_empty() {
            self.table().column(column).set_text(text);
        }
        self
    }

    /// Sets a text in which the caller has replaced what is personal.
    pub fn redacted_text(&mut self, column: Col, text: &str) -> &mut Self {
        if !text.is_empty() {
            self.table().set_redacted(column, text);
        }
        self
    }

    /// The value of a time that an earlier row had in the same words, see [`Row::remember_time`].
    #[inline]
    pub fn remembered_time(&self, column: Col, text: &str) -> Option<i64> {
        let (known, micros) = self.rows.last_time?;
        (known == column && self.rows.last_words == text).then_some(micros)
    }

    /// Remembers what a time means: neighbouring rows often have the same one. Only for times that
    /// mean the same wherever they stand.
    pub fn remember_time(&mut self, column: Col, text: &str, micros: i64) {
        self.rows.last_time = Some((column, micros));
        self.rows.last_words.clear();
        self.rows.last_words.push_str(text);
    }

    /// Sets a number; one that is not finite is null.
    #[inline]
    pub fn float(&mut self, column: Col, value: Option<f64>) -> &mut Self {
        self.table().column(column).set_float(value.filter(|v| v.is_finite()));
        self
    }

    /// Sets a whole number.
    #[inline]
    pub fn int(&mut self, column: Col, value: Option<i64>) -> &mut Self {
        self.table().column(column).set_int(value);
        self
    }

    /// Sets a truth value.
    pub fn bool(&mut self, column: Col, value: Option<bool>) -> &mut Self {
        self.table().column(column).set_bool(value);
        self
    }

    /// Names the row by an identifier of the source: rows of equal identifiers are one row, rows
    /// of different ones are two even when all columns agree. In a table where every row counts,
    /// a source names all of its rows or none.
    pub fn identity(&mut self, id: &str) -> &mut Self {
        self.table().set_identity(id);
        self
    }

    /// Says how recent this state of the record is: of the rows of one identity the one with the
    /// highest number is kept, the first of equal ones, one without a number last. Heeded when
    /// [`Source::keeps_newest`] says so.
    ///
    /// [`Source::keeps_newest`]: super::source::Source::keeps_newest
    pub fn version(&mut self, number: Option<i64>) -> &mut Self {
        self.table().set_version(number);
        self
    }

    /// Sets a free dimension whose value people typed or chose: personal data in it are replaced.
    pub fn typed_dimension(&mut self, name: &str, value: &str) -> &mut Self {
        let redactor = Arc::clone(&self.rows.redactor);
        self.dimension(name, &redactor.free_text(value))
    }

    /// Sets a free dimension; the name must be `snake_case` already and no fixed column of the
    /// table. An empty value is none.
    #[inline]
    pub fn dimension(&mut self, name: &str, value: &str) -> &mut Self {
        let Rows { tables, redactor, .. } = &mut *self.rows;
        let table = &mut tables[self.index];
        debug_assert!(table.table.has_dimensions, "the table takes no dimensions");
        if !value.is_empty() {
            table.set_dimension(name, value, redactor);
        }
        self
    }

    /// Checks, pseudonymises and keeps the row; a row that lacks a required value is a reject.
    pub fn finish(&mut self) {
        let rows = &mut self.rows.tables[self.index];
        self.is_open = false;
        if self.rows.is_rehearsal {
            rows.rehearse(&self.rows.redactor, self.rows.keeps_newest);
            return;
        }
        if let Some(name) = rows.missing() {
            let excerpt = rows.staged_text();
            rows.clear();
            self.rows.reject_in(self.index, &format!("expected a value in `{name}`, found none"), &excerpt);
            return;
        }
        if rows.has_too_many() {
            let excerpt = rows.staged_text();
            rows.clear();
            let reason = format!("expected at most {MAX_DIMENSIONS} dimensions in a table, found more");
            self.rows.reject_in(self.index, &reason, &excerpt);
            return;
        }
        rows.push(&self.rows.redactor);
    }

    #[inline]
    fn table(&mut self) -> &mut TableRows {
        &mut self.rows.tables[self.index]
    }
}

impl Drop for Row<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.rows.tables[self.index].clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::table::is_damaged_id;
    use super::*;
    use crate::schema::{complaints, public_messages, sli_counts};

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
        let mut rows = rows().rehearsing(false);
        rows.row(&sli_counts::TABLE).time(sli_counts::TIME, Some(1)).finish();
        rows.reject("broken", "x");
        rows.person("Ada Quine");
        let piece = rows.finish();
        assert_eq!((piece.people.len(), piece.rejects.len(), piece.tables[0].batch.num_rows()), (1, 0, 0));
    }

    #[test]
    fn rows_that_differ_in_one_thing_have_other_keys() {
        type Fill = fn(&mut Row<'_>);
        let key = |fill: Fill| {
            let mut rows = rows();
            // Dimensions that another row brought count for nothing.
            let other: Fill = |row| _ = row.dimension("cdn", "x").dimension("asn", "y");
            for fill in [other, fill] {
                let mut row = rows.row(&sli_counts::TABLE);
                row.time(sli_counts::TIME, Some(1)).int(sli_counts::TOTAL, Some(2)).int(sli_counts::BAD, Some(0));
                fill(&mut row);
                row.finish();
            }
            rows.finish().tables.remove(0).keys[1]
        };
        let fills: [Fill; 11] = [
            |_| {},
            |row| _ = row.time(sli_counts::TIME, Some(2)).int(sli_counts::TOTAL, Some(1)),
            |row| _ = row.int(sli_counts::VIEWERS, Some(0)),
            |row| _ = row.float(sli_counts::EXPECTED_BAD, Some(0.0)),
            |row| _ = row.text(sli_counts::ERROR_KIND, "a"),
            |row| _ = row.dimension("cdn", "a"),
            |row| _ = row.dimension("isp", "a"),
            |row| _ = row.dimension("cdn", "a").dimension("isp", "a"),
            |row| _ = row.dimension("cdn", "a").dimension("isp", "bc"),
            |row| _ = row.dimension("cdn", "ab").dimension("isp", "c"),
            |row| _ = row.text(sli_counts::ERROR_KIND, "a").dimension("cdn", "a"),
        ];
        let keys: std::collections::BTreeSet<u128> = fills.iter().map(|fill| key(*fill)).collect();
        assert_eq!(keys.len(), fills.len());
        let turned: Fill = |row| _ = row.dimension("isp", "bc").dimension("cdn", "a");
        assert_eq!(key(turned), key(fills[8]), "the order of dimensions tells nothing");
    }

    #[test]
    fn a_clock_that_was_ahead_is_set_right_before_rows_are_compared() {
        let message = |ahead: i64| {
            let mut rows = rows().with_clock_ahead(ahead);
            rows.row(&public_messages::TABLE)
                .time(public_messages::TIME, Some(100 + ahead))
                .text(public_messages::CHANNEL, "x")
                .text(public_messages::BODY, "a")
                .time(public_messages::PROMISED_NEXT_UPDATE_AT, Some(900))
                .finish();
            rows.finish().tables.remove(0)
        };
        let times = |rows: &TableBatch, name: &str| {
            let column = rows.batch.column_by_name(name).unwrap();
            column.as_any().downcast_ref::<arrow::array::TimestampMicrosecondArray>().unwrap().value(0)
        };
        let right = message(0);
        for ahead in [90, -90] {
            let moved = message(ahead);
            assert_eq!(moved.keys, right.keys, "one row");
            assert_eq!((times(&moved, "time"), times(&moved, "promised_next_update_at")), (100, 900));
        }
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
