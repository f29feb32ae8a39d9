//! What must not matter does not: names, order, units, and how exports are cut into files.
//!
//! Each test rewrites the exports of the sample incident, reads them anew and compares with the
//! findings of the sample as it is: window with its ranges, classes, slices, causes with their scores,
//! impact, milestones.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::exports::{self, Delimited, Shuffle};
use crate::{sample, support};

/// Figures may differ by what the order of additions makes.
const ROUNDING: f64 = 1e-9;

type Files = BTreeMap<String, Vec<u8>>;

#[test]
fn other_names_give_the_same_findings_under_other_names() {
    let names = Names::of_the_sample();
    let found = findings_of(|files| {
        for (name, bytes) in std::mem::take(files) {
            let renamed = exports::rewrite(&bytes, |text| names.rename(text));
            files.insert(names.rename(&name), renamed.unwrap_or(bytes));
        }
    });
    let mut wanted = essence(&sample::findings());
    names.rename_all(&mut wanted);
    let renamed = wanted["root_causes"][0]["entity"].clone();
    assert_ne!(renamed, sample::findings()["root_causes"][0]["entity"], "nothing was renamed");
    let mut found = essence(&found);
    // Words of a name are evidence of the class, so that only the class itself must stay.
    for findings in [&mut wanted, &mut found] {
        let axes = findings["classification"].as_object_mut().expect("axes");
        axes.values_mut().for_each(|axis| *axis = axis["value"].clone());
    }
    assert_same(&wanted, &found, "");
}

#[test]
fn the_order_of_rows_and_columns_changes_nothing() {
    for seed in [7, 2026] {
        let found = findings_of(|files| {
            let mut shuffle = Shuffle::new(seed);
            for (name, bytes) in files.iter_mut() {
                *bytes = shuffled(name, bytes, &mut shuffle);
            }
        });
        assert_same(&essence(&sample::findings()), &essence(&found), "");
    }
}

#[test]
fn the_unit_of_a_metric_changes_nothing() {
    let found = findings_of(|files| {
        for name in ["latency_p95_ms", "connections_in_use", "start_time_ms"] {
            let bytes = files.get_mut(&format!("exports/monitoring/datadog/{name}.json")).expect("a metric");
            let mut export: Value = serde_json::from_slice(bytes).expect("JSON");
            let scaled = scale_points(&mut export);
            assert!(scaled > 1000, "{name}: {scaled} values");
            *bytes = export.to_string().into_bytes();
        }
    });
    assert_same(&essence(&sample::findings()), &essence(&found), "");
}

#[test]
fn files_cut_in_two_change_nothing() {
    let found = findings_of(|files| {
        for (name, bytes) in std::mem::take(files) {
            let halves = match name.rsplit_once('.') {
                Some((_, "csv")) => exports::split(&bytes, |text| {
                    if text.is_empty() { vec![text.to_owned()] } else { Delimited::new(text).halves() }
                }),
                Some((_, "log" | "ndjson")) => exports::split(&bytes, |text| {
                    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
                    let (first, second) = lines.split_at(lines.len() / 2);
                    vec![exports::lines(first.iter()), exports::lines(second.iter())]
                }),
                _ => None,
            };
            for (half, bytes) in halves.unwrap_or_else(|| vec![bytes]).into_iter().enumerate() {
                files.insert(if half == 0 { name.clone() } else { format!("{name}.2.{}", extension(&name)) }, bytes);
            }
        }
    });
    assert_same(&essence(&sample::findings()), &essence(&found), "");
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Findings of the sample with changed exports.
fn findings_of(change: impl FnOnce(&mut Files)) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("case");
    let all = support::contents(&support::root().join("sample-data/derby-night"));
    let (mut files, others): (Files, Files) = all.into_iter().partition(|(name, _)| name.starts_with("exports/"));
    let before = files.clone();
    change(&mut files);
    assert_ne!(files, before, "nothing was changed");
    for (name, bytes) in files.iter().chain(others.iter().filter(|(name, _)| *name == "incident.toml")) {
        support::write(&case.join(name), bytes);
    }
    let output = support::report(&case, folder.path(), &["--format", "json"]);
    support::expect_code(&output, 0);
    support::json(&folder.path().join("out/findings.json"))
}

/// What is compared: the answers, without the texts of the evidence.
fn essence(findings: &Value) -> Value {
    let causes: Vec<Value> = findings["root_causes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|cause| json!({"entity": cause["entity"], "score": cause["score"], "confidence": cause["confidence"]}))
        .collect();
    json!({
        "window": findings["window"],
        "classification": findings["classification"],
        "localisation": findings["localisation"],
        "localisation_candidates": findings["localisation_candidates"],
        "root_causes": causes,
        "impact": findings["impact"],
        "milestones": findings["milestones"],
        "durations": findings["durations"],
    })
}

/// Equal, figures up to rounding; says where not.
fn assert_same(wanted: &Value, found: &Value, place: &str) {
    match (wanted, found) {
        (Value::Object(left), Value::Object(right)) => {
            let keys = |map: &serde_json::Map<String, Value>| {
                let mut keys: Vec<String> = map.keys().cloned().collect();
                keys.sort();
                keys
            };
            assert_eq!(keys(left), keys(right), "{place}");
            left.iter().for_each(|(key, value)| assert_same(value, &right[key], &format!("{place}.{key}")));
        }
        (Value::Array(left), Value::Array(right)) => {
            assert_eq!(left.len(), right.len(), "{place}: wanted {wanted}, found {found}");
            for (number, (left, right)) in left.iter().zip(right).enumerate() {
                assert_same(left, right, &format!("{place}[{number}]"));
            }
        }
        (Value::Number(left), Value::Number(right)) => {
            let (left, right) = (left.as_f64().expect("a number"), right.as_f64().expect("a number"));
            let slack = ROUNDING * left.abs().max(right.abs()).max(1.0);
            assert!((left - right).abs() <= slack, "{place}: wanted {left}, found {right}");
        }
        _ => assert_eq!(wanted, found, "{place}"),
    }
}

/// Another order of rows and columns; of lines in logs; of lists and members in JSON.
fn shuffled(name: &str, bytes: &[u8], shuffle: &mut Shuffle) -> Vec<u8> {
    let order = |text: &str, shuffle: &mut Shuffle| match extension(name) {
        "csv" if !text.is_empty() => {
            let mut file = Delimited::new(text);
            file.shuffle_rows(shuffle);
            file.shuffle_columns(shuffle);
            file.text()
        }
        "log" | "ndjson" => shuffled_lines(text, shuffle),
        "json" => match serde_json::from_str::<Value>(text) {
            Ok(mut value) => {
                exports::shuffle_json(&mut value, shuffle);
                value.to_string()
            }
            Err(_) => shuffled_lines(text, shuffle),
        },
        _ => text.to_owned(),
    };
    exports::rewrite(bytes, |text| order(text, shuffle)).unwrap_or_else(|| bytes.to_vec())
}

fn shuffled_lines(text: &str, shuffle: &mut Shuffle) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    shuffle.order(&mut lines);
    exports::lines(lines.iter())
}

/// Multiplies the values of all points by 1000 and counts them.
fn scale_points(value: &mut Value) -> usize {
    match value {
        Value::Object(members) => members
            .iter_mut()
            .map(|(key, member)| match member {
                Value::Array(points) if key == "pointlist" => {
                    for point in points.iter_mut() {
                        if let Some(figure) = point[1].as_f64() {
                            point[1] = json!(figure * 1000.0);
                        }
                    }
                    points.len()
                }
                other => scale_points(other),
            })
            .sum(),
        Value::Array(items) => items.iter_mut().map(scale_points).sum(),
        _ => 0,
    }
}

/// New names for the entities of the sample and for the regions and providers of its viewers.
struct Names {
    /// Old name in lower case with `-` between its words, longest first, and the new one.
    pairs: Vec<(String, String)>,
}

impl Names {
    /// Asks the tool which names there are. A word of an entity that is a value of a slice as well is
    /// renamed alike in both, or kept in both: that they agree is evidence.
    fn of_the_sample() -> Self {
        let regions = asked("SELECT DISTINCT region FROM sli_counts UNION SELECT DISTINCT isp FROM sli_counts");
        let devices = asked("SELECT DISTINCT device FROM sli_counts");
        let entities = asked(
            "SELECT entity FROM metric_samples UNION SELECT service_name FROM log_records UNION SELECT entity FROM changes \
             UNION SELECT entity FROM alerts UNION SELECT source FROM dependencies UNION SELECT target FROM dependencies",
        );
        let mut number = 0;
        // Made from the end of the alphabet, so that the new names sort the other way round.
        let mut fresh = || {
            number += 1;
            let syllable = |digit: usize| ["zu", "vo", "ri", "na", "mi", "ke", "fa", "ba"][digit % 8];
            format!("{}{}{}x", syllable(number / 8), syllable(number), syllable(number * 3))
        };
        let mut pairs: BTreeMap<String, String> =
            regions.iter().map(|value| (words(value).join("-"), fresh())).collect();
        for entity in entities {
            let parts = words(&entity);
            let tail = parts.last().cloned().unwrap_or_default();
            let kept = if let Some(renamed) = pairs.get(&tail) {
                format!("-{renamed}")
            } else {
                let known = devices.iter().map(|value| words(value).join("-")).find(|value| entity.ends_with(value));
                known.map_or_else(String::new, |value| format!("-{value}"))
            };
            pairs.insert(parts.join("-"), fresh() + &kept);
        }
        let mut pairs: Vec<(String, String)> = pairs.into_iter().collect();
        pairs.sort_by(|left, right| right.0.len().cmp(&left.0.len()).then(left.0.cmp(&right.0)));
        Self { pairs }
    }

    /// Puts the new names in, whatever stands between the words of a name and whatever their case.
    fn rename(&self, text: &str) -> String {
        let lower = text.to_ascii_lowercase().replace(['_', ' '], "-");
        let mut renamed = String::with_capacity(text.len());
        let mut at = 0;
        let is_inside = |place: usize| lower.as_bytes().get(place).is_some_and(u8::is_ascii_alphanumeric);
        while at < text.len() {
            let starts = at == 0 || !is_inside(at - 1);
            let hit = self
                .pairs
                .iter()
                .find(|(old, _)| starts && lower[at..].starts_with(old.as_str()) && !is_inside(at + old.len()));
            if let Some((old, new)) = hit {
                let original = &text[at..at + old.len()];
                let between = original.chars().find(|letter| ['-', '_', ' '].contains(letter)).unwrap_or('-');
                let new = new.replace('-', &between.to_string());
                let is_title = original.starts_with(|letter: char| letter.is_ascii_uppercase());
                renamed.push_str(&if is_title { new[..1].to_ascii_uppercase() + &new[1..] } else { new });
                at += old.len();
            } else {
                let letter = text[at..].chars().next().expect("within the text");
                renamed.push(letter);
                at += letter.len_utf8();
            }
        }
        renamed
    }

    fn rename_all(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.rename(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.rename_all(item)),
            Value::Object(members) => members.values_mut().for_each(|member| self.rename_all(member)),
            _ => {}
        }
    }
}

fn words(name: &str) -> Vec<String> {
    name.to_ascii_lowercase().split(['-', '_', ' ']).map(str::to_owned).collect()
}

/// The values of one column, sorted.
fn asked(statement: &str) -> Vec<String> {
    let store = tempfile::tempdir().expect("a folder");
    let sample = support::root().join("sample-data/derby-night");
    let arguments = [
        "query".as_ref(),
        sample.as_os_str(),
        statement.as_ref(),
        "--format".as_ref(),
        "csv".as_ref(),
        "--store".as_ref(),
        store.path().as_os_str(),
    ];
    let output = support::constat(arguments);
    support::expect_code(&output, 0);
    let answer = String::from_utf8(output.stdout).expect("UTF-8");
    let mut values: Vec<String> = answer.lines().skip(1).map(str::to_owned).filter(|value| !value.is_empty()).collect();
    values.sort();
    assert!(!values.is_empty(), "{statement}");
    values
}
