//! `index.html`: what is in the folder, in plain words.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::case::Case;

/// The page, in English with a line of French: it is the first thing either reader opens.
pub fn page(case: &Case, findings: &Map<String, Value>, documents: &[Value]) -> String {
    let title = escape(&case.title());
    let window = match findings["window"]["start"]["at"].as_str() {
        Some(start) => {
            let end = findings["window"]["end"]["at"].as_str().unwrap_or("the end of the data");
            format!("Measured window: {start} to {end} (UTC).")
        }
        None => "No incident was found.".to_owned(),
    };
    let mut items = String::new();
    for document in documents {
        let text = |key: &str| escape(document[key].as_str().unwrap_or_default());
        let (path, language) = (text("path"), text("language"));
        // Writing to a string cannot fail.
        let _ = writeln!(
            items,
            "<li><a href=\"{path}\" hreflang=\"{language}\">{} ({language}, {})</a></li>",
            text("document"),
            text("format")
        );
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n<style>body{{font:17px/1.6 Charter,Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 16px;background:#FDFCFA;color:#1D2125}}a{{color:#1B5788}}@media (prefers-color-scheme:dark){{body{{background:#15181B;color:#E6E3DD}}a{{color:#8DC0EA}}}}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{window}</p>\n<h2>Documents</h2>\n<ul>\n{items}</ul>\n<h2>Data</h2>\n<ul>\n<li><a href=\"findings.json\">findings.json</a>: the facts, for programs</li>\n<li><a href=\"manifest.json\">manifest.json</a>: inputs, queries and outputs with their hashes</li>\n<li><a href=\"data/\">data/</a>: the rows behind every figure, as CSV and Parquet</li>\n<li><a href=\"charts/\">charts/</a>: every chart as SVG and PNG, with its text</li>\n</ul>\n<p lang=\"fr\">Les documents marqués « fr » sont en français.</p>\n</body>\n</html>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_text() {
        assert_eq!(escape("<b> & \"x\""), "&lt;b&gt; &amp; &quot;x&quot;");
    }
}
