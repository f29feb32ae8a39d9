//! Measures redaction on labelled sentences: recall and precision of each kind.
//!
//! The sentences are in `tests/ingest/redaction_corpus.tsv`, English and French, with what is
//! personal between `⟦kind:` and `⟧`. A part counts as found when a span of its kind has exactly
//! its bounds.

use std::collections::BTreeMap;

use super::kind::{Kind, Span};
use super::names::NameIndex;
use super::scan::spans;

const CORPUS: &str = include_str!("../../../tests/ingest/redaction_corpus.tsv");
const PEOPLE: [&str; 5] = ["Zoé Tavernelle", "Jean-Luc Brénod", "Samuel Oakhurst", "zoetav42", "jean_bren"];

#[derive(Debug, Default)]
struct Score {
    right: usize,
    wanted: usize,
    found: usize,
}

/// The plain text of a labelled sentence, and its personal parts.
fn unlabelled(labelled: &str) -> (String, Vec<Span>) {
    let (mut text, mut parts) = (String::new(), Vec::new());
    let mut rest = labelled;
    while let Some((before, after)) = rest.split_once('⟦') {
        let (label, after) = after.split_once('⟧').expect("labels are closed");
        let (kind, value) = label.split_once(':').expect("labels name a kind");
        text.push_str(before);
        let start = text.len();
        text.push_str(value);
        parts.push(Span::new(start, text.len(), Kind::of_prefix(kind).expect("kinds are known")));
        rest = after;
    }
    text.push_str(rest);
    (text, parts)
}

#[test]
fn finds_what_is_personal_and_little_else() {
    let names = NameIndex::new(&PEOPLE.map(str::to_owned));
    let mut scores: BTreeMap<Kind, Score> = BTreeMap::new();
    let mut wrong = Vec::new();
    let lines: Vec<&str> = CORPUS.lines().filter(|line| !line.starts_with('#')).collect();
    for line in &lines {
        let (_, labelled) = line.split_once('\t').expect("a language stands before the text");
        let (text, wanted) = unlabelled(labelled);
        let found: Vec<Span> = spans(&text, &names).into_iter().map(|span| Span { person: None, ..span }).collect();
        for span in &wanted {
            let score = scores.entry(span.kind).or_default();
            score.wanted += 1;
            score.right += usize::from(found.contains(span));
        }
        for span in &found {
            scores.entry(span.kind).or_default().found += 1;
        }
        if found != wanted {
            wrong.push(format!(
                "{labelled}: found {:?}",
                found.iter().map(|span| (span.kind, &text[span.start..span.end])).collect::<Vec<_>>()
            ));
        }
    }
    assert!(lines.len() >= 150, "{} sentences", lines.len());
    assert_eq!(scores.len(), Kind::ALL.len());
    for (kind, score) in &scores {
        let (right, recall, precision) =
            (score.right * 1000, right_share(score, score.wanted), right_share(score, score.found));
        assert!(right > 0 && recall >= 0.98 && precision >= 0.97, "{kind:?} {score:?}\n{}", wrong.join("\n"));
    }
}

fn right_share(score: &Score, of: usize) -> f64 {
    if of == 0 { 1.0 } else { score.right as f64 / of as f64 }
}
