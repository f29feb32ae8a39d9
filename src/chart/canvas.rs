//! The drawing surface: the only file that names plotters.
//!
//! In: lines, curves, rectangles, circles and text in pixels. Out: an `svg` element.
//! Everything is drawn at four times its size, because the SVG backend knows whole
//! pixels only; places are then exact to a quarter of a pixel and the bytes are the
//! same on every machine. What is not finite is not drawn. Colours, places and sizes
//! are decided elsewhere.

use plotters::prelude::{DrawingBackend, IntoFont, RGBColor, SVGBackend, ShapeStyle, TextStyle};
use plotters::style::Color as _;
use plotters::style::FontStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::label::{Anchor, Area, clean, escape, text_area};
use super::svg_text::{SCALE, tidy};
use super::theme::{HAIR, LINE_HEIGHT, TEXT, Token};
use super::{Alt, Variant};

/// Places further out than this are pulled in (in units); nothing is visible there.
const FAR: f64 = 100_000.0;
/// The backend divides the size of text by this number.
const BACKEND_TEXT_RATIO: f64 = 1.24;

/// A surface of a fixed size that remembers what was drawn, in order.
#[derive(Debug, Clone)]
pub struct Canvas {
    width: f64,
    height: f64,
    shapes: Vec<Shape>,
}

#[derive(Debug, Clone)]
enum Shape {
    Line { from: (f64, f64), to: (f64, f64), token: Token, width: f64 },
    Curve { points: Vec<(f64, f64)>, token: Token, width: f64 },
    Polygon { points: Vec<(f64, f64)>, token: Token, opacity: f64 },
    Rect { area: Area, token: Token },
    Disc { center: (f64, f64), radius: f64, token: Token },
    Ring { center: (f64, f64), radius: f64, token: Token, width: f64 },
    Text { x: f64, y: f64, anchor: Anchor, token: Token, bold: bool, text: String },
}

impl Canvas {
    /// An empty surface, sizes in pixels.
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, shapes: Vec::new() }
    }

    /// Draws a straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), token: Token, width: f64) {
        self.push_if(finite(&[from, to]), Shape::Line { from, to, token, width });
    }

    /// Draws a level line of one pixel.
    pub fn level(&mut self, left: f64, right: f64, y: f64, token: Token) {
        self.line((left, y), (right, y), token, HAIR);
    }

    /// Draws an upright line of one pixel in the pieces that `avoid` leaves free.
    pub fn upright_between(&mut self, x: f64, top: f64, bottom: f64, token: Token, avoid: &[Area]) {
        let mut hidden: Vec<(f64, f64)> = avoid
            .iter()
            .filter(|area| area.left - 2.0 < x && x < area.right + 2.0)
            .map(|area| (area.top, area.bottom))
            .collect();
        hidden.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut from = top;
        for (start, end) in hidden {
            if start > from && start <= bottom {
                self.line((x, from), (x, start), token, HAIR);
            }
            from = from.max(end);
        }
        if from < bottom {
            self.line((x, from), (x, bottom), token, HAIR);
        }
    }

    /// Draws a curve through the points; fewer than two draw nothing.
    pub fn curve(&mut self, points: Vec<(f64, f64)>, token: Token, width: f64) {
        self.push_if(points.len() > 1 && finite(&points), Shape::Curve { points, token, width });
    }

    /// Fills a polygon; `opacity` from 0 to 1.
    pub fn polygon(&mut self, points: Vec<(f64, f64)>, token: Token, opacity: f64) {
        self.push_if(points.len() > 2 && finite(&points), Shape::Polygon { points, token, opacity });
    }

    /// Fills a rectangle; one without extent draws nothing.
    pub fn rect(&mut self, area: Area, token: Token) {
        let corners = [(area.left, area.top), (area.right, area.bottom)];
        let drawn = finite(&corners) && area.width() > 0.0 && area.height() > 0.0;
        self.push_if(drawn, Shape::Rect { area, token });
    }

    /// Fills a circle.
    pub fn disc(&mut self, center: (f64, f64), radius: f64, token: Token) {
        self.push_if(finite(&[center]), Shape::Disc { center, radius, token });
    }

    /// Draws a circle with a `paper` middle.
    pub fn ring(&mut self, center: (f64, f64), radius: f64, token: Token, width: f64) {
        self.disc(center, radius, Token::Paper);
        self.push_if(finite(&[center]), Shape::Ring { center, radius, token, width });
    }

    /// Writes one line of text with its base line at `y`. Empty text draws nothing.
    pub fn text(&mut self, x: f64, y: f64, anchor: Anchor, token: Token, text: &str) {
        self.write(x, y, anchor, token, false, text);
    }

    /// Writes one line of bold text.
    pub fn bold(&mut self, x: f64, y: f64, anchor: Anchor, token: Token, text: &str) {
        self.write(x, y, anchor, token, true, text);
    }

    /// Writes several lines below each other, the first with its base line at `y`.
    pub fn block(&mut self, x: f64, y: f64, anchor: Anchor, token: Token, bold: bool, lines: &[String]) {
        for (row, line) in lines.iter().enumerate() {
            self.write(x, y + row as f64 * LINE_HEIGHT, anchor, token, bold, line);
        }
    }

    /// Writes text on a `paper` rectangle that hides the line it crosses.
    pub fn text_on_paper(&mut self, x: f64, y: f64, anchor: Anchor, token: Token, text: &str) {
        let area = text_area(text, false, x, y, anchor);
        self.rect(Area::new(area.left - 4.0, y - 12.0, area.right + 4.0, y + 4.0), Token::Paper);
        self.text(x, y, anchor, token, text);
    }

    /// The rectangles of all texts, with the texts, in drawing order.
    pub fn text_areas(&self) -> Vec<(Area, &str)> {
        self.shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Text { x, y, anchor, bold, text, .. } => {
                    Some((text_area(text, *bold, *x, *y, *anchor), text.as_str()))
                }
                _ => None,
            })
            .collect()
    }

    /// The whole element of a chart, with title and description for a voice.
    pub fn finish(&self, id: &str, variant: Variant, alt: &Alt) -> String {
        let id = format!("{}-{}", safe_id(id), if variant.is_narrow() { "n" } else { "w" });
        let open = format!(
            "<svg class=\"chart {}\" {} role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n\
             <title id=\"{id}-t\">{}</title>\n<desc id=\"{id}-d\">{}</desc>\n",
            variant.class(),
            self.size_attributes(),
            escape(&alt.title),
            escape(&alt.description),
        );
        format!("{open}{}</svg>", self.body())
    }

    /// The whole element of a graphic inside a table cell, silent for a voice.
    pub fn finish_cell(&self) -> String {
        let size = self.size_attributes();
        format!("<svg class=\"cell\" {size} aria-hidden=\"true\" focusable=\"false\">\n{}</svg>", self.body())
    }

    fn size_attributes(&self) -> String {
        let (width, height) = (self.width.round(), self.height.round());
        format!("viewBox=\"0 0 {} {}\" width=\"{width}\" height=\"{height}\"", width * SCALE, height * SCALE)
    }

    fn push_if(&mut self, drawn: bool, shape: Shape) {
        if drawn {
            self.shapes.push(shape);
        }
    }

    fn write(&mut self, x: f64, y: f64, anchor: Anchor, token: Token, bold: bool, text: &str) {
        let text = clean(text);
        let drawn = finite(&[(x, y)]) && !text.trim().is_empty();
        self.push_if(drawn, Shape::Text { x, y, anchor, token, bold, text });
    }

    fn body(&self) -> String {
        let mut file = String::new();
        let size = (pixels(self.width), pixels(self.height));
        let mut backend = SVGBackend::with_string(&mut file, size);
        for shape in &self.shapes {
            draw(&mut backend, shape).expect("a text buffer takes every shape");
        }
        backend.present().expect("a text buffer needs no saving");
        drop(backend);
        tidy(&file)
    }
}

type Drawn<'a> = Result<(), plotters::drawing::DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

fn draw<'a>(backend: &mut SVGBackend<'a>, shape: &Shape) -> Drawn<'a> {
    let result = match shape {
        Shape::Line { from, to, token, width } => {
            backend.draw_line(unit(*from), unit(*to), &style(*token, *width, 1.0))
        }
        Shape::Curve { points, token, width } => {
            backend.draw_path(points.iter().map(|point| unit(*point)), &style(*token, *width, 1.0))
        }
        Shape::Polygon { points, token, opacity } => {
            backend.fill_polygon(points.iter().map(|point| unit(*point)), &style(*token, 0.0, *opacity))
        }
        Shape::Rect { area, token } => {
            let corners = (unit((area.left, area.top)), unit((area.right, area.bottom)));
            backend.draw_rect(corners.0, corners.1, &style(*token, 0.0, 1.0), true)
        }
        Shape::Disc { center, radius, token } => {
            backend.draw_circle(unit(*center), pixels(*radius), &style(*token, 0.0, 1.0), true)
        }
        Shape::Ring { center, radius, token, width } => {
            backend.draw_circle(unit(*center), pixels(*radius), &style(*token, *width, 1.0), false)
        }
        Shape::Text { x, y, anchor, token, bold, text } => {
            backend.draw_text(text, &text_style(*anchor, *token, *bold), unit((*x, *y)))
        }
    };
    result.map_err(plotters::drawing::DrawingAreaErrorKind::BackendError)
}

fn style(token: Token, width: f64, opacity: f64) -> ShapeStyle {
    let (red, green, blue) = token.light();
    let color = RGBColor(red, green, blue).mix(opacity);
    ShapeStyle { color, filled: true, stroke_width: pixels(width) }
}

fn text_style(anchor: Anchor, token: Token, bold: bool) -> TextStyle<'static> {
    let (red, green, blue) = token.light();
    let color = RGBColor(red, green, blue).to_backend_color();
    let face = if bold { FontStyle::Bold } else { FontStyle::Normal };
    let place = match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let font = ("sans-serif", TEXT * SCALE * BACKEND_TEXT_RATIO).into_font().style(face);
    TextStyle { font, color, pos: Pos::new(place, VPos::Bottom) }
}

fn finite(points: &[(f64, f64)]) -> bool {
    points.iter().all(|(x, y)| x.is_finite() && y.is_finite())
}

#[expect(clippy::cast_possible_truncation, reason = "the value is clamped to a hundred thousand first")]
fn unit((x, y): (f64, f64)) -> (i32, i32) {
    let whole = |value: f64| (value * SCALE).round().clamp(-FAR, FAR) as i32;
    (whole(x), whole(y))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is clamped to 0 to a hundred thousand first"
)]
fn pixels(length: f64) -> u32 {
    (length * SCALE).round().clamp(0.0, FAR) as u32
}

fn safe_id(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alt() -> Alt {
        Alt { title: "A <title>".into(), description: "What & when".into() }
    }

    #[test]
    fn writes_its_own_tag_with_title_and_description() {
        let svg = Canvas::new(720.0, 100.0).finish("impact curve\"", Variant::Wide, &alt());
        assert!(svg.starts_with("<svg class=\"chart wide\" viewBox=\"0 0 2880 400\" width=\"720\" height=\"100\""));
        assert!(svg.contains("<title id=\"impact-curve--w-t\">A &lt;title&gt;</title>"));
        assert!(svg.ends_with("</svg>") && svg.matches("<svg").count() == 1);
    }

    #[test]
    fn text_stands_on_its_base_line_at_a_round_size() {
        let mut canvas = Canvas::new(100.0, 20.0);
        canvas.text(10.0, 12.0, Anchor::End, Token::Ink, "</text><script>");
        let svg = canvas.finish_cell();
        assert!(
            svg.contains("<text x=\"40\" y=\"48\" text-anchor=\"end\" font-family=\"sans-serif\" font-size=\"48\"")
        );
        assert!(svg.contains(">&lt;/text&gt;&lt;script&gt;</text>\n"));
    }

    #[test]
    fn what_is_not_finite_is_not_drawn() {
        let mut canvas = Canvas::new(100.0, 20.0);
        canvas.line((f64::NAN, 0.0), (1.0, 1.0), Token::Ink, 1.0);
        canvas.curve(vec![(0.0, 0.0), (f64::INFINITY, 1.0)], Token::Ink, 1.0);
        canvas.disc((0.0, f64::NEG_INFINITY), 3.0, Token::Ink);
        assert!(canvas.finish_cell().ends_with("focusable=\"false\">\n</svg>"));
    }

    #[test]
    fn an_upright_line_leaves_labels_free() {
        let mut canvas = Canvas::new(100.0, 100.0);
        canvas.upright_between(50.0, 0.0, 100.0, Token::Rule, &[Area::new(40.0, 20.0, 60.0, 40.0)]);
        assert_eq!(canvas.finish_cell().matches("<line").count(), 2);
    }

    #[test]
    fn a_fill_maps_to_dark_by_its_attribute() {
        let mut canvas = Canvas::new(10.0, 10.0);
        canvas.rect(Area::new(0.0, 0.0, 5.0, 5.25), Token::Impact);
        assert!(canvas.finish_cell().contains("<rect x=\"0\" y=\"0\" width=\"20\" height=\"21\" fill=\"#A8321F\"/>"));
    }
}
