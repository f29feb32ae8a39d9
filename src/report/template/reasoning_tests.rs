//! Tests of what the postmortem says about the candidates: why the second lost, and what would change the conclusion.

use serde_json::{Value as Json, json};

use super::super::locale::{Argument, Locale};
use super::super::typography;
use super::Engine;

/// The section on causes, with plain spaces; fails when it breaks a typographic rule.
fn causes(language: &str, context: &Json) -> String {
    let engine = Engine::new(Locale::new(language, None).unwrap(), None).unwrap();
    let rendered = engine.render("postmortem", context).unwrap();
    assert_eq!(typography::check(&rendered.markdown, engine.locale().language()), []);
    assert_eq!(rendered.markdown.matches(":::entry ").count(), rendered.evidence.len());
    let section = rendered.markdown.split("## \u{e008}").find(|part| part.starts_with("why")).unwrap().to_owned();
    section.replace(['\u{a0}', '\u{202f}'], " ").replace(['\u{e000}', '\u{e001}', '\\'], "")
}

fn sample() -> Json {
    serde_json::from_str(include_str!("sample.json")).unwrap()
}

fn rows<'context>(context: &'context mut Json, query: &str) -> &'context mut Vec<Json> {
    context["q"][query]["rows"].as_array_mut().unwrap()
}

fn expect(context: &Json, english: &[&str], french: &[&str]) {
    for (language, words) in [("en", english), ("fr", french)] {
        let text = causes(language, context);
        for word in words {
            assert!(text.contains(word), "{language}: {word}\n{text}");
        }
    }
}

#[test]
fn the_second_candidate_lost_by_figures() {
    expect(
        &sample(),
        &[
            "Why the second candidate, cdn-2, lost",
            "change (0.62) and log (0.57)",
            "metric (0.31 against 0.44)",
            "note (0.20 against 0.00)",
            "is 0.43 instead of 0.31",
            "adds 0.05 to the score of the first candidate, and 0.00 to its own",
        ],
        &[
            "Pourquoi la deuxième piste, cdn-2, est moins bien classée",
            "modification (0,62) et journal (0,57)",
            "métrique (0,31 contre 0,44)",
            "note (0,20 contre 0,00)",
            "est de 0,43 au lieu de 0,31",
            "apporte 0,05 à la note de la première piste et 0,00 à la sienne",
        ],
    );
}

#[test]
fn what_decides_is_named_with_both_scores() {
    expect(
        &sample(),
        &[
            "rests on what follows",
            "Without its changes before the start, cdn-2 is first, with 0.31 against 0.28",
            "3 single findings",
            "A call from the first candidate to it",
            "no file of this kind",
        ],
        &[
            "tient à ce qui suit",
            "Sans ses modifications avant le début, la piste cdn-2 passe en tête, avec 0,31 contre 0,28",
            "3 observations absentes",
            "Un appel de la première piste vers le composant",
            "aucun fichier de ce type",
        ],
    );
}

#[test]
fn one_signal_of_several_that_decides_is_told_apart() {
    let mut context = sample();
    let without = rows(&mut context, "cause_without");
    without[0]["signals"] = json!(2);
    expect(
        &context,
        &["Without one signal alone (change: pool.max 400 -> 40 by rollout r-881), cdn-2 is first"],
        &["Sans un seul indice (modification : pool.max 400 -> 40 by rollout r-881), la piste cdn-2 passe"],
    );
}

#[test]
fn a_robust_conclusion_says_so() {
    let mut context = sample();
    for row in rows(&mut context, "cause_without") {
        row["is_overturned"] = json!(false);
    }
    for row in rows(&mut context, "cause_additions") {
        row["leads"] = json!(false);
    }
    expect(
        &context,
        &[
            "No single signal and no single kind of evidence decides",
            "smallest without its changes before the start: 0.28 against 0.31",
            "No single further signal of a kind that they lack puts another candidate first",
        ],
        &[
            "Aucun indice ni aucun type d’indice ne décide à lui seul",
            "Aucun indice de plus, d’un type qui leur manque, ne place à lui seul",
        ],
    );
    assert!(!causes("en", &context).contains("rests on what follows"));
}

#[test]
fn a_single_candidate_has_no_rival() {
    let mut context = sample();
    context["findings"]["root_causes"].as_array_mut().unwrap().truncate(1);
    for row in rows(&mut context, "cause_without") {
        row["leader"] = Json::Null;
        row["is_overturned"] = json!(false);
    }
    expect(
        &context,
        &["There is no second candidate", "the score falls from 0.87 to 0.28"],
        &["Il n’y a pas de deuxième piste", "la note passe de 0,87 à 0,28"],
    );
    assert!(!causes("en", &context).contains("Why the second candidate"));
}

#[test]
fn without_candidates_the_inputs_that_are_missing_are_named() {
    let mut context = sample();
    context["findings"]["root_causes"] = json!([]);
    let missing = "changes, metrics, logs, dependencies (traces, or a list of calls), alerts and notes of responders";
    let absents = "modifications, métriques, journaux, dépendances (traces, ou liste des appels), alertes et notes";
    expect(&context, &["What would change", missing], &["Ce qui changerait", absents]);
    let tables = ["changes", "metric_samples", "log_records", "dependencies", "alerts", "timeline_events"];
    *rows(&mut context, "inputs_read") = tables.map(|table| json!({"path": "x", "table": table})).into();
    expect(&context, &["are all among the inputs"], &["figurent tous parmi les fichiers d’entrée"]);
}

#[test]
fn every_kind_of_evidence_has_its_words() {
    for language in ["en", "fr"] {
        let locale = Locale::new(language, None).unwrap();
        let kinds = ["metric", "log", "change", "remedy", "alert", "note", "external", "slice", "dependency"];
        for id in kinds.iter().flat_map(|kind| [format!("kind-{kind}"), format!("without-{kind}")]) {
            assert!(locale.has_message(&id), "{language}: {id}");
        }
        let added = ["metric", "log", "change", "alert", "note", "dependency"];
        assert!(added.iter().all(|kind| locale.has_message(&format!("addition-{kind}"))), "{language}");
    }
}

#[test]
fn captions_of_the_figure_read_at_nought_one_and_many() {
    let caption = |language: &str, n: f64| {
        let locale = Locale::new(language, None).unwrap();
        let name = |text: &str| Argument::Text(text.to_owned());
        let arguments =
            [("first", name("a")), ("n", Argument::Number(n, 0)), ("second", name("b")), ("other", name("2"))];
        let text = locale.message("chart-signals-caption", &arguments).unwrap();
        assert_eq!(typography::check(&text, locale.language()), []);
        text
    };
    let english = [
        "Before the failures start, no signal speaks for a, against 2 for b.",
        "Before the failures start, 1 signal speaks for a, and 2 for b.",
        "Before the failures start, 3 signals speak for a, and 2 for b.",
    ];
    assert_eq!([0.0, 1.0, 3.0].map(|n| caption("en", n)), english);
    let french = [
        "Avant le début des échecs, aucun indice ne parle pour la piste a, contre 2 pour la piste b.",
        "Avant le début des échecs, 1 indice parle pour la piste a et 2 pour la piste b.",
        "Avant le début des échecs, 3 indices parlent pour la piste a et 2 pour la piste b.",
    ];
    assert_eq!([0.0, 1.0, 3.0].map(|n| caption("fr", n)), french);
}
