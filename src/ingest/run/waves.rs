//! Cuts the files one after the other into waves of units, so that a bounded amount of text is
//! in memory while all cores have something to read.

use crate::ingest::files::InputFile;
use crate::ingest::formats::compression;
use crate::ingest::formats::units::{Damage, UNIT, Unit, Units};
use crate::ingest::formats::xlsx::Sheet;
use crate::ingest::recognise::Plan;
use crate::ingest::rows::Piece;

/// Something to be read, or a reason why it cannot be, in its place.
pub(super) struct Item {
    pub(super) file: usize,
    pub(super) content: Content,
}

pub(super) enum Content {
    Unit(Unit),
    Damage(Damage),
    /// A file ends here.
    End {
        /// Characters that could not be decoded.
        replaced: u64,
        /// Encoding that the file does not say.
        assumed: Option<&'static str>,
    },
}

/// What came of an item.
pub(super) enum Outcome {
    Piece(Piece),
    Damage(Damage),
    /// All records of the file stand before, see [`Content::End`].
    End {
        replaced: u64,
        assumed: Option<&'static str>,
    },
}

/// Cuts the files one after the other into waves of units.
pub(super) struct Waves<'a> {
    files: &'a [InputFile],
    plans: &'a [Result<Plan, String>],
    wanted: &'a [usize],
    next: usize,
    open: Option<(usize, Units)>,
    size: usize,
}

impl<'a> Waves<'a> {
    pub(super) fn new(files: &'a [InputFile], plans: &'a [Result<Plan, String>], wanted: &'a [usize]) -> Self {
        // Several units a core even out units that take longer.
        let size = rayon::current_num_threads().clamp(2, 16) * 4 * UNIT;
        Self { files, plans, wanted, next: 0, open: None, size }
    }

    pub(super) fn done(&self) -> usize {
        self.next - usize::from(self.open.is_some())
    }

    /// The next units, about `size` bytes of text; empty at the end.
    pub(super) fn next_wave(&mut self) -> Vec<Item> {
        let (mut wave, mut bytes) = (Vec::new(), 0);
        while bytes < self.size {
            let Some((file, units)) = self.open.as_mut() else {
                let Some(file) = self.wanted.get(self.next).copied() else { break };
                self.next += 1;
                match self.start(file) {
                    Ok(units) => self.open = Some((file, units)),
                    Err(damage) => wave.push(Item { file, content: Content::Damage(damage) }),
                }
                continue;
            };
            let file = *file;
            let content = match units.next_unit() {
                Some(Ok(unit)) => {
                    bytes += unit.len();
                    Content::Unit(unit)
                }
                Some(Err(damage)) => Content::Damage(damage),
                None => {
                    let (replaced, assumed) = (units.replaced(), units.assumed_encoding());
                    self.open = None;
                    Content::End { replaced, assumed }
                }
            };
            wave.push(Item { file, content });
        }
        wave
    }

    fn start(&self, file: usize) -> Result<Units, Damage> {
        let plan = self.plans[file].as_ref().expect("only files with a plan are wanted");
        let sheet = plan.workbook.as_ref().map_or(Sheet::FIRST, Sheet::Surveyed);
        match compression::open(&self.files[file].place, &sheet) {
            Ok(opened) => Ok(Units::new(opened.reader, plan.cut.clone())),
            Err(error) => {
                let reason = format!("expected a readable file, found: {error}");
                Err(Damage { line: 0, reason, excerpt: String::new() })
            }
        }
    }
}
