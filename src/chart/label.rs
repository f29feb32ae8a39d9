//! Text in charts: what it may hold, how wide it is, where it may stand.
//!
//! In: text by people and programs. Out: text that is safe to draw, its width in
//! pixels, shortened and wrapped forms, and free places for it. It draws nothing.
//! Widths are those of the widest face of the page's stack (Inter), so a label
//! that fits here fits in the others too.

use super::theme::{LINE_HEIGHT, TEXT};

/// A rectangle on the canvas, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge, not less than the left one.
    pub right: f64,
    /// Lower edge, not less than the upper one.
    pub bottom: f64,
}

/// Where the given place is in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// At its left end.
    Start,
    /// In its middle.
    Middle,
    /// At its right end.
    End,
}

/// Places that are taken, and the search for free ones.
#[derive(Debug, Clone, Default)]
pub struct Places {
    taken: Vec<Area>,
}

impl Area {
    /// Builds the rectangle between two corners.
    pub const fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self { left, top, right, bottom }
    }

    /// Width in pixels.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Height in pixels.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// True when both share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// True when the place is inside or on the edge.
    pub fn holds(&self, x: f64, y: f64) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// True when `other` is wholly inside.
    pub fn encloses(&self, other: &Self) -> bool {
        self.holds(other.left, other.top) && self.holds(other.right, other.bottom)
    }

    /// The same rectangle with `by` pixels added on each side.
    #[must_use]
    pub fn grown(&self, by: f64) -> Self {
        Self::new(self.left - by, self.top - by, self.right + by, self.bottom + by)
    }
}

impl Places {
    /// Marks a rectangle as taken.
    pub fn take(&mut self, area: Area) {
        self.taken.push(area);
    }

    /// True when nothing taken overlaps.
    pub fn is_free(&self, area: &Area) -> bool {
        self.taken.iter().all(|other| !other.overlaps(area))
    }

    /// Number of taken rectangles that overlap.
    pub fn crossings(&self, area: &Area) -> usize {
        self.taken.iter().filter(|other| other.overlaps(area)).count()
    }
}

/// Removes what must not reach a drawing: control characters, marks that turn the
/// direction of text, and what XML forbids. White space of any kind becomes a space,
/// no-break spaces stay.
pub fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|character| match character {
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
            '\u{0}'..='\u{1F}'
            | '\u{7F}'..='\u{9F}'
            | '\u{61C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{FFFE}'
            | '\u{FFFF}' => None,
            other => Some(other),
        })
        .collect()
}

/// Cleans text and writes the five signs of XML as entities.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in clean(text).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Width of cleaned text at the one size of chart text, in pixels.
pub fn width(text: &str, bold: bool) -> f64 {
    let thousandths: u32 = clean(text).chars().map(|character| advance(character, bold)).sum();
    f64::from(thousandths) * TEXT / 1000.0
}

/// Cuts text to `room` pixels; what was cut ends in an ellipsis.
pub fn shorten(text: &str, bold: bool, room: f64) -> String {
    let text = clean(text);
    if width(&text, bold) <= room {
        return text;
    }
    let limit = room - width("…", bold);
    let mut used = 0.0;
    let mut kept = String::new();
    for character in text.chars() {
        used += f64::from(advance(character, bold)) * TEXT / 1000.0;
        if used > limit {
            break;
        }
        kept.push(character);
    }
    if kept.is_empty() {
        return String::new();
    }
    format!("{}…", kept.trim_end())
}

/// Breaks text at spaces into at most `lines` lines of `room` pixels; the last one is
/// shortened when the rest does not fit. Empty text gives no line.
pub fn wrap(text: &str, bold: bool, room: f64, lines: usize) -> Vec<String> {
    let text = clean(text);
    let mut wrapped: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match wrapped.last_mut() {
            Some(line) if wrapped_fits(line, word, bold, room) => {
                line.push(' ');
                line.push_str(word);
            }
            _ => wrapped.push(word.to_owned()),
        }
    }
    let rest = wrapped.split_off(lines.min(wrapped.len()));
    if let Some(last) = wrapped.last_mut().filter(|_| !rest.is_empty()) {
        *last = format!("{last} {}", rest.join(" "));
    }
    wrapped.iter().map(|line| shorten(line, bold, room)).collect()
}

/// Like [`wrap`], with lines of nearly the same length, so that no word stands alone.
pub fn wrap_evenly(text: &str, bold: bool, room: f64, lines: usize) -> Vec<String> {
    let widest = wrap(text, bold, room, lines);
    let mut best = widest.clone();
    let mut narrower = room;
    while narrower > 24.0 {
        narrower -= 6.0;
        let tried = wrap(text, bold, narrower, lines);
        if tried.len() != widest.len() || tried.iter().any(|line| line.ends_with('…')) {
            break;
        }
        best = tried;
    }
    best
}

/// The rectangle text takes when its base line starts at `x`, `y`.
pub fn text_area(text: &str, bold: bool, x: f64, y: f64, anchor: Anchor) -> Area {
    block_area(&[text.to_owned()], bold, x, y, anchor)
}

/// The rectangle of several lines, the first with its base line at `y`.
pub fn block_area(lines: &[String], bold: bool, x: f64, y: f64, anchor: Anchor) -> Area {
    let wide = lines.iter().map(|line| width(line, bold)).fold(0.0, f64::max);
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - wide / 2.0,
        Anchor::End => x - wide,
    };
    let below = lines.len().saturating_sub(1) as f64 * LINE_HEIGHT;
    Area::new(left, y - 10.0, left + wide, y + 3.0 + below)
}

fn wrapped_fits(line: &str, word: &str, bold: bool, room: f64) -> bool {
    width(line, bold) + width(" ", bold) + width(word, bold) <= room
}

/// Advance of a character in thousandths of the text size. Digits are tabular.
fn advance(character: char, bold: bool) -> u32 {
    let table = if bold { &BOLD } else { &REGULAR };
    let code = u32::from(character);
    match code {
        0x30..=0x39 => {
            if bold {
                690
            } else {
                645
            }
        }
        0x20..=0x7E => u32::from(table[(code - 0x20) as usize]),
        0x300..=0x36F => 0,
        0xA0 | 0x202F | 0x2009 => 285,
        0x2014 | 0x2026 | 0x2190..=0x2193 => 1040,
        0x1100..=0x11FF | 0x2E80..=0xD7FF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFF60 | 0x1F000.. => 1100,
        _ => {
            if bold {
                690
            } else {
                660
            }
        }
    }
}

/// Advances of the characters from space to tilde in Inter 3.019 Regular.
const REGULAR: [u16; 95] = [
    281, 278, 403, 631, 638, 812, 639, 222, 362, 362, 500, 659, 280, 460, 276, 357, 625, 464, 605, 636, 642, 608, 624,
    571, 616, 624, 276, 280, 659, 659, 659, 507, 936, 676, 651, 727, 719, 598, 587, 743, 740, 264, 543, 652, 562, 889,
    753, 761, 635, 761, 639, 638, 642, 741, 676, 949, 642, 665, 625, 362, 357, 362, 469, 452, 497, 564, 621, 558, 621,
    582, 361, 609, 591, 237, 237, 544, 237, 869, 585, 597, 609, 609, 372, 523, 364, 581, 557, 812, 540, 557, 541, 362,
    327, 362, 659,
];

/// Advances of the same characters in Inter 3.019 Bold.
const BOLD: [u16; 95] = [
    232, 325, 392, 650, 655, 859, 674, 209, 409, 409, 565, 680, 303, 469, 298, 390, 688, 489, 630, 659, 678, 645, 660,
    595, 661, 660, 298, 303, 680, 680, 680, 562, 1031, 748, 661, 752, 727, 613, 585, 761, 746, 281, 570, 690, 567, 915,
    735, 782, 648, 783, 656, 655, 668, 729, 748, 1036, 714, 724, 667, 409, 390, 409, 488, 477, 497, 580, 635, 587, 635,
    598, 386, 633, 624, 272, 272, 582, 272, 912, 622, 614, 632, 632, 409, 562, 388, 622, 586, 850, 574, 586, 572, 409,
    374, 409, 680,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_made_harmless() {
        assert_eq!(escape("<script>\"'&\u{202E}x\u{0}\n"), "&lt;script&gt;&quot;&apos;&amp;x ");
    }

    #[test]
    fn no_break_spaces_survive() {
        assert_eq!(clean("20\u{a0}h\u{202f}44"), "20\u{a0}h\u{202f}44");
    }

    #[test]
    fn long_text_is_cut_to_its_room() {
        let cut = shorten(&"gateway ".repeat(40), false, 100.0);
        assert!(cut.ends_with('…') && width(&cut, false) <= 100.0);
        assert_eq!(shorten("short", false, 100.0), "short");
        assert_eq!(shorten("wide", false, 3.0), "");
    }

    #[test]
    fn text_wraps_at_spaces_and_keeps_the_rest_in_the_last_line() {
        assert_eq!(wrap("set-top boxes in the North", true, 90.0, 3), ["set-top boxes", "in the North"]);
        assert_eq!(wrap("a b c d", false, 12.0, 1).len(), 1);
        assert!(wrap("", false, 50.0, 2).is_empty());
    }

    #[test]
    fn even_lines_leave_no_word_alone() {
        let lines = wrap_evenly("An export of the care desk would do that", false, 200.0, 4);
        assert_eq!(lines, ["An export of the care", "desk would do that"]);
        assert_eq!(wrap_evenly("one", false, 200.0, 4), ["one"]);
    }

    #[test]
    fn touching_rectangles_do_not_overlap() {
        let area = Area::new(0.0, 0.0, 10.0, 10.0);
        assert!(!area.overlaps(&Area::new(10.0, 0.0, 20.0, 10.0)));
        assert!(area.overlaps(&Area::new(9.0, 9.0, 20.0, 20.0)));
    }
}
