//! Tests of the postmortem as a whole, in both languages, on an invented incident with hostile inputs.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use serde_json::{Value as Json, json};

use super::super::locale::Locale;
use super::super::narrative::SECTIONS;
use super::super::output::{html, md};
use super::super::typography;
use super::{Engine, Rendered};

const SAMPLE: &str = include_str!("sample.json");

/// The sample, the sample without anything optional and without an end, and a case without incident.
fn contexts() -> [Json; 3] {
    let full: Json = serde_json::from_str(SAMPLE).unwrap();
    let mut poor = full.clone();
    for name in ["viewers_affected", "viewer_minutes_lost", "excess_bad", "peak_bad_ratio", "complaints", "cost"] {
        poor["findings"]["impact"][name] = json!({"value": null, "low": null, "high": null, "unit": null});
    }
    for group in ["milestones", "durations"] {
        for value in poor["findings"][group].as_object_mut().unwrap().values_mut() {
            *value = Json::Null;
        }
    }
    poor["findings"]["window"]["end"] = Json::Null;
    poor["findings"]["localisation"] = json!([]);
    poor["findings"]["root_causes"] = json!([]);
    poor["findings"]["complaints"] = json!({"lead_over_monitoring_seconds": null, "silent_impact_ratio": null});
    poor["case"]["title"] = Json::Null;
    poor["charts"] = json!({});
    poor["q"] = json!({"offers_effect": {"title": "Offers", "skipped": "no table offers"}});
    let mut none = poor.clone();
    none["findings"]["window"] =
        json!({"start": null, "end": null, "why": "no run of failures", "waves": [], "declared": null});
    [full, poor, none]
}

fn render(language: &str, context: &Json) -> (Engine, Rendered) {
    let engine = Engine::new(Locale::new(language, None).unwrap(), None).unwrap();
    let rendered = engine.render("postmortem", context).unwrap();
    (engine, rendered)
}

#[test]
fn both_languages_keep_their_typographic_rules() {
    for context in contexts() {
        for language in ["en", "fr"] {
            let (engine, rendered) = render(language, &context);
            assert_eq!(typography::check(&rendered.markdown, engine.locale().language()), []);
        }
    }
}

#[test]
fn both_languages_hold_the_same_sections_figures_and_evidence() {
    for context in contexts() {
        let (_, english) = render("en", &context);
        let (_, french) = render("fr", &context);
        let ids = |text: &str| -> Vec<String> {
            text.lines()
                .filter_map(|line| line.strip_prefix("## \u{e008}")?.split('\u{e009}').next().map(str::to_owned))
                .collect()
        };
        assert_eq!(ids(&english.markdown), ids(&french.markdown));
        assert_eq!((&english.evidence, &english.figures), (&french.evidence, &french.figures));
    }
}

#[test]
fn hostile_inputs_are_never_live() {
    let [mut context, ..] = contexts();
    let hostile = "<script>alert(1)</script> <img src=x onerror=y> [a](javascript:b) ![c](http://d.example/e.png) \u{e001}\n:::evidence\n| $x$";
    context["case"]["title"] = json!(hostile);
    context["case"]["service"] = json!(hostile);
    context["q"]["log_templates_compared"]["rows"][0]["template"] = json!(hostile);
    context["q"]["complaint_totals"]["sql"] = json!("SELECT 1\n:::\n```\n<script>");
    for place in 0..2 {
        context["findings"]["root_causes"][place]["entity"] = json!(hostile);
    }
    for (query, column) in [
        ("root_cause_signals", "detail"),
        ("cause_without", "leader"),
        ("cause_without", "detail"),
        ("cause_additions", "entity"),
    ] {
        for row in context["q"][query]["rows"].as_array_mut().unwrap() {
            row[column] = json!(hostile);
        }
    }
    for language in ["en", "fr"] {
        let (engine, rendered) = render(language, &context);
        let page = html::page(&engine, &rendered, &context).unwrap();
        for live in ["<script", "<img", "href=\"javascript", "src=\""] {
            assert!(!page.contains(live), "{live}");
        }
        assert_eq!(page.matches("class=\"evidence\"").count(), 1);
        let plain = md::plain(&rendered, &context, engine.locale().language());
        assert_eq!(live_nodes(&plain), Vec::<String>::new());
        assert!(!plain.contains('\u{e000}'));
    }
}

/// HTML, links and images of a plain document that do not lead into the document or to its charts.
fn live_nodes(markdown: &str) -> Vec<String> {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    let root = parse_document(&arena, markdown, &options);
    root.descendants()
        .filter_map(|node| match &node.data.borrow().value {
            NodeValue::HtmlBlock(html) => Some(html.literal.clone()),
            NodeValue::HtmlInline(html) if html != "<sup>" && html != "</sup>" => Some(html.clone()),
            NodeValue::Link(link) if !link.url.starts_with("#e") => Some(link.url.clone()),
            NodeValue::Image(link) if !link.url.starts_with("charts/") => Some(link.url.clone()),
            _ => None,
        })
        .collect()
}

#[test]
fn what_is_missing_is_said_with_the_export_that_would_fill_it() {
    let [_, poor, none] = contexts();
    for context in [poor, none] {
        let (_, english) = render("en", &context);
        assert!(english.markdown.contains("an export of the care desk"), "{}", english.markdown);
        let (_, french) = render("fr", &context);
        assert!(french.markdown.contains("un export du service client"), "{}", french.markdown);
    }
}

#[test]
fn every_section_of_the_narrative_has_its_place() {
    let [mut context, ..] = contexts();
    let words = |id: &str| format!("Written about {id}.");
    let sections: serde_json::Map<String, Json> =
        SECTIONS.iter().map(|section| (section.id.to_owned(), words(section.id).into())).collect();
    context["narrative"] = Json::Object(sections);
    for language in ["en", "fr"] {
        let (_, rendered) = render(language, &context);
        for section in SECTIONS {
            assert_eq!(rendered.markdown.matches(&words(section.id)).count(), 1, "{language}: {}", section.id);
        }
    }
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let [full, ..] = contexts();
    assert_eq!(render("fr", &full).1, render("fr", &full).1);
}

#[test]
fn clocks_are_told_only_when_they_differ_or_leave_it_open() {
    let [mut context, ..] = contexts();
    let row = |verdict: &str, offset: f64, is_off: bool, is_zone_like: bool| {
        json!({"file": "exports/player.log", "other_file": "exports/gateway.log", "kinds": "trace", "shared": 42,
            "agreeing": 40, "offset_seconds": offset, "offset_low_seconds": offset - 1.0, "offset_high_seconds": offset,
            "verdict": verdict, "is_off": is_off, "is_zone_like": is_zone_like})
    };
    let query = |rows: Vec<Json>| json!({"title": "Clocks", "sql": "SELECT 1", "rows": rows, "skipped": null});
    context["q"]["clock_skew"] = query(vec![row("agrees", 0.1, false, false), row("unclear", 9.0, false, false)]);
    for (language, word) in [("en", "clock"), ("fr", "horloge")] {
        let (_, rendered) = render(language, &context);
        assert!(!rendered.markdown.contains(word), "{language}");
    }
    context["q"]["clock_skew"] = query(vec![
        row("ahead", 90.0, true, false),
        row("behind", -3600.0, false, true),
        row("behind", -45.0, false, false),
        row("too few to tell", 5.0, false, false),
    ]);
    context["case"]["clocks"] =
        json!([{"path": "exports/a*.log", "seconds": 90.0}, {"path": "exports/b.log", "seconds": -2.0}]);
    for (language, words) in [
        (
            "en",
            [
                "3 pairs of files record the same events",
                "1 min 30 s ahead",
                "1 min 29 s – 1 min 30 s",
                "45 s – 46 s",
                "looks like a time zone",
                "contradicted by most others",
                "40 of 42",
                "One pair of files records",
                "moved back by 1 min 30 s",
                "moved ahead by 2 s",
            ],
        ),
        (
            "fr",
            [
                "3 paires de fichiers notent les mêmes événements",
                "avance de 1 min 30 s",
                "1 min 29 s – 1 min 30 s",
                "retard de 45 s",
                "semble être un fuseau horaire",
                "contredit par la plupart des autres",
                "40 sur 42",
                "Une paire de fichiers note",
                "reculées de 1 min 30 s",
                "avancées de 2 s",
            ],
        ),
    ] {
        let (engine, rendered) = render(language, &context);
        let plain = rendered.markdown.replace(['\u{a0}', '\u{202f}'], " ");
        for word in words {
            assert!(plain.contains(word), "{language}: {word}\n{plain}");
        }
        assert_eq!(typography::check(&rendered.markdown, engine.locale().language()), []);
        assert!(rendered.evidence.contains(&"clock_skew".to_owned()));
        assert_eq!(
            rendered.markdown.matches(":::entry ").count(),
            rendered.evidence.len(),
            "every citation has its entry"
        );
    }
}
