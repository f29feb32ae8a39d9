//! What truly happened, for those who check a program against the sample. No program reads it.

use std::collections::BTreeMap;
use std::io;

use crate::clock::{at, utc};
use crate::encode::json;
use crate::output::Output;
use crate::story::{CAUSE, SYMPTOM};

/// Writes `truth.json`.
pub(crate) fn write(out: &Output) -> io::Result<()> {
    let sections = [
        (
            "about",
            json("What truly happened in this invented incident. Only for checking; the program never reads it."),
        ),
        ("window", window()),
        ("classification", classification()),
        ("localisation", "[{\"device\": \"stb\", \"region\": \"North\"}]".to_owned()),
        ("root_cause", root_cause()),
        ("milestones", milestones()),
        ("complaints", complaints(out)),
        ("promises", promises()),
        ("offers", offers()),
        ("actions", "{\"total\": 6, \"overdue_on_2026-11-20\": [\"TTV-303\"]}".to_owned()),
        ("broken_rows", numbers(&out.broken)),
        ("repeated_rows", numbers(&out.repeated)),
        ("unreadable_files", files()),
        ("personal_data", personal(out)),
        ("hostile_texts", pairs(&out.hostile)),
        ("counts", counts(out)),
    ];
    let body: Vec<String> = sections.iter().map(|(name, value)| format!("  \"{name}\": {value}")).collect();
    out.write("truth.json", format!("{{\n{}\n}}\n", body.join(",\n")).as_bytes())
}

fn window() -> String {
    format!(
        "{{\"start\": \"{}\", \"end\": \"{}\", \"tolerance_s\": 120, \"minutes\": 89, \"waves\": [[\"{}\", \"{}\"], [\"{}\", \"{}\"]]}}",
        utc(at(20, 44, 0)),
        utc(at(22, 13, 0)),
        utc(at(20, 44, 0)),
        utc(at(21, 46, 0)),
        utc(at(22, 4, 0)),
        utc(at(22, 13, 0)),
    )
}

fn classification() -> String {
    "{\"scope\": \"localised\", \"nature\": \"technical\", \"duration\": \"prolonged\", \"origin\": \"human_error\"}"
        .to_owned()
}

fn root_cause() -> String {
    format!(
        "{{\"entity\": \"{CAUSE}\", \"change_at\": \"{}\", \"must_rank_above\": [\"{SYMPTOM}\", \"player-stb\", \"guide\", \"ad-insertion\"], \
         \"louder_symptom\": \"{SYMPTOM}\", \"text\": {}}}",
        utc(at(20, 31, 0)),
        json("a configuration change at 20:31 gave the licence gateway of the North the connection limit of staging"),
    )
}

fn milestones() -> String {
    let all = [
        ("changed", at(20, 31, 0)),
        ("started", at(20, 44, 0)),
        ("first_complaint", at(20, 49, 7)),
        ("detected", at(20, 53, 4)),
        ("acknowledged", at(20, 56, 21)),
        ("first_public_message", at(21, 8, 0)),
        ("identified", at(21, 34, 18)),
        ("mitigated", at(21, 46, 20)),
        ("second_wave", at(22, 4, 0)),
        ("last_failure", at(22, 13, 0)),
        ("resolved", at(22, 30, 25)),
    ];
    let written: Vec<String> = all.iter().map(|(name, instant)| format!("\"{name}\": \"{}\"", utc(*instant))).collect();
    format!("{{{}}}", written.join(", "))
}

fn complaints(out: &Output) -> String {
    let count = |name: &str| out.counts.get(name).copied().unwrap_or_default();
    format!(
        "{{\"total\": {}, \"of_the_incident\": {}, \"reposts\": {}, \"first_at\": \"{}\", \"tolerance_s\": 120, \"lead_over_first_alert_s\": {}}}",
        count("complaints"),
        count("complaints_of_the_incident"),
        count("reposts"),
        utc(at(20, 49, 7)),
        at(20, 53, 4) - at(20, 49, 7),
    )
}

fn promises() -> String {
    let all = [
        (at(21, 8, 0), at(21, 30, 0), at(21, 33, 0), false),
        (at(21, 33, 0), at(22, 0, 0), at(21, 52, 0), true),
        (at(22, 9, 0), at(22, 20, 0), at(22, 17, 0), true),
        (at(22, 17, 0), at(22, 45, 0), at(22, 30, 0), true),
    ];
    let written: Vec<String> = all
        .iter()
        .map(|(made, promised, next, kept)| {
            format!(
                "{{\"made_at\": \"{}\", \"promised_at\": \"{}\", \"next_message_at\": \"{}\", \"kept\": {kept}}}",
                utc(*made),
                utc(*promised),
                utc(*next)
            )
        })
        .collect();
    format!("[{}]", written.join(", "))
}

fn offers() -> String {
    "[{\"kind\": \"replay\", \"verdict\": \"effective\", \"true_effect\": 0.35}, {\"kind\": \"promo\", \"verdict\": \"not shown\", \
     \"true_effect\": 0.0}, {\"kind\": \"vod\", \"verdict\": \"too few\", \"true_effect\": null}]"
        .to_owned()
}

fn files() -> String {
    "{\"empty\": [\"support/export_appels.csv\"], \"unrecognised\": [\"captures/queue_wait_panel.png\"], \
     \"breaks_off\": [\"logs/key-store.log.gz\"]}"
        .to_owned()
}

fn numbers(all: &BTreeMap<String, usize>) -> String {
    let written: Vec<String> = all.iter().map(|(file, rows)| format!("{}: {rows}", json(file))).collect();
    format!("{{{}}}", written.join(", "))
}

fn counts(out: &Output) -> String {
    let written: Vec<String> = out.counts.iter().map(|(name, number)| format!("{}: {number}", json(name))).collect();
    format!("{{{}}}", written.join(", "))
}

fn personal(out: &Output) -> String {
    let written: Vec<String> = out
        .personal
        .iter()
        .map(|(file, kind, text)| {
            format!("{{\"file\": {}, \"kind\": \"{kind}\", \"token\": {}}}", json(file), json(text))
        })
        .collect();
    format!("[\n    {}\n  ]", written.join(",\n    "))
}

fn pairs(all: &[(String, String)]) -> String {
    let written: Vec<String> =
        all.iter().map(|(file, text)| format!("{{\"file\": {}, \"text\": {}}}", json(file), json(text))).collect();
    format!("[\n    {}\n  ]", written.join(",\n    "))
}
