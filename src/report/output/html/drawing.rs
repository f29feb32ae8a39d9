//! Drawings inside a page: what may be in them, and how they get their class.
//!
//! In: SVG text of a chart. Out: the same shapes without prolog and style sheet, with the class the page's style sheet asks
//! for. A drawing that holds scripts, links, images or foreign content is refused: our charts never do.

use std::sync::LazyLock;

use regex::Regex;

use super::super::super::error::ReportError;

const ELEMENTS: [&str; 17] = [
    "svg", "g", "line", "polyline", "polygon", "rect", "circle", "ellipse", "path", "text", "tspan", "title", "desc",
    "defs", "clippath", "pattern", "style",
];

/// `svg` for inlining, with `class`. `chart` names it in errors.
///
/// # Errors
/// When it holds anything but shapes and words.
pub(super) fn inline(svg: &str, class: &str, chart: &str) -> Result<String, ReportError> {
    static STYLE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?is)<style\b.*?</style>|<\?.*?\?>|<!.*?>").expect("valid pattern"));
    static CLASS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"\sclass="[^"]*""#).expect("valid pattern"));
    check(svg, chart)?;
    let bare = STYLE.replace_all(svg, "");
    let Some((tag, rest)) = bare.trim().split_once('>') else {
        return Ok(String::new());
    };
    let tag = CLASS.replace_all(tag, "");
    Ok(format!("{} class=\"{class}\"{}>{rest}", &tag[..4.min(tag.len())], tag.get(4..).unwrap_or("")))
}

fn check(svg: &str, chart: &str) -> Result<(), ReportError> {
    static ELEMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"</?\s*([A-Za-z][\w:-]*)").expect("valid pattern"));
    static ACTIVE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)<[^>]*?\s(on\w+|[\w:]*href|src)\s*=|(?:@import|javascript:|url\(\s*[^#\s)])")
            .expect("valid pattern")
    });
    let refused = |found: &str| ReportError::UnsafeDrawing { chart: chart.to_owned(), found: found.to_owned() };
    for found in ELEMENT.captures_iter(svg) {
        if !ELEMENTS.contains(&found[1].to_ascii_lowercase().as_str()) {
            return Err(refused(&found[1]));
        }
    }
    ACTIVE.find(svg).map_or(Ok(()), |found| Err(refused(found.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_pass_and_get_their_class() {
        let svg = "<?xml version=\"1.0\"?>\n<svg class=\"x\" width=\"1\"><style>a{}</style><rect fill=\"#fff\"/></svg>";
        assert_eq!(
            inline(svg, "chart wide", "c").unwrap(),
            "<svg class=\"chart wide\" width=\"1\"><rect fill=\"#fff\"/></svg>"
        );
    }

    #[test]
    fn what_acts_is_refused() {
        for svg in [
            "<svg onload=\"x\"></svg>",
            "<svg><a href=\"x\">y</a></svg>",
            "<svg><image/></svg>",
            "<svg><rect fill=\"url(http://x)\"/></svg>",
        ] {
            assert!(inline(svg, "chart", "c").is_err(), "{svg}");
        }
    }
}
