//! Turns records with known columns into rows of one table, whatever the table.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::columns;
use crate::ingest::rows::{Row, Rows};
use crate::ingest::source::{FileContext, Record, RecordReader};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::{self, NumberFormat};
use crate::ingest::{mention, promise, question};
use crate::schema::{Col, Column, Kind, Privacy, Table, complaints, log_records, public_messages, sli_counts};

/// Reads the records of one file into one table.
#[derive(Debug)]
pub(super) struct TidyReader {
    table: &'static Table,
    path: String,
    zone: TimeZone,
    /// What each column of the file is; by name too, for JSON.
    targets: Vec<Target>,
    names: BTreeMap<String, usize>,
    is_log: bool,
    is_message: bool,
}

#[derive(Debug)]
enum Target {
    Fixed {
        col: Col,
        column: &'static Column,
        parse: Parse,
        part: Part,
    },
    Dimension(String),
    /// Name of a person: hidden wherever it occurs, and not stored.
    Person,
    Nothing,
}

#[derive(Debug)]
enum Parse {
    Time(TimeFormat),
    Float(NumberFormat),
    Count,
    Bool,
    Plain,
    Upper,
    FreeText,
}

/// Columns whose values a row is checked and completed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Time,
    PromisedUpdate,
    PromisedResolution,
    Total,
    Bad,
    Body,
    Author,
    Other,
}

/// Values that a row is checked and completed with.
#[derive(Debug, Default)]
struct Known<'v> {
    time: Option<i64>,
    total: Option<i64>,
    bad: Option<i64>,
    body: Option<Cow<'v, str>>,
    author: Option<Cow<'v, str>>,
    promised_update: bool,
    promised_resolution: bool,
}

impl TidyReader {
    /// Learns the formats of the columns. `header` names the columns of the file, `sampled` gives
    /// values of one of them.
    pub(super) fn new<'v>(
        table: &'static Table,
        file: &FileContext<'v>,
        header: &[String],
        with_synonyms: bool,
        sampled: impl Fn(usize) -> Vec<Cow<'v, str>>,
    ) -> Result<Self, String> {
        let positions = assign(table, file, header, with_synonyms)?;
        let target = |(at, name): (usize, &String)| match positions.iter().position(|position| *position == Some(at)) {
            Some(index) => fixed(table, index, file, &sampled(at)),
            None => free(table, name),
        };
        let mut targets: Vec<Target> = header.iter().enumerate().map(target).collect();
        tell_apart(&mut targets);
        let names = header.iter().enumerate().rev().map(|(at, name)| (name.clone(), at)).collect();
        Ok(Self {
            table,
            path: file.sample.path.clone(),
            zone: file.zone.clone(),
            targets,
            names,
            is_log: table.name == log_records::TABLE.name,
            is_message: table.name == public_messages::TABLE.name,
        })
    }

    fn read_json(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let Value::Object(object) = record.json()? else {
            return Err("expected a JSON object".into());
        };
        // Keys that the sample did not show are dimensions too.
        let late: Vec<Target> = object
            .keys()
            .map(|name| if self.names.contains_key(name) { Target::Nothing } else { free(self.table, name) })
            .collect();
        let values = object.iter().zip(&late).filter_map(|((name, value), late)| {
            Some((self.names.get(name).map_or(late, |at| &self.targets[*at]), json_text(value)?))
        });
        self.fill(values, out)
    }

    fn fill<'v>(&self, values: impl Iterator<Item = (&'v Target, Cow<'v, str>)>, out: &mut Rows) -> Result<(), String> {
        let mut known = Known::default();
        let line = out.line();
        let mut people = Vec::new();
        let mut row = out.row(self.table);
        if self.is_log {
            row.text(log_records::FILE, &self.path).int(log_records::LINE_NUMBER, i64::try_from(line).ok());
        }
        for (target, value) in values {
            match target {
                Target::Nothing => {}
                Target::Person => people.push(value),
                Target::Dimension(_) if values::is_null(&value) => {}
                Target::Dimension(name) => {
                    row.dimension(name, &value);
                }
                Target::Fixed { col, column, parse, part } => {
                    put(&mut row, *col, *part, parse, value, &mut known)
                        .map_err(|reason| format!("{reason} in `{}`", column.name))?;
                }
            }
        }
        known.check(self.table)?;
        if self.is_message {
            self.promises(&known, &mut row);
        }
        row.finish();
        drop(row);
        // A number is an identifier; hiding it wherever it occurs would hide other figures.
        let is_name = |name: &&Cow<'_, str>| name.chars().filter(|c| c.is_alphabetic()).count() > 2;
        if let Some(name) = known.author.as_ref().filter(is_name) {
            out.person(name);
        }
        people.iter().for_each(|name| out.person(name));
        Ok(())
    }

    /// Promises that the file has no column for, read from the text.
    fn promises(&self, known: &Known<'_>, row: &mut Row<'_>) {
        let (Some(body), Some(sent_at)) = (&known.body, known.time) else { return };
        if !known.promised_update {
            row.time(public_messages::PROMISED_NEXT_UPDATE_AT, promise::next_update(body, sent_at, &self.zone));
        }
        if !known.promised_resolution {
            row.time(public_messages::PROMISED_RESOLUTION_AT, promise::resolution(body, sent_at, &self.zone));
        }
    }
}

/// For each fixed column of the table, the column of the file that holds it.
fn assign(
    table: &Table,
    file: &FileContext<'_>,
    header: &[String],
    with_synonyms: bool,
) -> Result<Vec<Option<usize>>, String> {
    let normalised: Vec<String> = header.iter().map(|name| columns::normalised(name)).collect();
    let mut positions = columns::positions(table, &normalised, with_synonyms);
    for (canonical, name) in file.columns {
        let index = table.columns.iter().position(|column| column.name == canonical);
        let wanted = columns::normalised(name);
        let at = normalised.iter().position(|cell| *cell == wanted);
        match (index, at) {
            (Some(index), Some(at)) => {
                positions.iter_mut().filter(|position| **position == Some(at)).for_each(|position| *position = None);
                positions[index] = Some(at);
            }
            (Some(_), None) => return Err(format!("expected a column `{name}`, found none")),
            (None, _) => return Err(format!("expected a column of `{}`, found `{canonical}`", table.name)),
        }
    }
    let missing = table.columns.iter().zip(&positions).find(|(column, at)| column.is_required && at.is_none());
    if let Some((column, _)) = missing {
        return Err(format!("expected a column for `{}`, found none", column.name));
    }
    Ok(positions)
}

/// Sets one fixed column; the error lacks the name of the column.
fn put<'v>(
    row: &mut Row<'_>,
    col: Col,
    part: Part,
    parse: &Parse,
    value: Cow<'v, str>,
    known: &mut Known<'v>,
) -> Result<(), String> {
    match parse {
        Parse::Time(format) => {
            let time = match row.remembered_time(col, &value) {
                Some(micros) => Some(micros),
                None => {
                    let time = format.parse(&value)?;
                    // With an offset, equal words are equal times.
                    if let Some(micros) = time.filter(|_| part == Part::Time && value.ends_with('Z')) {
                        row.remember_time(col, &value, micros);
                    }
                    time
                }
            };
            known.note_time(part, time);
            row.time(col, time);
        }
        Parse::Float(format) => {
            row.float(col, format.parse(&value)?);
        }
        Parse::Count => {
            let count = count(&value)?;
            known.note_count(part, count);
            row.int(col, count);
        }
        Parse::Bool => {
            row.bool(col, truth(&value)?);
        }
        Parse::FreeText => {
            row.text(col, &value);
            if part == Part::Body {
                known.body = Some(value);
            }
        }
        Parse::Upper | Parse::Plain if values::is_null(&value) => {}
        Parse::Upper => {
            row.text(col, &value.to_uppercase());
        }
        Parse::Plain => {
            row.text(col, &value);
            if part == Part::Author {
                known.author = Some(value);
            }
        }
    }
    Ok(())
}

impl RecordReader for TidyReader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        match record {
            Record::Csv(record) => {
                let values =
                    self.targets.iter().enumerate().map(|(at, target)| (target, Cow::Borrowed(record.field(at))));
                self.fill(values.filter(|(_, value)| !value.is_empty()), out)
            }
            Record::Json { .. } => self.read_json(record, out),
            Record::Line(_) => Err("expected delimited text or JSON, found a line".into()),
        }
    }
}

impl Known<'_> {
    fn note_time(&mut self, part: Part, time: Option<i64>) {
        match part {
            Part::Time => self.time = time,
            Part::PromisedUpdate => self.promised_update = time.is_some(),
            Part::PromisedResolution => self.promised_resolution = time.is_some(),
            _ => {}
        }
    }

    fn note_count(&mut self, part: Part, count: Option<i64>) {
        match part {
            Part::Total => self.total = count,
            Part::Bad => self.bad = count,
            _ => {}
        }
    }

    fn check(&self, table: &Table) -> Result<(), String> {
        match (self.total, self.bad) {
            (Some(total), Some(bad)) if bad > total && table.name == sli_counts::TABLE.name => {
                Err(format!("expected at most `total` = {total} in `bad`, found {bad}"))
            }
            _ => Ok(()),
        }
    }
}

/// Text of a JSON value; `None` for null.
pub(super) fn json_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(Cow::Borrowed(text.trim())).filter(|text| !text.is_empty()),
        other => Some(Cow::Owned(other.to_string())),
    }
}

fn fixed(table: &'static Table, index: usize, file: &FileContext<'_>, sampled: &[Cow<'_, str>]) -> Target {
    let column = &table.columns[index];
    let samples: Vec<&str> = sampled.iter().map(AsRef::as_ref).collect();
    let parse = match (column.kind, column.privacy) {
        (Kind::Time, _) => Parse::Time(TimeFormat::learn(&samples, file.zone)),
        (Kind::Float, _) => Parse::Float(NumberFormat::learn(&samples, file.decimal)),
        (Kind::Int, _) => Parse::Count,
        (Kind::Bool, _) => Parse::Bool,
        (Kind::Text, Privacy::FreeText) => Parse::FreeText,
        (Kind::Text, _) if column.name == "severity_text" => Parse::Upper,
        (Kind::Text, _) => Parse::Plain,
    };
    Target::Fixed { col: table.col(column.name), column, parse, part: part(column.name) }
}

fn part(column: &str) -> Part {
    match column {
        "time" => Part::Time,
        "promised_next_update_at" => Part::PromisedUpdate,
        "promised_resolution_at" => Part::PromisedResolution,
        "total" => Part::Total,
        "bad" => Part::Bad,
        "body" => Part::Body,
        "author_key" => Part::Author,
        _ => Part::Other,
    }
}

/// Gives dimensions of one name their place among them: `host`, `host_2`.
fn tell_apart(targets: &mut [Target]) {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for target in targets {
        let Target::Dimension(name) = target else { continue };
        let count = known.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            *name = format!("{name}_{count}");
        }
    }
}

/// A column of the file that the table does not know.
fn free(table: &Table, header: &str) -> Target {
    let name = values::dimension_name(header);
    // A dimension must not shadow a fixed column.
    if !table.has_dimensions || name.is_empty() || table.column(&name).is_some() {
        return Target::Nothing;
    }
    // Dimensions are stored as they are: a table of people keeps nothing else that is personal.
    if table.name == complaints::TABLE.name && mention::is_personal(header) {
        let is_name = matches!(question::personal(header), Some(question::Personal::Name));
        return if is_name { Target::Person } else { Target::Nothing };
    }
    Target::Dimension(name)
}

/// A number of things: whole and not negative.
fn count(text: &str) -> Result<Option<i64>, String> {
    let digits = text.as_bytes();
    if digits.len() < 18 && digits.iter().all(u8::is_ascii_digit) && !digits.is_empty() {
        return Ok(Some(digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))));
    }
    if values::is_null(text) {
        return Ok(None);
    }
    match values::integer(text) {
        Some(number) if number >= 0 => Ok(Some(number)),
        _ => Err(format!("expected a count, found `{text}`")),
    }
}

fn truth(text: &str) -> Result<Option<bool>, String> {
    match values::boolean(text) {
        _ if values::is_null(text) => Ok(None),
        None => Err(format!("expected true or false, found `{text}`")),
        known => Ok(known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_one_name_are_told_apart() {
        let named = |name: &str| Target::Dimension(name.into());
        let mut targets = [named("host"), Target::Nothing, named("host"), named("pod"), named("host")];
        tell_apart(&mut targets);
        let names: Vec<&str> = targets
            .iter()
            .map(|target| match target {
                Target::Dimension(name) => name.as_str(),
                _ => "",
            })
            .collect();
        assert_eq!(names, ["host", "", "host_2", "pod", "host_3"]);
    }

    #[test]
    fn reads_counts() {
        assert_eq!(count("27"), Ok(Some(27)));
        assert_eq!(count("n/a"), Ok(None));
        assert_eq!(count("5.0"), Ok(Some(5)));
        assert_eq!(count("-3"), Err("expected a count, found `-3`".into()));
        assert!(count("2.5").is_err());
    }

    #[test]
    fn reads_truth_values() {
        assert_eq!(truth("VRAI"), Ok(Some(true)));
        assert_eq!(truth(""), Ok(None));
        assert!(truth("perhaps").is_err());
    }
}
