//! What came of the inputs so far: rows are counted, repeated ones taken out, and the others
//! handed on in the order of the files.
//!
//! Works on one wave while the next one is parsed, see the parent module.

use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};

use super::passes::Passes;
use super::waves::Outcome;
use super::{Files, Stage};
use crate::ingest::accounting::{Accounts, InputRow, Span, Summary};
use crate::ingest::error::IngestError;
use crate::ingest::formats::units::Damage;
use crate::ingest::formats::xlsx::Workbook;
use crate::ingest::recognise::{self, Plan};
use crate::ingest::redact::Redactor;
use crate::ingest::reject::Reject;
use crate::ingest::rows::{Piece, TableBatch};
use crate::ingest::warning::Warning;

/// Counts, warnings and rejects of all files.
pub(super) struct Ledger<'a> {
    files: Files<'a>,
    accounts: Accounts,
    passes: Passes,
    warnings: Vec<Warning>,
}

impl<'a> Ledger<'a> {
    /// Nothing has come yet.
    pub(super) fn new(files: Files<'a>) -> Self {
        Self { files, accounts: Accounts::default(), passes: Passes::default(), warnings: Vec::new() }
    }

    /// Remembers what a rehearsal tells of a file: how recent the newest state of each record is.
    pub(super) fn learn(&mut self, file: usize, piece: &Piece) {
        let source = self.files.plan(file).source;
        if source.keeps_newest() {
            piece.tables.iter().for_each(|rows| self.accounts.learn_newest(source.name(), rows));
        }
    }

    /// Adds a warning that belongs to no file.
    pub(super) fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    /// Takes what came of a wave, in order, and hands the rows to `sink`.
    pub(super) fn keep<E: From<IngestError>>(
        &mut self,
        wave: Vec<(usize, Outcome)>,
        redactor: &Arc<Redactor>,
        sink: &mut impl FnMut(&str, TableBatch) -> Result<(), E>,
    ) -> Result<(), E> {
        for (file, outcome) in wave {
            let piece = match outcome {
                Outcome::Piece(piece) => piece,
                Outcome::Damage(damage) => {
                    self.damage(file, damage, redactor);
                    continue;
                }
                Outcome::End { replaced, assumed } => {
                    self.end(file, replaced, assumed);
                    let mut rows = self.files.rows(file, redactor, Stage::Read);
                    self.files.plan(file).reader.finish(&mut rows);
                    rows.finish()
                }
            };
            self.keep_piece(file, piece, sink)?;
        }
        Ok(())
    }

    fn keep_piece<E: From<IngestError>>(
        &mut self,
        file: usize,
        piece: Piece,
        sink: &mut impl FnMut(&str, TableBatch) -> Result<(), E>,
    ) -> Result<(), E> {
        let plan = self.files.plan(file);
        self.accounts.reject(file, piece.rejects);
        for rows in piece.tables {
            let rows = self.passes.place(file, &plan.assumptions, plan.clock_ahead, rows);
            let rows = self.accounts.take(file, plan.source.name(), rows)?;
            if rows.batch.num_rows() > 0 {
                let path = self.files.path(file);
                sink(path, with_input(rows, path))?;
            }
        }
        Ok(())
    }

    fn damage(&mut self, file: usize, damage: Damage, redactor: &Redactor) {
        let source = self.files.plan(file).source;
        self.accounts.count_reject(file, source.tables()[0]);
        let excerpt = Reject::excerpt(&damage.excerpt, |text| redactor.free_text(text));
        let (path, source) = (self.files.path(file).to_owned(), source.name().to_owned());
        let reject = Reject { file: path, line: damage.line, source, reason: damage.reason, excerpt };
        self.accounts.reject(file, vec![reject]);
    }

    fn end(&mut self, file: usize, replaced: u64, assumed: Option<&'static str>) {
        let path = || self.files.path(file).to_owned();
        self.warnings.extend((replaced > 0).then(|| Warning::Replaced { file: path(), count: replaced }));
        self.warnings.extend(assumed.map(|encoding| Warning::EncodingAssumed { file: path(), encoding }));
    }

    /// All that came of the inputs.
    pub(super) fn finish(mut self) -> Summary {
        let (mut inputs, mut spans) = (Vec::new(), Vec::new());
        let Files { files, plans } = self.files;
        for (file, mark) in files.iter().zip(recognise::unfinished(plans)) {
            let more = |mark: &str| Warning::MorePages { file: file.path.clone(), mark: mark.to_owned() };
            self.warnings.extend(mark.map(more));
        }
        for (at, (file, plan)) in files.iter().zip(plans).enumerate() {
            let blake3 = file.hash.as_ref().ok().map(|hash| hash.to_hex().to_string());
            let row = InputRow { path: file.path.clone(), blake3, ..InputRow::default() };
            let plan = match plan {
                Ok(plan) => plan,
                Err(why) => {
                    inputs.push(InputRow { why: Some(why.clone()), ..row });
                    continue;
                }
            };
            self.note(at, plan);
            let row = InputRow { source: Some(plan.source.name()), ..row };
            let before = inputs.len();
            for (table, counts) in self.accounts.of_file(at) {
                inputs.push(InputRow {
                    table: Some(table),
                    rows_read: counts.kept + counts.rejected + counts.duplicate,
                    rows_kept: counts.kept,
                    rows_rejected: counts.rejected,
                    rows_duplicate: counts.duplicate,
                    ..row.clone()
                });
                spans.extend(counts.span.map(|(first, last)| Span { file: file.path.clone(), table, first, last }));
            }
            if inputs.len() == before {
                let why = Some("it holds no record".to_owned());
                inputs.push(InputRow { table: Some(plan.source.tables()[0]), why, ..row });
            }
        }
        self.warnings.sort();
        Summary { inputs, rejects: self.accounts.into_rejects(), warnings: self.warnings, spans }
    }

    fn note(&mut self, file: usize, plan: &Plan) {
        let path = self.files.path(file);
        if plan.clock_ahead != 0 {
            self.warnings.push(Warning::ClockMoved { file: path.to_owned(), ahead: plan.clock_ahead });
        }
        // Clocks know better; an adapter that reads times by itself has none.
        if let Some(zone) = plan.zone_assumed.as_ref().filter(|_| !plan.assumptions.has_clocks()) {
            self.warnings.push(Warning::ZoneAssumed { file: path.to_owned(), zone: zone.clone() });
        }
        if let Some(workbook) = &plan.workbook {
            self.warnings.extend(workbook_warnings(path, workbook));
        }
        let is_needless = |warning: &Warning| plan.names_zone && matches!(warning, Warning::ZoneAssumed { .. });
        let assumed = plan.assumptions.warnings(path, self.passes.placed(file));
        self.warnings.extend(assumed.into_iter().filter(|warning| !is_needless(warning)));
        self.warnings.extend(self.accounts.odd(file, path));
        if let Some(count) = self.accounts.cut_rejects(file) {
            self.warnings.push(Warning::RejectsCut { file: path.to_owned(), count });
        }
    }
}

/// Names the input in tables that want it, after rows were compared: the same row of another file is
/// no other row.
fn with_input(rows: TableBatch, path: &str) -> TableBatch {
    let Some(column) = rows.table.input_file() else { return rows };
    let mut columns = rows.batch.columns().to_vec();
    columns[column.index()] = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(path, rows.batch.num_rows())));
    let batch = RecordBatch::try_new(rows.batch.schema(), columns).expect("a text in a column of texts");
    TableBatch { batch, ..rows }
}

/// What the reader of a report should know of the sheet that was read.
fn workbook_warnings(file: &str, workbook: &Workbook) -> Vec<Warning> {
    let file = || file.to_owned();
    let mut warnings = Vec::new();
    if !workbook.left.is_empty() {
        let (sheet, left) = (workbook.sheet.clone(), workbook.left.clone());
        warnings.push(Warning::SheetsLeft { file: file(), sheet, left });
    }
    if workbook.long_numbers > 0 {
        warnings.push(Warning::DigitsLost { file: file(), count: workbook.long_numbers });
    }
    if workbook.unreadable > 0 {
        warnings.push(Warning::CellsUnreadable { file: file(), count: workbook.unreadable });
    }
    warnings
}
