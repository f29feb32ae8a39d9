//! Reads one sheet of a workbook (XLSX) as delimited text, so that it takes the same way as CSV.
//!
//! A record is a row of the sheet, rows without cells included, so that the number of a record is
//! that of its row. Date cells come out as local times without offset (`2026-02-03 21:04:00`),
//! durations as `27:30:00`, numbers with a decimal point and without `.0`, formulas as the value
//! that was stored with them, errors as the sheet shows them. Merged cells are empty but for the
//! first. The sheet is streamed; what is held in memory is the table of repeated texts.
//!
//! Before the reader of workbooks sees a file, every part of it is unpacked once to nowhere and
//! measured: one that expands out of proportion, or lies about its texts, is refused.

mod cell;
mod check;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use self::cell::Around;
use crate::ingest::formats::compression::{MAX_RATIO, RATIO_FREE_BYTES};

/// Text handed over at once, in bytes.
const BLOCK: usize = 256 * 1024;

/// Size of the largest sheet there is.
const MAX_ROWS: u32 = 1 << 20;
const MAX_COLUMNS: u32 = 1 << 14;

/// Blocks that wait to be read.
const WAITING: usize = 4;

/// Which sheet of a workbook is wanted.
#[derive(Debug, Clone, Copy)]
pub enum Sheet<'a> {
    /// The one of this name, or else the first visible one that holds a cell.
    Wanted {
        /// The name.
        name: Option<&'a str>,
        /// Whether texts that are numbers have a decimal comma.
        has_decimal_comma: bool,
    },
    /// One that was looked through before.
    Surveyed(&'a Workbook),
}

impl Sheet<'static> {
    /// The first visible sheet that holds a cell.
    pub const FIRST: Self = Sheet::Wanted { name: None, has_decimal_comma: false };
}

/// What is known of a sheet before it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Workbook {
    /// Name of the sheet.
    pub sheet: String,
    /// Other visible sheets that hold cells.
    pub left: Vec<String>,
    /// Cells with a number of more digits than a workbook keeps: an identifier lost its end.
    pub long_numbers: u64,
    /// Cells that could not be read.
    pub unreadable: u64,
    width: usize,
    /// By column, whether a text in it is a number with a decimal comma.
    decimal_commas: Vec<bool>,
}

/// Looks through a workbook: which sheet is read, and how wide it is.
///
/// # Errors
/// It is damaged, expands out of proportion, or has no such sheet.
pub fn survey(file: &File, name: Option<&str>, has_decimal_comma: bool) -> io::Result<Workbook> {
    check::parts(file)?;
    guarded(|| {
        let mut book = open(file)?;
        let visible: Vec<String> = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .filter(|sheet| sheet.visible == SheetVisible::Visible || name == Some(&sheet.name))
            .map(|sheet| sheet.name.clone())
            .collect();
        if let Some(name) = name
            && !visible.iter().any(|sheet| sheet == name)
        {
            let known = visible.iter().map(|sheet| format!("`{sheet}`")).collect::<Vec<_>>().join(", ");
            return Err(io::Error::other(format!("expected a sheet `{name}`, found {known}")));
        }
        let mut found: Option<Workbook> = None;
        let mut left = Vec::new();
        for sheet in &visible {
            let is_wanted = name.map_or(found.is_none(), |name| name == sheet);
            if !is_wanted {
                if has_cells(&mut book, sheet) {
                    left.push(sheet.clone());
                }
                continue;
            }
            let surveyed = survey_sheet(&mut book, sheet, has_decimal_comma)?;
            if surveyed.width > 0 || name.is_some() {
                found = Some(surveyed);
            }
        }
        let workbook = found.ok_or_else(|| io::Error::other("the workbook has no visible sheet with a cell"))?;
        Ok(Workbook { left, ..workbook })
    })
}

/// The rows of a sheet as delimited text, `,` between cells.
pub struct SheetText {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: Vec<u8>,
    given: usize,
    is_over: bool,
}

impl std::fmt::Debug for SheetText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SheetText").field("given", &self.given).finish_non_exhaustive()
    }
}

impl SheetText {
    /// Reads the sheet that was looked through, on a thread of its own, since the reader of
    /// workbooks cannot be put down between two rows.
    ///
    /// # Errors
    /// No thread can be had.
    pub fn open(file: File, workbook: &Workbook) -> io::Result<Self> {
        let (sender, blocks) = sync_channel(WAITING);
        let workbook = workbook.clone();
        std::thread::Builder::new().name("workbook".into()).spawn(move || {
            let result = guarded(|| write_sheet(&file, &workbook, &sender));
            // The last word: no block at the end, or what went wrong. Nobody may be listening.
            let _ = sender.send(result.map(|()| Vec::new()));
        })?;
        Ok(Self { blocks, block: Vec::new(), given: 0, is_over: false })
    }
}

impl Read for SheetText {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.block.len() && !self.is_over {
            let next = self.blocks.recv().unwrap_or_else(|_| Err(damaged("the sheet ends early")));
            self.is_over = !matches!(&next, Ok(block) if !block.is_empty());
            self.block = next?;
            self.given = 0;
        }
        let count = (&self.block[self.given..]).read(buffer)?;
        self.given += count;
        Ok(count)
    }
}

type Book<'f> = Xlsx<BufReader<&'f File>>;

fn open(file: &File) -> io::Result<Book<'_>> {
    let mut reader = BufReader::new(file);
    io::Seek::rewind(&mut reader)?;
    Xlsx::new(reader).map_err(|error| damaged(&error.to_string()))
}

fn damaged(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the workbook is damaged: {why}"))
}

/// Runs the reader of workbooks, in which an odd file may break an assumption.
fn guarded<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(damaged("it breaks the rules of the format")))
}

fn has_cells(book: &mut Book<'_>, sheet: &str) -> bool {
    let Ok(mut cells) = book.worksheet_cells_reader(sheet) else { return false };
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) if matches!(cell.get_value(), DataRef::Empty) => {}
            Ok(next) => return next.is_some(),
            Err(_) => return false,
        }
    }
}

/// Calls `each` with row, column and value of every cell that is not empty; answers how many
/// could not be read, such as errors that newer programs know.
fn for_cells(
    book: &mut Book<'_>,
    sheet: &str,
    mut each: impl FnMut(usize, usize, &DataRef<'_>) -> io::Result<()>,
) -> io::Result<u64> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| damaged(&error.to_string()))?;
    let mut unreadable = 0;
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) if matches!(cell.get_value(), DataRef::Empty) => {}
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                if row >= MAX_ROWS || column >= MAX_COLUMNS {
                    return Err(damaged("a cell lies outside of any sheet"));
                }
                each(row as usize, column as usize, cell.get_value())?;
            }
            Ok(None) => return Ok(unreadable),
            Err(error) if is_of_one_cell(&error) => unreadable += 1,
            Err(error) => return Err(damaged(&error.to_string())),
        }
    }
}

/// Whether reading can go on with the next cell.
fn is_of_one_cell(error: &XlsxError) -> bool {
    matches!(
        error,
        XlsxError::CellError(_)
            | XlsxError::ParseFloat(_)
            | XlsxError::CellTAttribute(_)
            | XlsxError::Unrecognized { .. }
            | XlsxError::Unexpected(_)
    )
}

fn survey_sheet(book: &mut Book<'_>, sheet: &str, has_decimal_comma: bool) -> io::Result<Workbook> {
    let mut found = Workbook { sheet: sheet.to_owned(), ..Workbook::default() };
    let unreadable = for_cells(book, sheet, |_, column, value| {
        if column >= found.width {
            found.width = column + 1;
            found.decimal_commas.resize(found.width, has_decimal_comma);
        }
        found.long_numbers += u64::from(cell::lost_digits(value));
        found.decimal_commas[column] |= cell::has_decimal_comma(value);
        Ok(())
    })?;
    Ok(Workbook { unreadable, ..found })
}

fn write_sheet(file: &File, workbook: &Workbook, sender: &SyncSender<io::Result<Vec<u8>>>) -> io::Result<()> {
    let packed = file.metadata()?.len();
    let mut book = open(file)?;
    let is_1904 = book.has_1904_epoch();
    let mut lines =
        Lines { sender, width: workbook.width, packed, expanded: 0, row: 0, cells: Vec::new(), out: Vec::new() };
    let written = for_cells(&mut book, &workbook.sheet, |row, column, value| {
        lines.go_to(row)?;
        if lines.cells.len() <= column {
            lines.cells.resize(column + 1, String::new());
        }
        let has_decimal_comma = workbook.decimal_commas.get(column).is_some_and(|has| *has);
        lines.cells[column] = cell::text(value, Around { is_1904, has_decimal_comma });
        Ok(())
    });
    // Rows before the damage are handed over, then the damage.
    if !lines.cells.is_empty() {
        lines.end_row()?;
    }
    lines.hand_over()?;
    written.map(|_| ())
}

/// Rows on their way out.
struct Lines<'s> {
    sender: &'s SyncSender<io::Result<Vec<u8>>>,
    width: usize,
    packed: u64,
    expanded: u64,
    row: usize,
    cells: Vec<String>,
    out: Vec<u8>,
}

impl Lines<'_> {
    fn go_to(&mut self, row: usize) -> io::Result<()> {
        if row < self.row {
            return Err(damaged("its rows are out of order"));
        }
        while self.row < row {
            self.end_row()?;
            self.row += 1;
        }
        Ok(())
    }

    /// Writes the row; all rows with a cell have as many fields as the widest.
    fn end_row(&mut self) -> io::Result<()> {
        if self.cells.iter().any(|cell| !cell.is_empty()) {
            let fields = self.width.max(self.cells.len());
            for at in 0..fields {
                if at > 0 {
                    self.out.push(b',');
                }
                cell::quoted(self.cells.get(at).map_or("", String::as_str), &mut self.out);
            }
        }
        self.out.push(b'\n');
        self.cells.clear();
        if self.out.len() >= BLOCK { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        self.expanded += self.out.len() as u64;
        if self.expanded > RATIO_FREE_BYTES && self.expanded > self.packed.saturating_mul(MAX_RATIO) {
            return Err(io::Error::other(format!("the sheet expands more than {MAX_RATIO} times")));
        }
        let block = std::mem::take(&mut self.out);
        self.sender.send(Ok(block)).map_err(|_| io::Error::other("nobody reads the sheet any more"))
    }
}

#[cfg(test)]
mod tests;
