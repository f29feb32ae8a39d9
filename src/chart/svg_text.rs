//! The SVG backend's text, made small and stable.
//!
//! In: the file the backend wrote, one tag or one text per line. Out: its body without the
//! outer tag, with round sizes and without what is the default anyway. It relies on texts
//! holding no line break, which the canvas makes sure of.

use super::theme::TEXT;

/// Units of the file per pixel.
pub(super) const SCALE: f64 = 4.0;

/// Makes the backend's lines smaller and stable: no tag of its own, no offset of the
/// base line, sizes of text without the rest of a division, text on the line of its tag.
pub(super) fn tidy(file: &str) -> String {
    let mut body = String::with_capacity(file.len());
    let mut in_text = false;
    for line in file.lines().filter(|line| !line.starts_with("<svg") && *line != "</svg>") {
        if in_text && line == "</text>" {
            body.push_str("</text>\n");
            in_text = false;
        } else if in_text {
            body.push_str(line);
        } else if line.starts_with("<text") {
            body.push_str(&tidy_text_tag(line));
            in_text = true;
        } else {
            body.push_str(&tidy_tag(line));
            body.push('\n');
        }
    }
    body
}

fn tidy_tag(line: &str) -> String {
    line.replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\" stroke-width=\"0\"", "")
        .replace(" stroke=\"none\"", "")
        .replace(" \"/>", "\"/>")
}

fn tidy_text_tag(line: &str) -> String {
    let line = line.replace(" opacity=\"1\"", "").replace(" dy=\"-0.5ex\"", "").replace(" text-anchor=\"start\"", "");
    let Some((before, rest)) = line.split_once("font-size=\"") else {
        return line;
    };
    let Some((number, after)) = rest.split_once('"') else {
        return line;
    };
    let size = number.parse::<f64>().map_or(TEXT * SCALE, f64::round);
    format!("{before}font-size=\"{size}\"{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_put_on_the_line_of_its_tag() {
        let file = "<svg width=\"1\">\n<text x=\"0\" dy=\"-0.5ex\" font-size=\"48.000001\" opacity=\"1\">\na b\n</text>\n</svg>\n";
        assert_eq!(tidy(file), "<text x=\"0\" font-size=\"48\">a b</text>\n");
    }

    #[test]
    fn defaults_are_left_out() {
        let file =
            "<svg>\n<rect opacity=\"1\" fill=\"#FFFFFF\" stroke=\"none\"/>\n<polyline points=\"1,1 2,2 \"/>\n</svg>\n";
        assert_eq!(tidy(file), "<rect fill=\"#FFFFFF\"/>\n<polyline points=\"1,1 2,2\"/>\n");
    }

    #[test]
    fn an_empty_file_has_an_empty_body() {
        assert_eq!(tidy(""), "");
    }
}
