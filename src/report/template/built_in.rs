//! The templates, themes and headers that are part of the program.
//!
//! In: a path inside `report-templates/`. Out: the text of that file as it was at build time. Messages are not here: they
//! belong to the locale.

/// Path and text of every built-in file.
const FILES: [(&str, &str); 17] = [
    ("postmortem/document.toml", include_str!("../../../report-templates/postmortem/document.toml")),
    ("postmortem/document.md.jinja", include_str!("../../../report-templates/postmortem/document.md.jinja")),
    ("postmortem/none.md.jinja", include_str!("../../../report-templates/postmortem/none.md.jinja")),
    ("postmortem/header.md.jinja", include_str!("../../../report-templates/postmortem/header.md.jinja")),
    ("postmortem/impact.md.jinja", include_str!("../../../report-templates/postmortem/impact.md.jinja")),
    ("postmortem/course.md.jinja", include_str!("../../../report-templates/postmortem/course.md.jinja")),
    ("postmortem/causes.md.jinja", include_str!("../../../report-templates/postmortem/causes.md.jinja")),
    ("postmortem/second.md.jinja", include_str!("../../../report-templates/postmortem/second.md.jinja")),
    ("postmortem/mind.md.jinja", include_str!("../../../report-templates/postmortem/mind.md.jinja")),
    ("postmortem/response.md.jinja", include_str!("../../../report-templates/postmortem/response.md.jinja")),
    ("postmortem/customers.md.jinja", include_str!("../../../report-templates/postmortem/customers.md.jinja")),
    ("postmortem/review.md.jinja", include_str!("../../../report-templates/postmortem/review.md.jinja")),
    ("partials/macros.jinja", include_str!("../../../report-templates/partials/macros.jinja")),
    ("partials/evidence.md.jinja", include_str!("../../../report-templates/partials/evidence.md.jinja")),
    ("partials/inputs.md.jinja", include_str!("../../../report-templates/partials/inputs.md.jinja")),
    ("theme/page.html.jinja", include_str!("../../../report-templates/theme/page.html.jinja")),
    ("theme/style.css", include_str!("../../../report-templates/theme/style.css")),
];

/// The text of a built-in file.
pub(super) fn file(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

/// The names of the built-in documents, sorted.
pub(super) fn documents() -> Vec<&'static str> {
    let mut names: Vec<&str> = FILES.iter().filter_map(|(path, _)| path.strip_suffix("/document.toml")).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_has_a_template() {
        for name in documents() {
            assert!(file(&format!("{name}/document.md.jinja")).is_some(), "{name}");
        }
    }
}
