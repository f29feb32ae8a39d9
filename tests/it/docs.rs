//! The generated pages say what the program says. `BLESS=1` rewrites them.

use constat::docs;

use crate::support;

#[test]
fn the_page_of_functions_is_up_to_date() {
    compare("functions.md", &docs::functions());
}

#[test]
fn the_page_of_queries_is_up_to_date() {
    compare("queries.md", &docs::queries().expect("a sound catalogue"));
}

#[test]
fn the_page_of_tables_is_up_to_date() {
    compare("tables.md", &docs::tables());
}

#[test]
fn the_page_of_sources_is_up_to_date() {
    compare("sources.md", &docs::sources());
}

fn compare(name: &str, generated: &str) {
    let path = support::root().join("docs").join(name);
    if support::is_blessing() {
        support::write(&path, generated);
        return;
    }
    let present = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(present == generated, "docs/{name} is out of date: run `just bless`");
}
