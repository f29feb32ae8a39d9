//! A chart as a picture of pixels, for mail and for pages without SVG.
//!
//! In: the element a chart's `draw` returned, or a stand-alone file. Out: PNG bytes in
//! light colours, the same on every machine: only the two faces held in this program
//! are used, never those of the system.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use super::ChartError;
use super::standalone::with_background;

static REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
static BOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-Bold.otf");

/// Longest side of a picture, in pixels.
const LONGEST_SIDE: f32 = 8000.0;

/// Draws a chart with `scale` pixels of the picture per pixel of the chart.
pub fn render(svg: &str, scale: f32) -> Result<Vec<u8>, ChartError> {
    let file = with_background(&without_style(svg), "");
    let tree = Tree::from_str(&file, &options())?;
    let (width, height) = (tree.size().width() * scale, tree.size().height() * scale);
    let mut pixmap = pixmap(width, height).ok_or(ChartError::Size { width, height })?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| ChartError::Png(error.to_string()))
}

fn pixmap(width: f32, height: f32) -> Option<Pixmap> {
    let is_usable = |side: f32| (1.0..=LONGEST_SIDE).contains(&side);
    if !is_usable(width) || !is_usable(height) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both sides are from 1 to 8000")]
    Pixmap::new(width.round() as u32, height.round() as u32)
}

fn options() -> Options<'static> {
    let mut fonts = Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    fonts.set_sans_serif_family("Inter");
    Options { font_family: "Inter".to_owned(), fontdb: Arc::new(fonts), ..Options::default() }
}

/// Removes the style of a stand-alone file: it names faces that are not here.
fn without_style(svg: &str) -> String {
    match (svg.find("<style>"), svg.find("</style>")) {
        (Some(start), Some(end)) if start < end => {
            format!("{}{}", &svg[..start], &svg[end + "</style>".len()..])
        }
        _ => svg.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::canvas::Canvas;
    use crate::chart::label::Anchor;
    use crate::chart::standalone;
    use crate::chart::theme::Token;

    fn chart(text: &str) -> String {
        let mut canvas = Canvas::new(100.0, 20.0);
        canvas.text(4.0, 14.0, Anchor::Start, Token::Ink, text);
        canvas.finish_cell()
    }

    #[test]
    fn draws_text_with_the_built_in_faces() {
        let picture = render(&chart("Détecté 20 h 44"), 2.0).unwrap();
        assert!(picture.starts_with(b"\x89PNG"));
        assert_ne!(picture, render(&chart("x"), 2.0).unwrap());
        assert_eq!(picture, render(&chart("Détecté 20 h 44"), 2.0).unwrap());
    }

    #[test]
    fn a_stand_alone_file_gives_the_same_picture() {
        assert_eq!(render(&chart("a"), 1.0).unwrap(), render(&standalone(&chart("a")), 1.0).unwrap());
    }

    #[test]
    fn an_unusable_scale_and_broken_text_are_errors() {
        for scale in [0.0, -1.0, f32::NAN, 1e9] {
            assert!(matches!(render(&chart("a"), scale), Err(ChartError::Size { .. })));
        }
        assert!(matches!(render("<svg ", 1.0), Err(ChartError::Svg(_))));
    }
}
