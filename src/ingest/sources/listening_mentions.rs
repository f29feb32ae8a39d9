//! Mentions of any other social listening tool: delimited text or JSON whose columns go by usual
//! English or French names, into table `complaints`.
//!
//! There is no standard. Three lines of such a file:
//! ```text
//! Date de publication;Réseau;Auteur;Contenu;Tonalité;Lien;Langue
//! 22/11/2026 21:05;Twitter;@viewer_a;Écran noir depuis 5 min;négatif;https://x.example/1;fr
//! 22/11/2026 21:31;Forum;viewer_b;Erreur 503 au lancement;neutre;https://forum.example/2;fr
//! ```
//! A file is one of these when it has a time, a text, and enough of what only such tools have
//! (sentiment, platform, author with link). Columns that nothing is known of are dimensions,
//! unless they hold a person or a link; counts of likes and followers are not read.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::markup::unescaped;
use crate::ingest::mention::row::Mention;
use crate::ingest::mention::{dimension, is_bot, is_category, is_personal, named, usable};
use crate::ingest::rows::Rows;
use crate::ingest::shape::layout_of;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::{boolean, is_null};

mod names;

use names::{AUTHOR, BOT, CLOCK, COUNT, Field, KINDS, LINK, PLATFORM, SENTIMENT, TEXT, TIME};

/// Where JSON exports put their mentions.
const ENVELOPES: &[&str] = &["mentions[]", "results[]", "data[]", "items[]", "documents[]", "posts[]"];

/// Mentions of a listening tool without a source of its own.
#[derive(Debug)]
pub struct ListeningMentions;

impl Source for ListeningMentions {
    fn name(&self) -> &'static str {
        "listening_mentions"
    }

    fn about(&self) -> &'static str {
        "Mentions of any social listening tool: a time, a text, and a sentiment, platform or author with link, under \
         usual English or French names (CSV or JSON)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["complaints"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if let Some(csv) = &sample.csv {
            let header = csv.records.iter().take(20).position(|record| names::are_mentions(record.iter()))?;
            return Some(Layout::Csv { header: Some(header), extra: 0 });
        }
        layout_of(sample, ENVELOPES, |value| {
            let keys: Vec<String> = flat(value).into_iter().map(|(name, _)| name).collect();
            names::are_mentions(keys.iter())
        })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        if let Layout::Csv { .. } = file.layout {
            let kinds = kinds(file.header, file.columns);
            let times: Vec<String> = rows_of(file).map(|row| written_time(&pick(&kinds, row))).collect();
            return Ok(Box::new(Mentions { time: learned(&times, file), kinds, columns: Vec::new() }));
        }
        let columns = file.columns.to_vec();
        let objects = file.sample.ndjson.iter().chain(file.sample.json.iter().flat_map(elements));
        let times: Vec<String> = objects.map(|object| written_time(&given(object, &columns))).collect();
        Ok(Box::new(Mentions { time: learned(&times, file), kinds: Vec::new(), columns }))
    }
}

struct Mentions {
    time: TimeFormat,
    /// What each column is; empty for JSON, where each object says so.
    kinds: Vec<Field>,
    columns: Vec<(String, String)>,
}

impl RecordReader for Mentions {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        if let Record::Csv(record) = record {
            let cells = (0..record.len()).map(|at| Cow::Borrowed(record.field(at)));
            return self.add(&self.kinds.iter().cloned().zip(cells).collect::<Vec<_>>(), out);
        }
        let value = record.json()?;
        if !value.is_object() {
            return Err("expected a mention, found something else".into());
        }
        self.add(&given(&value, &self.columns), out)
    }
}

impl Mentions {
    fn add(&self, values: &[(Field, Cow<'_, str>)], out: &mut Rows) -> Result<(), String> {
        let time = self.time.parse(&written_time(values))?;
        let first = |kind: usize| best(values, kind);
        Mention {
            time,
            id: usable([first(names::ID)]),
            link: first(LINK),
            platform: match (first(PLATFORM), first(names::SOURCE)) {
                ("", "") => "web",
                ("", source) if source.contains('.') && source.strip_suffix(".com").is_none() => "web",
                ("", source) => source,
                (platform, _) => platform,
            },
            author: first(AUTHOR),
            full_name: first(names::FULL_NAME),
            title: &unescaped(first(names::TITLE)),
            text: &unescaped(first(TEXT)),
            language: first(names::LANGUAGE),
            sentiment: first(SENTIMENT),
            theme: first(names::THEME),
            entry: [first(names::ENTRY), if boolean(first(names::REPOST)) == Some(true) { "repost" } else { "" }],
            is_bot: is_bot(first(BOT)) || boolean(first(names::IS_BOT)) == Some(true),
            is_deleted: boolean(first(names::IS_DELETED)) == Some(true),
        }
        .add(
            values.iter().filter_map(|(field, value)| match field {
                Field::Free(name) if !is_null(value) && is_category(value) => Some((name.as_str(), value.as_ref())),
                _ => None,
            }),
            out,
        );
        Ok(())
    }
}

/// What each column of a header is; a mapping by the user wins.
fn kinds(header: &[String], columns: &[(String, String)]) -> Vec<Field> {
    let mut kinds: Vec<Field> = header.iter().map(|name| kind(name, columns)).collect();
    // Of two columns with one name the first stays.
    for at in 1..kinds.len() {
        if matches!(kinds[at], Field::Free(_)) && kinds[..at].contains(&kinds[at]) {
            kinds[at] = Field::Nothing;
        }
    }
    kinds
}

fn kind(name: &str, columns: &[(String, String)]) -> Field {
    let mapped =
        columns.iter().find(|(_, column)| named(column) == named(name)).map(|(canonical, _)| canonical.as_str());
    if let Some(kind) = mapped.and_then(names::canonical) {
        return Field::Known(kind, 0);
    }
    let plain = named(name);
    let known =
        KINDS.iter().enumerate().find_map(|(kind, names)| Some((kind, names.iter().position(|name| *name == plain)?)));
    match known {
        Some((COUNT, _)) => Field::Nothing,
        Some((kind, rank)) => Field::Known(kind, rank),
        None if is_personal(name) || plain.contains("url") || plain.contains("lien") => Field::Nothing,
        None if matches!(plain.as_str(), "pays" | "country code" | "code pays") => Field::Free("country".to_owned()),
        None if plain == "ville" => Field::Free("city".to_owned()),
        None => dimension(mapped.unwrap_or(name)).map_or(Field::Nothing, Field::Free),
    }
}

/// The values of one object, named as in a header.
fn given<'v>(object: &'v Value, columns: &[(String, String)]) -> Vec<(Field, Cow<'v, str>)> {
    let (names, values): (Vec<String>, Vec<Cow<'v, str>>) = flat(object).into_iter().unzip();
    kinds(&names, columns).into_iter().zip(values).collect()
}

fn pick<'r>(kinds: &[Field], row: &'r [String]) -> Vec<(Field, Cow<'r, str>)> {
    kinds.iter().cloned().zip(row.iter().map(|cell| Cow::Borrowed(cell.trim()))).collect()
}

/// Fields of an object, those of an object inside under both names (`author.name`).
fn flat(value: &Value) -> Vec<(String, Cow<'_, str>)> {
    let mut fields = Vec::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        match value {
            Value::Object(inner) => {
                let deeper = inner.iter().filter_map(|(key, value)| Some((format!("{name} {key}"), scalar(value)?)));
                fields.extend(deeper);
            }
            other => fields.extend(scalar(other).map(|text| (name.clone(), text))),
        }
    }
    fields
}

fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text.trim())),
        Value::Number(_) | Value::Bool(_) => Some(Cow::Owned(value.to_string())),
        Value::Null => Some(Cow::Borrowed("")),
        _ => None,
    }
}

/// The value of a kind under the best name that has one.
fn best<'v>(values: &'v [(Field, Cow<'_, str>)], wanted: usize) -> &'v str {
    let ranked = values.iter().filter_map(|(field, value)| match field {
        Field::Known(kind, rank) if *kind == wanted && !(is_null(value) && wanted != TEXT) && !value.is_empty() => {
            Some((*rank, value.as_ref()))
        }
        _ => None,
    });
    ranked.min_by_key(|(rank, _)| *rank).map_or("", |(_, value)| value)
}

/// The time as written; a day and a time of day in two columns are put together.
fn written_time(values: &[(Field, Cow<'_, str>)]) -> String {
    let (day, clock) = (best(values, TIME), best(values, CLOCK));
    let is_day = !day.contains(':') && !day.is_empty() && day.contains(['/', '-', '.', ' ']);
    if day.is_empty() || (is_day && !clock.is_empty()) {
        format!("{day} {clock}").trim().to_owned()
    } else {
        day.to_owned()
    }
}

fn learned(times: &[String], file: &FileContext<'_>) -> TimeFormat {
    TimeFormat::learn(&times.iter().map(String::as_str).collect::<Vec<_>>(), file.zone)
}

/// The sampled data records of delimited text.
fn rows_of<'f>(file: &'f FileContext<'_>) -> impl Iterator<Item = &'f [String]> {
    let skip = match file.layout {
        Layout::Csv { header, extra } => header.map_or(0, |at| at + 1) + extra,
        _ => 0,
    };
    let records = file.sample.csv.as_ref().map_or(&[][..], |csv| &csv.records);
    records.iter().skip(skip).map(Vec::as_slice)
}

/// The objects of a sampled document.
fn elements(document: &Value) -> Vec<&Value> {
    let lists = ENVELOPES.iter().filter_map(|path| document.get(path.trim_end_matches("[]")));
    let mut lists = lists.filter_map(Value::as_array);
    let list = document.as_array().or_else(|| lists.next());
    list.map_or_else(|| vec![document], |list| list.iter().take(200).collect())
}

#[cfg(test)]
mod tests;
