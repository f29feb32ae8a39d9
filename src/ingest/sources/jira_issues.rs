//! Jira issues (CSV or search API), into table `actions`.
//!
//! Vendor: <https://support.atlassian.com/jira-software-cloud/docs/export-issues/>. Three lines:
//! ```text
//! Summary,Issue key,Issue id,Issue Type,Status,Created,Resolved,Due date,Labels,Labels,Custom field (Root cause)
//! Add origin failover,LIVE-311,10311,Task,To Do,23/Nov/26 9:40 AM,,30/Nov/26,postmortem,infrastructure,Capacity
//! Alert on manifest age,LIVE-312,10312,Task,Done,23/Nov/26 9:41 AM,23/Nov/26 4:02 PM,,postmortem,monitoring,
//! ```
//! CSV repeats a header for every label; its times carry no offset. The kind comes from labels,
//! components and issue type when one of them names it. The owner is a role or a team, from a
//! field of that name; assignees are people and are only hidden. Comments are not read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use regex::Regex;
use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::{layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::TimeFormat;
use crate::schema::actions as table;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

const FACTOR: &[&str] =
    &["root cause", "contributing factor", "factor", "cause", "facteur", "cause racine", "facteur contributif"];
const OWNER: &[&str] = &[
    "owner role",
    "role",
    "team",
    "owner team",
    "owning team",
    "squad",
    "equipe",
    "equipe responsable",
    "responsible team",
];
const ACCEPTANCE: &[&str] = &["acceptance query", "acceptance sql", "requete de verification"];
const PEOPLE: &[&str] = &["Assignee", "Reporter", "Creator"];

/// Words of labels, components and issue types, by the kind that they mean.
const KINDS: &[(&str, &[&str])] = &[
    ("monitoring", &["monitoring", "alerting", "observability", "supervision", "alert"]),
    ("communication", &["communication", "status-page", "statuspage", "support", "customer-communication"]),
    ("training", &["training", "formation", "exercise", "game-day", "gameday"]),
    ("process", &["process", "processus", "runbook", "procedure", "release-process", "change-management"]),
    (
        "infrastructure",
        &["infrastructure", "infra", "capacity", "redundancy", "reliability", "network", "platform", "code"],
    ),
];

/// Issues of Jira.
#[derive(Debug)]
pub struct JiraIssues;

impl Source for JiraIssues {
    fn name(&self) -> &'static str {
        "jira_issues"
    }

    fn about(&self) -> &'static str {
        "Jira issues that track corrective actions, from its CSV export or the search API (JSON)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["actions"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let header =
            sample.csv_header(&["Issue key", "Issue Type"]).or_else(|| sample.csv_header(&["Issue key", "Issue id"]));
        if header.is_some() {
            return Some(Layout::Csv { header, extra: 0 });
        }
        layout_of(sample, &["issues[]"], |value| {
            value.get("key").is_some() && value.get("fields").is_some_and(|fields| fields.get("summary").is_some())
        })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        if matches!(file.layout, Layout::Csv { .. }) {
            return Ok(Box::new(CsvIssues::new(file)?));
        }
        let mut names = BTreeMap::new();
        let named = file.sample.json.as_ref().and_then(|json| json["names"].as_object());
        for (field, name) in named.into_iter().flatten() {
            names.insert(field.clone(), fold(text(name)));
        }
        Ok(Box::new(JsonIssues { time: TimeFormat::iso(file.zone), day: TimeFormat::iso(&TimeZone::UTC), names }))
    }
}

/// What is kept of an issue.
#[derive(Debug, Default)]
struct Issue<'a> {
    key: &'a str,
    title: &'a str,
    words: Vec<&'a str>,
    factor: &'a str,
    owner: &'a str,
    status: &'a str,
    acceptance: &'a str,
    due: Option<i64>,
    created: Option<i64>,
    closed: Option<i64>,
}

impl Issue<'_> {
    fn add(&self, out: &mut Rows) {
        out.row(&table::TABLE)
            .text(table::ACTION_ID, self.key)
            .text(table::TITLE, self.title)
            .text(table::KIND, kind(&self.words))
            .text(table::FACTOR, self.factor)
            .text(table::OWNER_ROLE, self.owner)
            .time(table::DUE_ON, self.due.map(|due| due - due.rem_euclid(DAY)))
            .text(table::STATUS, self.status)
            .time(table::CREATED_AT, self.created)
            .time(table::CLOSED_AT, self.closed)
            .text(table::ACCEPTANCE_QUERY, self.acceptance)
            .finish();
    }
}

struct CsvIssues {
    key: usize,
    title: Option<usize>,
    status: Option<usize>,
    factor: Option<usize>,
    owner: Option<usize>,
    acceptance: Option<usize>,
    words: Vec<usize>,
    people: Vec<usize>,
    due: Option<(usize, TimeFormat)>,
    created: Option<(usize, TimeFormat)>,
    closed: Option<(usize, TimeFormat)>,
}

impl CsvIssues {
    fn new(file: &FileContext<'_>) -> Result<Self, String> {
        let dated = |index: usize, zone: &TimeZone| (index, TimeFormat::learn(&file.sampled(index), zone));
        let words = ["labels", "label", "components", "component/s", "component", "issue type", "etiquettes"];
        Ok(Self {
            key: file.column("action_id", &["Issue key"]).ok_or("expected a column `Issue key`, found none")?,
            title: file.column("title", &["Summary"]),
            status: file.column("status", &["Status"]),
            factor: custom(file, "factor", FACTOR),
            owner: custom(file, "owner_role", OWNER),
            acceptance: custom(file, "acceptance_query", ACCEPTANCE),
            words: positions(file, &words),
            people: PEOPLE.iter().filter_map(|name| file.column("", &[name])).collect(),
            due: file.column("due_on", &["Due date"]).map(|index| dated(index, &TimeZone::UTC)),
            created: file.column("created_at", &["Created"]).map(|index| dated(index, file.zone)),
            closed: file.column("closed_at", &["Resolved"]).map(|index| dated(index, file.zone)),
        })
    }
}

impl RecordReader for CsvIssues {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let cell = |index: Option<usize>| index.map_or("", |at| record.field(at));
        let at = |column: Option<&(usize, TimeFormat)>| {
            column.map_or(Ok(None), |(index, format)| format.parse(&full_year(record.field(*index))))
        };
        for index in &self.people {
            name_person(record.field(*index), out);
        }
        let issue = Issue {
            key: record.field(self.key),
            title: cell(self.title),
            words: self.words.iter().map(|index| record.field(*index)).collect(),
            factor: cell(self.factor),
            owner: cell(self.owner),
            status: cell(self.status),
            acceptance: cell(self.acceptance),
            due: at(self.due.as_ref())?,
            created: at(self.created.as_ref())?,
            closed: at(self.closed.as_ref())?,
        };
        issue.add(out);
        Ok(())
    }
}

struct JsonIssues {
    time: TimeFormat,
    day: TimeFormat,
    /// Folded name of each field, when the document lists them.
    names: BTreeMap<String, String>,
}

impl RecordReader for JsonIssues {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let fields = value.get("fields").ok_or("expected an issue with `fields`, found none")?;
        let at = |format: &TimeFormat, name: &str| {
            format.parse(text(&fields[name])).map_err(|reason| format!("{reason} in `{name}`"))
        };
        for person in ["assignee", "reporter", "creator"] {
            name_person(text(&fields[person]["displayName"]), out);
        }
        let labels = fields["labels"].as_array().into_iter().flatten().map(text);
        let components = fields["components"].as_array().into_iter().flatten().map(|one| text(&one["name"]));
        let issue = Issue {
            key: text(&value["key"]),
            title: text(&fields["summary"]),
            words: labels.chain(components).chain([text(&fields["issuetype"]["name"])]).collect(),
            factor: self.named(fields, FACTOR),
            owner: self.named(fields, OWNER),
            status: text(&fields["status"]["name"]),
            acceptance: self.named(fields, ACCEPTANCE),
            due: at(&self.day, "duedate")?,
            created: at(&self.time, "created")?,
            closed: at(&self.time, "resolutiondate")?,
        };
        issue.add(out);
        Ok(())
    }
}

impl JsonIssues {
    /// The value of the first field of one of these names.
    fn named<'a>(&self, fields: &'a Value, wanted: &[&str]) -> &'a str {
        let known = self.names.iter().filter(|(_, name)| wanted.contains(&name.as_str()));
        let values = known.filter_map(|(field, _)| fields.get(field));
        values.map(content).find(|content| !content.is_empty()).unwrap_or_default()
    }
}

/// The text of a custom field: itself, or the option, team or first option that it holds.
fn content(value: &Value) -> &str {
    let inner = if value.is_array() { &value[0] } else { value };
    [inner, &inner["value"], &inner["name"], &inner["title"]]
        .into_iter()
        .map(text)
        .find(|t| !t.is_empty())
        .unwrap_or("")
}

/// The column of a field by its own name or as `Custom field (<name>)`.
fn custom(file: &FileContext<'_>, canonical: &str, names: &[&str]) -> Option<usize> {
    let written: Vec<String> = names.iter().map(|name| format!("Custom field ({name})")).collect();
    let written: Vec<&str> = written.iter().map(String::as_str).chain(names.iter().copied()).collect();
    file.column(canonical, &written)
}

/// The default form of Jira, `22/Nov/26 9:04 PM`, with a year of four digits.
fn full_year(written: &str) -> Cow<'_, str> {
    static SHORT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(\d{1,2}[/-]\p{L}{3,9})\.?([/-])(\d{2})(\s|$)").expect("a valid pattern"));
    SHORT.replace(written.trim(), "${1}${2}20${3}${4}")
}

fn positions(file: &FileContext<'_>, names: &[&str]) -> Vec<usize> {
    let header = file.header.iter().enumerate();
    header.filter(|(_, cell)| names.contains(&fold(cell).as_str())).map(|(index, _)| index).collect()
}

/// Remembers an account whose name has at least two words; roles and bots have one.
fn name_person(name: &str, out: &mut Rows) {
    if name.split_whitespace().count() >= 2 {
        out.person(name);
    }
}

fn kind(words: &[&str]) -> &'static str {
    let folded: Vec<String> = words.iter().map(|word| fold(word).replace([' ', '_'], "-")).collect();
    let named = KINDS.iter().find(|(_, meant)| folded.iter().any(|word| meant.contains(&word.as_str())));
    named.map_or("", |(kind, _)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn issues_of_the_csv_are_actions() {
        let text = "Summary,Issue key,Issue id,Issue Type,Status,Assignee,Created,Resolved,Due date,Labels,Labels,Custom field (Root cause),Custom field (Owner role)\n\
            Add failover,OPS-1,1,Task,Done,Ada Morvane,23/Nov/26 9:40 AM,24/Nov/26 4:02 PM,30/Nov/26,postmortem,infrastructure,capacity,platform lead\n\
            =cmd(),OPS-2,2,Task,To Do,,2026-11-23 09:40,,,postmortem,,,\n\
            Alert,OPS-3,3,Task,To Do,,23/Nov/26 9:40 AM,,someday,monitoring,,,\n";
        let piece = read(&JiraIssues, "jira.csv", text);
        let rows = rows_of(&piece, "actions");
        assert_eq!(
            rows[0],
            "action_id=OPS-1 title=Add failover kind=infrastructure factor=capacity owner_role=platform lead due_on=2026-11-30T00:00:00Z status=Done created_at=2026-11-23T09:40:00Z closed_at=2026-11-24T16:02:00Z"
        );
        assert_eq!(rows[1], "action_id=OPS-2 title==cmd() status=To Do created_at=2026-11-23T09:40:00Z");
        assert_eq!(reasons(&piece), ["expected a time, found `someday`"]);
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn issues_of_the_api_are_actions() {
        let text = r#"{"names":{"customfield_7":"Team","customfield_8":"Root cause"},"issues":[
            {"key":"OPS-1","fields":{"summary":"Add failover","status":{"name":"Done"},"labels":["process"],"created":"2026-11-23T09:40:08.892+0100","duedate":"2026-11-30","resolutiondate":null,"assignee":{"displayName":"Ada Morvane"},"customfield_7":{"value":"platform"},"customfield_8":["capacity"]}},
            {"key":"OPS-2"},{"key":null,"fields":{"summary":"x"}}]}"#;
        let piece = read(&JiraIssues, "jira.json", text);
        assert_eq!(
            rows_of(&piece, "actions"),
            [
                "action_id=OPS-1 title=Add failover kind=process factor=capacity owner_role=platform due_on=2026-11-30T00:00:00Z status=Done created_at=2026-11-23T08:40:08.892Z"
            ]
        );
        assert_eq!(piece.rejects.len(), 2);
    }
}
