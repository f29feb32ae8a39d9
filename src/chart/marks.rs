//! Signs for events: one shape per kind of source, so that they survive greyscale.
//!
//! In: a kind and a place. Out: shapes on the canvas. A mark never stands without a
//! word beside it or in the caption; the words are written elsewhere.

use super::canvas::Canvas;
use super::label::Area;
use super::theme::{CONTEXT, Token};

/// What an event comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Something a system did: a square.
    System,
    /// Something people did: a disc.
    People,
    /// A public message: a triangle.
    Public,
    /// Complaints: a diamond.
    Complaint,
    /// A metric moved to another level: an upright bar.
    Shift,
    /// What people tried: a ring.
    Attempt,
    /// A report from outside: a triangle on its tip.
    Outside,
}

impl Mark {
    /// The colour the mark has when nothing else decides.
    pub const fn token(self) -> Token {
        match self {
            Self::Public => Token::Comms,
            Self::Complaint => Token::People,
            Self::System | Self::People | Self::Shift | Self::Attempt | Self::Outside => Token::Ink,
        }
    }

    /// Draws the mark around a place, `radius` in pixels (4.5 is the usual size).
    pub fn draw(self, canvas: &mut Canvas, (x, y): (f64, f64), radius: f64, token: Token) {
        let r = radius;
        match self {
            Self::System => {
                let side = r - 0.5;
                canvas.rect(Area::new(x - side, y - side, x + side, y + side), token);
            }
            Self::People => canvas.disc((x, y), r, token),
            Self::Public => {
                let points = vec![(x - r - 0.5, y + r - 0.5), (x + r + 0.5, y + r - 0.5), (x, y - r - 0.5)];
                canvas.polygon(points, token, 1.0);
            }
            Self::Complaint => {
                let r = r + 0.5;
                canvas.polygon(vec![(x - r, y), (x, y - r), (x + r, y), (x, y + r)], token, 1.0);
            }
            Self::Shift => canvas.rect(Area::new(x - 1.25, y - 5.5, x + 1.25, y + 5.5), token),
            Self::Outside => {
                let points = vec![(x - r - 0.5, y - r + 0.5), (x + r + 0.5, y - r + 0.5), (x, y + r + 0.5)];
                canvas.polygon(points, token, 1.0);
            }
            Self::Attempt => canvas.ring((x, y), r - 1.0, token, CONTEXT),
        }
    }
}

/// Draws a level interval with caps of ten pixels.
pub fn level_interval(canvas: &mut Canvas, left: f64, right: f64, y: f64, token: Token) {
    canvas.line((left, y), (right, y), token, CONTEXT);
    for x in [left, right] {
        canvas.line((x, y - 5.0), (x, y + 5.0), token, CONTEXT);
    }
}

/// Draws an estimate with its interval: a dot on a line between two caps.
pub fn dot(canvas: &mut Canvas, x: f64, interval: Option<(f64, f64)>, y: f64, token: Token) {
    if let Some((left, right)) = interval {
        level_interval(canvas, left, right, y, token);
    }
    canvas.disc((x, y), 3.0, token);
}

/// Fills a rectangle with strokes of 45 degrees, five pixels apart, cut to it: the sign
/// for "nothing was measured here".
pub fn hatch(canvas: &mut Canvas, area: Area) {
    let (width, height) = (area.width(), area.height());
    if !(width > 0.0 && height > 0.0) {
        return;
    }
    let mut offset = 5.0;
    while offset < width + height {
        let from = (area.left + (offset - height).max(0.0), area.bottom - (height - offset).max(0.0));
        let to = (area.left + offset.min(width), area.top + (offset - width).max(0.0));
        canvas.line(from, to, Token::Rule, 1.0);
        offset += 5.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_inside_its_rectangle() {
        for (width, height) in [(40.0, 10.0), (10.0, 40.0), (3.0, 3.0)] {
            let mut canvas = Canvas::new(100.0, 100.0);
            hatch(&mut canvas, Area::new(20.0, 30.0, 20.0 + width, 30.0 + height));
            let svg = canvas.finish_cell();
            for (name, low, high) in [("x", 20.0, 20.0 + width), ("y", 30.0, 30.0 + height)] {
                for end in ["1", "2"] {
                    for part in svg.split(&format!(" {name}{end}=\"")).skip(1) {
                        let value: f64 = part.split('"').next().unwrap().parse::<f64>().unwrap() / 4.0;
                        assert!((low..=high).contains(&value), "{name}{end} {value}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_area_without_extent_is_not_hatched() {
        let mut canvas = Canvas::new(10.0, 10.0);
        hatch(&mut canvas, Area::new(5.0, 5.0, 5.0, 5.0));
        hatch(&mut canvas, Area::new(5.0, 5.0, f64::NAN, 9.0));
        assert!(!canvas.finish_cell().contains("<line"));
    }

    #[test]
    fn every_mark_has_a_shape_of_its_own() {
        let drawn: Vec<String> =
            [Mark::System, Mark::People, Mark::Public, Mark::Complaint, Mark::Shift, Mark::Attempt, Mark::Outside]
                .into_iter()
                .map(|mark| {
                    let mut canvas = Canvas::new(20.0, 20.0);
                    mark.draw(&mut canvas, (10.0, 10.0), 4.5, Token::Ink);
                    canvas.finish_cell()
                })
                .collect();
        for (index, svg) in drawn.iter().enumerate() {
            assert!(!drawn[..index].contains(svg));
        }
    }
}
