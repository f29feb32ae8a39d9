//! The only place that writes to the terminal. Data go to standard output, everything else to
//! standard error; a closed pipe is success.

use std::io::{self, IsTerminal as _, Write};
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use crate::pipeline::{PipelineError, Step};

/// Where words and progress go.
#[derive(Debug)]
pub struct Terminal {
    is_quiet: bool,
    bar: ProgressBar,
    last: Mutex<String>,
}

impl Terminal {
    /// A terminal; with `is_quiet` only errors and data are written.
    pub fn new(is_quiet: bool) -> Self {
        let is_interactive = !is_quiet && io::stderr().is_terminal();
        let target = if is_interactive { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        // The template is a constant of ours, so it is valid.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        Self { is_quiet, bar, last: Mutex::new(String::new()) }
    }

    /// Writes data; a reader that went away is no error.
    pub fn data(&self, bytes: &[u8]) -> io::Result<()> {
        self.bar.suspend(|| {
            let mut out = io::stdout().lock();
            match out.write_all(bytes).and_then(|()| out.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                other => other,
            }
        })
    }

    /// Writes data that is text for people. Control characters of inputs are shown, not obeyed.
    pub fn text(&self, text: &str) -> Result<(), PipelineError> {
        self.data(visible(text).as_bytes()).map_err(PipelineError::Output)
    }

    /// Says something to a person, unless quiet. Control characters of inputs are shown, not obeyed.
    pub fn say(&self, line: &str) {
        if !self.is_quiet {
            self.error(line);
        }
    }

    /// Says something even when quiet.
    pub fn error(&self, line: &str) {
        let visible = visible(line);
        // A terminal that cannot be written to cannot be told about it either.
        self.bar.suspend(|| drop(writeln!(io::stderr().lock(), "{visible}")));
    }

    /// Writes an error with its place and its remedy, without colours: they would have to pass
    /// through unfiltered, together with whatever an input holds.
    pub fn failure(&self, error: &dyn Diagnostic) {
        let mut text = String::new();
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
        match handler.render_report(&mut text, error) {
            Ok(()) => self.error(text.trim_end()),
            Err(_) => self.error(&error.to_string()),
        }
    }

    /// Shows what a run is doing: a moving line on a terminal, one line for each stage otherwise.
    pub fn progress(&self, step: &Step) {
        let (stage, detail) = match step {
            Step::Ingest { done, total } => {
                ("reading the exports", format!("reading the exports: {done} of {total} files"))
            }
            Step::Query { name } => ("asking the catalogue", format!("asking the catalogue: {name}")),
            Step::Charts => ("drawing the charts", "drawing the charts".into()),
            Step::Wording => ("reading the documents over", "reading the documents over".into()),
            Step::Document { path } => ("writing the documents", format!("writing {path}")),
        };
        self.bar.set_message(detail);
        self.bar.tick();
        if self.bar.is_hidden() && !self.is_quiet {
            let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if *last != stage {
                stage.clone_into(&mut last);
                self.error(stage);
            }
        }
    }

    /// Takes the moving line away.
    pub fn done(&self) {
        self.bar.finish_and_clear();
    }
}

/// Escape sequences and bidirectional controls as visible marks.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_not_obeyed() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c"), "a\u{fffd}[31mb\u{fffd}c");
    }
}
