//! A chart as a file of its own.
//!
//! In: the element a chart's `draw` returned. Out: the same picture with the namespace,
//! a `paper` background, the stack of fonts and the dark colours, so that it can be
//! opened or embedded anywhere. What is not such an element comes back unchanged.

use super::theme::{TOKENS, Token};

/// Fonts of a page, widest first; the last one is always there.
const FONTS: &str =
    "Inter,\"Source Sans 3\",\"Segoe UI\",Roboto,\"Helvetica Neue\",\"Noto Sans\",\"Liberation Sans\",Arial,sans-serif";

/// Makes a file of a chart.
pub fn standalone(svg: &str) -> String {
    with_background(svg, &style_sheet())
}

/// Adds the namespace, a style (possibly none) and a `paper` rectangle behind all.
pub(super) fn with_background(svg: &str, style: &str) -> String {
    let Some((open, rest)) = svg.strip_prefix("<svg ").and_then(|rest| rest.split_once('>')) else {
        return svg.to_owned();
    };
    if open.contains("xmlns=") {
        return svg.to_owned();
    }
    let paper = Token::Paper.light_hex();
    let head_end = rest.find("</desc>").map_or(0, |at| at + "</desc>".len());
    let (head, shapes) = rest.split_at(head_end);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" {open}>{head}\n{style}<rect width=\"100%\" height=\"100%\" \
         fill=\"{paper}\"/>{shapes}\n"
    )
}

fn style_sheet() -> String {
    let mut dark = String::new();
    for token in TOKENS {
        let (light, value) = (token.light_hex(), token.dark_hex());
        for kind in ["fill", "stroke"] {
            dark.extend(["[", kind, "=\"", &light, "\"]{", kind, ":", &value, "}"]);
        }
        dark.push('\n');
    }
    format!(
        "<style>text{{font-family:{FONTS};font-variant-numeric:tabular-nums lining-nums}}polyline{{stroke-linejoin:\
         round}}\n@media (prefers-color-scheme:dark){{\n{dark}}}</style>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::canvas::Canvas;
    use crate::chart::{Alt, Variant};

    #[test]
    fn adds_namespace_style_and_paper_once() {
        let alt = Alt { title: "T".into(), description: "D".into() };
        let svg = standalone(&Canvas::new(10.0, 10.0).finish("a", Variant::Wide, &alt));
        assert_eq!(svg.matches("xmlns=").count(), 1);
        assert!(svg.contains("</desc>\n<style>") && svg.contains("prefers-color-scheme:dark"));
        assert!(svg.contains("<rect width=\"100%\" height=\"100%\" fill=\"#FDFCFA\"/>"));
        assert_eq!(standalone(&svg), svg);
    }

    #[test]
    fn other_text_is_left_alone() {
        assert_eq!(standalone("<p>"), "<p>");
    }
}
