//! Which names in a file decided what it is.
//!
//! In: the sample of a file and the source that took it. Out: column names or keys that are enough for the source to
//! know the file, none of which it could do without. They are found by trying, not declared: names are taken out one
//! after the other, the last one first, and what is not missed stays out. So they are true of every source, also of one
//! added tomorrow. A source that looks at the text itself decides without names.

use serde_json::Value;

use crate::ingest::source::{CsvSample, Layout, Sample, Source};

/// Records and elements of an array that are tried on: enough for every source, quick to copy.
const TRIED_ON: usize = 20;

/// Names that are tried: a table wider than that is known by its first columns.
const MOST_NAMES: usize = 300;

/// Names of the file that `source` cannot do without, in their order; `series[].scope` is a key inside an array.
pub fn decisive(source: &dyn Source, sample: &Sample) -> Vec<String> {
    let Some(layout) = source.recognise(sample) else { return Vec::new() };
    let mut trial = Trial { source, sample: copy(sample), budget: MOST_NAMES };
    match layout {
        Layout::Csv { header: Some(at), .. } => trial.columns(at),
        Layout::Ndjson | Layout::Json { .. } => trial.keys(),
        Layout::Joined if !sample.ndjson.is_empty() => trial.keys(),
        Layout::Csv { header: None, .. } | Layout::Lines | Layout::Joined => Vec::new(),
    }
}

/// A sample from which names are taken, as long as the source still knows it.
struct Trial<'a> {
    source: &'a dyn Source,
    sample: Sample,
    budget: usize,
}

impl Trial<'_> {
    fn is_known(&self) -> bool {
        self.source.recognise(&self.sample).is_some()
    }

    fn columns(&mut self, header: usize) -> Vec<String> {
        let mut kept = Vec::new();
        let width = self.records().get(header).map_or(0, Vec::len);
        for at in (0..width.min(self.budget)).rev() {
            let name = std::mem::take(&mut self.records()[header][at]);
            if name.trim().is_empty() || self.is_known() {
                continue;
            }
            kept.push(name.split_whitespace().collect::<Vec<_>>().join(" "));
            self.records()[header][at] = name;
        }
        kept.reverse();
        kept
    }

    fn records(&mut self) -> &mut [Vec<String>] {
        self.sample.csv.as_mut().map_or(&mut [], |csv| &mut csv.records)
    }

    fn keys(&mut self) -> Vec<String> {
        let whole = copy(&self.sample);
        self.sample.ndjson.truncate(TRIED_ON);
        if let Some(json) = &mut self.sample.json {
            shorten(json);
        }
        if !self.is_known() {
            self.sample = whole;
        }
        let mut kept = self.below(&mut Vec::new());
        kept.reverse();
        kept.iter().map(|path| shown(path)).collect()
    }

    /// Keys below a path that are not to be missed, the last one first; of a key and the keys in it, the inner ones.
    fn below(&mut self, path: &mut Vec<Step>) -> Vec<Vec<Step>> {
        let mut kept = Vec::new();
        for step in self.steps(path).into_iter().rev() {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            path.push(step);
            let whole = copy(&self.sample);
            let is_key = matches!(path.last(), Some(Step::Key(_)));
            if is_key {
                self.remove(path);
            }
            if !is_key || !self.is_known() {
                self.sample = whole;
                let inner = self.below(path);
                if inner.is_empty() && is_key {
                    kept.push(path.clone());
                }
                kept.extend(inner);
            }
            path.pop();
        }
        kept
    }

    /// Steps that lead on from a path, in the order in which they first occur.
    fn steps(&self, path: &[Step]) -> Vec<Step> {
        let mut steps = Vec::new();
        for value in self.values() {
            gather(value, path, &mut steps);
        }
        steps
    }

    fn remove(&mut self, path: &[Step]) {
        for value in self.sample.ndjson.iter_mut().chain(&mut self.sample.json) {
            remove(value, path);
        }
    }

    fn values(&self) -> impl Iterator<Item = &Value> {
        self.sample.ndjson.iter().chain(&self.sample.json)
    }
}

/// One step into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Each,
}

fn gather(value: &Value, path: &[Step], found: &mut Vec<Step>) {
    match (path.split_first(), value) {
        (None, Value::Object(object)) => {
            for key in object.keys().map(|key| Step::Key(key.clone())) {
                if !found.contains(&key) {
                    found.push(key);
                }
            }
        }
        (None, Value::Array(_)) if !found.contains(&Step::Each) => found.push(Step::Each),
        (Some((Step::Key(key), rest)), Value::Object(object)) => {
            if let Some(inner) = object.get(key) {
                gather(inner, rest, found);
            }
        }
        (Some((Step::Each, rest)), Value::Array(elements)) => {
            for element in elements {
                gather(element, rest, found);
            }
        }
        _ => {}
    }
}

fn remove(value: &mut Value, path: &[Step]) {
    match (path, value) {
        ([Step::Key(key)], Value::Object(object)) => drop(object.shift_remove(key)),
        ([Step::Key(key), rest @ ..], Value::Object(object)) => {
            if let Some(inner) = object.get_mut(key) {
                remove(inner, rest);
            }
        }
        ([Step::Each, rest @ ..], Value::Array(elements)) => {
            for element in elements {
                remove(element, rest);
            }
        }
        _ => {}
    }
}

fn shown(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => text.push_str(&format!(".{key}")),
            Step::Each => text.push_str("[]"),
        }
    }
    text
}

/// Cuts every array, so that copies are quick.
fn shorten(value: &mut Value) {
    match value {
        Value::Array(elements) => {
            elements.truncate(TRIED_ON);
            for element in elements {
                shorten(element);
            }
        }
        Value::Object(object) => {
            for (_, value) in object {
                shorten(value);
            }
        }
        _ => {}
    }
}

fn copy(sample: &Sample) -> Sample {
    Sample {
        path: sample.path.clone(),
        text: sample.text.clone(),
        is_whole: sample.is_whole,
        json: sample.json.clone(),
        ndjson: sample.ndjson.clone(),
        csv: sample.csv.as_ref().map(|csv| CsvSample { delimiter: csv.delimiter, records: csv.records.clone() }),
        workbook: sample.workbook.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::formats::sample;
    use crate::ingest::sources::SOURCES;

    fn of(path: &str, text: &str) -> (&'static str, Vec<String>) {
        let sample = sample::build(path, text.into(), true, None);
        let source = SOURCES.iter().find(|source| source.recognise(&sample).is_some()).expect("a source");
        (source.name(), decisive(*source, &sample))
    }

    #[test]
    fn columns_that_a_table_needs_decide() {
        let (source, names) = of("x.csv", "time,isp,total,bad,device\n2026-01-05T19:00:00Z,Orvea,10,1,tv\n");
        assert_eq!((source, names), ("tidy_sli_counts", vec!["time".into(), "total".into(), "bad".into()]));
    }

    #[test]
    fn keys_inside_a_document_decide() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"job":"a"},"values":[[1767639600,"1"]]}]}}"#;
        let (source, names) = of("x.json", text);
        assert_eq!(source, "prometheus_range");
        assert!(names.contains(&"data.resultType".to_owned()), "{names:?}");
        assert!(!names.iter().any(|name| name.contains("job")), "{names:?}");
    }

    #[test]
    fn keys_of_lines_decide() {
        let text = "{\"log\":\"started\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-05T19:00:00.1Z\",\"extra\":1}\n";
        let (source, names) = of("x.log", text);
        assert_eq!((source, names), ("container_logs", vec!["log".into(), "stream".into(), "time".into()]));
    }

    #[test]
    fn a_log_is_known_by_its_lines() {
        assert_eq!(of("x.log", "<13>1 2026-01-05T19:00:00Z host app 1 - - up\n").1, Vec::<String>::new());
    }

    #[test]
    fn every_export_that_has_names_is_known_by_some_of_them() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ingest");
        for folder in std::fs::read_dir(root).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let Some(input) = folder.is_dir().then(|| folder.join("input.json")).filter(|file| file.is_file()) else {
                continue;
            };
            let text = std::fs::read_to_string(&input).expect("text");
            let (source, names) = of("exports/x.json", &text);
            assert!(!names.is_empty(), "{source} decided on nothing in {}", input.display());
        }
    }
}
