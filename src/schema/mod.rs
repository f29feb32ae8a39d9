//! The canonical tables: what every export is turned into, and what SQL can be asked about.
//!
//! A table has fixed columns, described here, and may have free dimension columns (`region`,
//! `cdn`, whatever the export had), which are text and keep their own name. All times are
//! UTC with microseconds. The same description feeds ingestion, the store, the query engine
//! and the generated page `docs/tables.md`, so that they cannot disagree.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit};

pub mod actions;
pub mod alerts;
pub mod changes;
pub mod complaints;
pub mod dependencies;
pub mod inputs;
pub mod log_records;
pub mod log_templates;
pub mod metric_samples;
pub mod offers;
pub mod public_messages;
pub mod rejects;
pub mod sli_counts;
pub mod survey_answers;
pub mod timeline_events;

/// Every table, in the order in which they are documented.
pub const TABLES: &[&Table] = &[
    &sli_counts::TABLE,
    &metric_samples::TABLE,
    &log_records::TABLE,
    &dependencies::TABLE,
    &changes::TABLE,
    &alerts::TABLE,
    &timeline_events::TABLE,
    &public_messages::TABLE,
    &complaints::TABLE,
    &survey_answers::TABLE,
    &offers::TABLE,
    &actions::TABLE,
    &log_templates::TABLE,
    &rejects::TABLE,
    &inputs::TABLE,
];

/// One canonical table.
#[derive(Debug)]
pub struct Table {
    /// Name in SQL.
    pub name: &'static str,
    /// What one row is, as a phrase that completes "one row is ...".
    pub row: &'static str,
    /// The fixed columns, in order.
    pub columns: &'static [Column],
    /// Whether an export may add dimension columns of its own.
    pub has_dimensions: bool,
    /// Which columns make two rows the same row.
    pub identity: Identity,
    /// Which exports fill the table, for a reader who lacks it.
    pub fed_by: &'static str,
}

/// Position of a fixed column in its table, known when the program is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Col(usize);

impl Col {
    /// The position, counted from 0.
    pub const fn index(self) -> usize {
        self.0
    }
}

/// How repeated rows are recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Every row counts, equal or not (a burst of one log line is data), unless the export gives its
    /// rows identifiers.
    None,
    /// Rows equal in every column are one row.
    WholeRow,
    /// Rows with the same value in this column are one row; rows without it are compared whole.
    Column(&'static str),
}

/// One fixed column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name in SQL.
    pub name: &'static str,
    /// Type of its values.
    pub kind: Kind,
    /// Whether the tidy form of the table must have it.
    pub is_required: bool,
    /// What may be stored of it.
    pub privacy: Privacy,
    /// What it holds, with unit.
    pub about: &'static str,
}

/// Type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An instant, UTC, microseconds.
    Time,
    /// Text.
    Text,
    /// A double.
    Float,
    /// A 64-bit integer.
    Int,
    /// True or false.
    Bool,
}

/// What must happen to a text before it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Not written by or about a person: stored as it is.
    Plain,
    /// Free text in which personal data may occur: scanned and replaced in place.
    FreeText,
    /// Identifies a person: replaced by a keyed pseudonym as a whole.
    Identity,
    /// Names a machine or a service: an IP address that stands for the name, or in it, is replaced
    /// by the same pseudonym as elsewhere, so that logs and metrics of one machine still meet.
    Machine,
}

impl Kind {
    /// The Arrow type that stores it.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Text => DataType::Utf8,
            Self::Float => DataType::Float64,
            Self::Int => DataType::Int64,
            Self::Bool => DataType::Boolean,
        }
    }

    /// The word for it in the documentation.
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Text => "text",
            Self::Float => "float",
            Self::Int => "int",
            Self::Bool => "bool",
        }
    }
}

impl Table {
    /// The table of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().copied().find(|table| table.name == name)
    }

    /// The fixed column of this name.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Column that the ingestion fills with the path of the input; in `log_records`, where lines are
    /// numbered, the sources do.
    pub fn input_file(&self) -> Option<Col> {
        self.columns.iter().position(|column| column.about == INPUT_FILE.about).map(Col)
    }

    /// Position of a fixed column; a name that does not exist stops the compilation.
    pub const fn col(&self, name: &str) -> Col {
        let mut index = 0;
        while index < self.columns.len() {
            if same(self.columns[index].name.as_bytes(), name.as_bytes()) {
                return Col(index);
            }
            index += 1;
        }
        panic!("the table has no column of this name")
    }

    /// Arrow schema with these free dimensions after the fixed columns. All columns are nullable:
    /// what is required is checked row by row and becomes a reject.
    pub fn arrow_schema<'a>(&self, dimensions: impl IntoIterator<Item = &'a str>) -> Arc<Schema> {
        let fixed = self.columns.iter().map(|column| Field::new(column.name, column.kind.arrow(), true));
        let free = dimensions.into_iter().map(|name| Field::new(name, DataType::Utf8, true));
        Arc::new(Schema::new(fixed.chain(free).collect::<Fields>()))
    }
}

/// Whether two names are equal, usable while compiling.
const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// The input that a row comes from; no source sets it.
const INPUT_FILE: Column = optional("file", Kind::Text, "input file, relative to the case; set when it is read");

/// A column that the tidy form must have.
const fn required(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, is_required: true, privacy: Privacy::Plain, about }
}

/// A column that may be missing or null.
const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, is_required: false, privacy: Privacy::Plain, about }
}

/// The same column with another privacy rule.
const fn private(column: Column, privacy: Privacy) -> Column {
    Column { privacy, ..column }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for (index, table) in TABLES.iter().enumerate() {
            assert!(TABLES[..index].iter().all(|other| other.name != table.name));
            for (position, column) in table.columns.iter().enumerate() {
                assert!(table.columns[..position].iter().all(|other| other.name != column.name));
            }
        }
    }

    #[test]
    fn rows_of_four_tables_tell_their_input() {
        let with: Vec<&str> =
            TABLES.iter().filter(|table| table.input_file().is_some()).map(|table| table.name).collect();
        assert_eq!(with, ["changes", "alerts", "timeline_events", "public_messages"]);
    }

    #[test]
    fn dimensions_follow_the_fixed_columns() {
        let schema = Table::named("sli_counts").expect("a table").arrow_schema(["cdn"]);
        assert_eq!(schema.fields().last().map(|field| field.name().as_str()), Some("cdn"));
    }
}
