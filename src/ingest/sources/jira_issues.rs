//! Jira issues (CSV or search API), into table `actions`.
//!
//! Vendor: <https://support.atlassian.com/jira-software-cloud/docs/export-issues/>. Three lines:
//! ```text
//! Summary,Issue key,Issue id,Issue Type,Status,Created,Resolved,Due date,Labels,Labels,Custom field (Root cause)
//! Add origin failover,LIVE-311,10311,Task,To Do,23/Nov/26 9:40 AM,,30/Nov/26,postmortem,infrastructure,Capacity
//! Alert on manifest age,LIVE-312,10312,Task,Done,23/Nov/26 9:41 AM,23/Nov/26 4:02 PM,,postmortem,monitoring,
//! ```
//! CSV repeats a header for every label; its times carry no offset; headers are English or French.
//! An issue without a date of resolution was closed when its status became one of the done ones,
//! where the export tells that. Of an issue exported twice the last update counts. The kind comes from labels,
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

const KEY: &[&str] = &["Issue key", "Clé de ticket", "Clé du ticket", "Clé de demande", "Clé d'issue"];
const TYPE: &[&str] = &["Issue Type", "Type de ticket", "Type de demande", "Type d'issue"];
const ID: &[&str] = &["Issue id", "ID de ticket", "ID du ticket", "Identifiant de demande", "Identifiant de ticket"];
const TITLE: &[&str] = &["Summary", "Résumé", "Titre"];
const STATUS: &[&str] = &["Status", "État", "Statut"];
const CATEGORY: &[&str] = &["Status Category", "Catégorie d'état", "Catégorie de statut"];
const DUE: &[&str] = &["Due date", "Date d'échéance", "Date d\u{2019}échéance", "Échéance"];
const CREATED: &[&str] = &["Created", "Création", "Créée", "Créé", "Date de création"];
const UPDATED: &[&str] = &["Updated", "Mise à jour", "Mis à jour", "Mise à jour le", "Date de mise à jour"];
const RESOLVED: &[&str] = &["Resolved", "Résolue", "Résolu", "Date de résolution"];
const CHANGED: &[&str] = &["Status Category Changed", "Catégorie d'état modifiée", "Catégorie de statut modifiée"];
const WORDS: &[&str] = &[
    "labels",
    "label",
    "components",
    "component/s",
    "component",
    "issue type",
    "etiquettes",
    "etiquette",
    "composants",
    "composant",
    "type de ticket",
    "type de demande",
];

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
const PEOPLE: &[&str] = &[
    "Assignee",
    "Reporter",
    "Creator",
    "Responsable",
    "Personne assignée",
    "Attributaire",
    "Rapporteur",
    "Auteur",
    "Créateur",
];

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

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let pairs = KEY.iter().flat_map(|key| TYPE.iter().chain(ID).map(move |other| [*key, *other]));
        let header = pairs.into_iter().find_map(|pair| sample.csv_header(&pair));
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
    updated: Option<i64>,
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
            .version(self.updated)
            .finish();
    }
}

struct CsvIssues {
    key: usize,
    title: Option<usize>,
    status: Option<usize>,
    category: Option<usize>,
    factor: Option<usize>,
    owner: Option<usize>,
    acceptance: Option<usize>,
    words: Vec<usize>,
    people: Vec<usize>,
    due: Option<Dated>,
    created: Option<Dated>,
    closed: Option<Dated>,
    changed: Option<Dated>,
    updated: Option<Dated>,
}

/// A column of times.
type Dated = (usize, TimeFormat);

impl CsvIssues {
    fn new(file: &FileContext<'_>) -> Result<Self, String> {
        let dated = |index: usize, zone: &TimeZone| (index, TimeFormat::learn(&file.sampled(index), zone));
        Ok(Self {
            key: file.column("action_id", KEY).ok_or("expected a column `Issue key`, found none")?,
            title: file.column("title", TITLE),
            status: file.column("status", STATUS),
            category: file.column("", CATEGORY),
            factor: custom(file, "factor", FACTOR),
            owner: custom(file, "owner_role", OWNER),
            acceptance: custom(file, "acceptance_query", ACCEPTANCE),
            words: positions(file, WORDS),
            people: PEOPLE.iter().filter_map(|name| file.column("", &[name])).collect(),
            due: file.column("due_on", DUE).map(|index| dated(index, &TimeZone::UTC)),
            created: file.column("created_at", CREATED).map(|index| dated(index, file.zone)),
            closed: file.column("closed_at", RESOLVED).map(|index| dated(index, file.zone)),
            changed: file.column("", CHANGED).map(|index| dated(index, file.zone)),
            updated: file.column("", UPDATED).map(|index| dated(index, file.zone)),
        })
    }
}

impl RecordReader for CsvIssues {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let cell = |index: Option<usize>| index.map_or("", |at| record.field(at));
        let at = |column: Option<&Dated>| {
            column.map_or(Ok(None), |(index, format)| format.parse(&full_year(record.field(*index))))
        };
        for index in &self.people {
            name_person(record.field(*index), out);
        }
        let category = cell(self.category);
        let closed = match at(self.closed.as_ref())? {
            None if is_done(category) => at(self.changed.as_ref()).unwrap_or(None),
            closed => closed,
        };
        let issue = Issue {
            key: record.field(self.key),
            title: cell(self.title),
            words: self.words.iter().map(|index| record.field(*index)).collect(),
            factor: cell(self.factor),
            owner: cell(self.owner),
            status: Some(cell(self.status)).filter(|status| !status.is_empty()).unwrap_or(category),
            acceptance: cell(self.acceptance),
            due: at(self.due.as_ref())?,
            created: at(self.created.as_ref())?,
            closed,
            updated: at(self.updated.as_ref()).unwrap_or(None),
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
        let category = text(&fields["status"]["statusCategory"]["key"]);
        let closed = match at(&self.time, "resolutiondate")? {
            None if is_done(category) => at(&self.time, "statuscategorychangedate").unwrap_or(None),
            closed => closed,
        };
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
            closed,
            updated: at(&self.time, "updated").unwrap_or(None),
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
    let forms = ["Custom field", "Champ personnalisé", "Champs personnalisés"];
    let written = names.iter().flat_map(|name| forms.iter().map(move |form| format!("{form} ({name})")));
    let written: Vec<String> = written.collect();
    let written: Vec<&str> = written.iter().map(String::as_str).chain(names.iter().copied()).collect();
    file.column(canonical, &written)
}

/// Whether a category of statuses is that of work that is over.
fn is_done(category: &str) -> bool {
    matches!(fold(category).as_str(), "done" | "termine" | "terminee")
}

/// The default form of Jira, `22/Nov/26 9:04 PM`, with a year of four digits and no dot.
fn full_year(written: &str) -> Cow<'_, str> {
    static SHORT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(\d{1,2}[/-]\p{L}{3,9})\.?([/-])(?:20)?(\d{2})(\s|$)").expect("a valid pattern")
    });
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
    fn french_headers_and_months_are_read_in_the_zone_of_the_user() {
        let text = "Résumé;Clé de ticket;ID de ticket;Type de ticket;État;Rapporteur;Création;Mise à jour;Résolue;Date d'échéance;Étiquettes;Étiquettes;Champs personnalisés (Cause racine);Catégorie d'état;Catégorie d'état modifiée\n\
            Basculer l'origine;DIR-1;1;Tâche;Fini;Ada Morvane;23/nov./26 9:40;24/nov./26 9:40;;30/nov./2026;postmortem;formation;capacité;Terminé;24/nov./26 09:40\n\
            Revoir;DIR-2;2;Tâche;;;22/11/2026 21:04;;;;;;;À faire;\n";
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let piece = crate::ingest::sources::testing::read_in(&JiraIssues, "jira.csv", text, &zone);
        assert_eq!(
            rows_of(&piece, "actions"),
            [
                "action_id=DIR-1 title=Basculer l'origine kind=training factor=capacité due_on=2026-11-30T00:00:00Z status=Fini created_at=2026-11-23T08:40:00Z closed_at=2026-11-24T08:40:00Z",
                "action_id=DIR-2 title=Revoir status=À faire created_at=2026-11-22T20:04:00Z",
            ]
        );
        assert_eq!(piece.people, ["Ada Morvane"]);
        assert!(piece.tables[0].versions[0] > piece.tables[0].versions[1]);
    }

    #[test]
    fn a_bom_other_separators_and_lines_in_cells_are_no_matter() {
        let text = "\u{feff}Issue Type|Issue key|Issue id|Summary|Due Date|Component/s|Component/s\r\n\
            Task|OPS-1|1|Add failover|30/Nov/26 12:00 AM|player|runbook\r\n";
        assert_eq!(
            rows_of(&read(&JiraIssues, "jira.csv", text), "actions"),
            ["action_id=OPS-1 title=Add failover kind=process due_on=2026-11-30T00:00:00Z"]
        );
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
