//! The "report an outage" button or form, and other plain lists of complaints: delimited text
//! with a time, a comment or symptom, and where it was felt, into table `complaints`.
//!
//! There is no standard; headers are English or French. Three lines of such a file:
//! ```text
//! Horodatage;Identifiant;Problème;Chaîne;Appareil;Version;Fournisseur d'accès;Région;Commentaire
//! 22/11/2026 21:04:08;R1;Écran noir;Chaîne 1;Smart TV;7.1;FAI A;Bretagne;plus rien
//! 22/11/2026 21:05:00;R2;Son coupé;Chaîne 1;Mobile;7.2;;Corse;
//! ```
//! The TV channel is the dimension `tv_channel`; the column `channel` says `report button`.
//! Names, e-mail addresses and telephone numbers are not stored. Rows with one report id are one
//! row; an id that returns over hours is taken for that of the person instead.

use std::collections::BTreeMap;

use crate::ingest::mention::{dimension, is_category, language};
use crate::ingest::question::{Personal, personal};
use crate::ingest::rows::Rows;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::is_null;
use crate::schema::complaints as table;

const TIME: &[&str] = &[
    "timestamp",
    "created_at",
    "submitted_at",
    "reported_at",
    "received_at",
    "date",
    "date_time",
    "datetime",
    "date time",
    "horodatage",
    "horodateur",
    "date et heure",
    "date de creation",
    "date de signalement",
];
const CLOCK: &[&str] = &["time", "heure", "hour"];
const SYMPTOM: &[&str] =
    &["issue", "problem", "category", "symptom", "probleme", "motif", "categorie", "theme", "symptome", "type"];
const COMMENT: &[&str] =
    &["comment", "message", "description", "commentaire", "remarques", "remarque", "comments", "texte"];
const REPORT_ID: &[&str] = &["id", "report_id", "identifiant", "reference", "ticket", "ticket_id", "numero"];
const AUTHOR: &[&str] = &["user_id", "anonymous_id", "session_id", "customer_id", "identifiant client"];
const LANGUAGE: &[&str] = &["language", "langue", "lang", "locale"];

/// Where it was felt: name of the dimension and the headers that mean it.
const PLACES: &[(&str, &[&str])] = &[
    ("tv_channel", &["channel", "program", "programme", "chaine", "tv_channel", "tv channel"]),
    ("device", &["device", "platform", "appareil", "equipement", "terminal", "support"]),
    ("app_version", &["app_version", "app version", "version", "version de l'application"]),
    ("os", &["os", "systeme"]),
    ("isp", &["isp", "provider", "operator", "fournisseur", "fournisseur d'acces", "fai", "operateur"]),
    ("region", &["region", "departement"]),
    ("city", &["city", "ville"]),
    ("postcode", &["postcode", "zip", "code postal"]),
];

/// Columns of logs, metrics and tidy tables, which are no lists of complaints.
const FOREIGN: &[&str] = &[
    "complaint_id",
    "value",
    "total",
    "bad",
    "count",
    "entity",
    "metric",
    "level",
    "severity",
    "host",
    "service",
    "logger",
    "trace_id",
    "status_code",
    "bytes",
    "event_id",
    "query id",
    "respondent id",
    "issue key",
    "action_id",
    "customer_key",
    "origin",
    "milestone",
    "view_id",
    "network id",
    "hit sentence",
    "requester",
    "resolution status",
];

/// Reports of a button or a form.
#[derive(Debug)]
pub struct OutageButton;

impl Source for OutageButton {
    fn name(&self) -> &'static str {
        "outage_button"
    }

    fn about(&self) -> &'static str {
        "Reports of a \"report an outage\" button or form, or any list of complaints with a time, a comment or \
         symptom, and a channel, device, provider or region (CSV)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["complaints"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let records = &sample.csv.as_ref()?.records;
        let header = records.iter().take(5).position(|record| is_header(record))?;
        Some(Layout::Csv { header: Some(header), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reports::new(file)?))
    }
}

struct Reports {
    time: usize,
    clock: Option<usize>,
    format: TimeFormat,
    id: Option<usize>,
    author: Option<usize>,
    symptom: Option<usize>,
    comment: Option<usize>,
    language: Option<usize>,
    names: Vec<usize>,
    free: Vec<(usize, String)>,
}

impl Reports {
    fn new(file: &FileContext<'_>) -> Result<Self, String> {
        let time = file.column("time", TIME).ok_or("expected a column with a time, found none")?;
        let clock = file.column("", CLOCK).filter(|_| fold(&file.header[time]) == "date");
        let times: Vec<String> = match clock {
            Some(clock) => {
                let clocks = file.sampled(clock);
                file.sampled(time).iter().zip(clocks).map(|(day, hour)| format!("{day} {}", clock_text(hour))).collect()
            }
            None => file.sampled(time).into_iter().map(clock_text).collect(),
        };
        let samples: Vec<&str> = times.iter().map(String::as_str).collect();
        let mut reports = Self {
            time,
            clock,
            format: TimeFormat::learn(&samples, file.zone),
            id: file.column("complaint_id", REPORT_ID),
            author: file.column("author_key", AUTHOR),
            symptom: file.column("theme", SYMPTOM),
            comment: file.column("body", COMMENT),
            language: file.column("language", LANGUAGE),
            names: Vec::new(),
            free: Vec::new(),
        };
        if reports.id.is_some_and(|id| reports.returns(&file.sampled(id), &samples)) {
            reports.author = reports.author.or(reports.id);
            reports.id = None;
        }
        reports.place(file);
        Ok(reports)
    }

    /// Whether an id of the sample comes back after more than ten minutes.
    fn returns(&self, ids: &[&str], times: &[&str]) -> bool {
        let mut first: BTreeMap<&str, i64> = BTreeMap::new();
        ids.len() == times.len()
            && ids.iter().zip(times).any(|(id, time)| {
                let Ok(Some(time)) = self.format.parse(time) else { return false };
                time.abs_diff(*first.entry(id).or_insert(time)) > 600_000_000
            })
    }

    /// Gives every column that is left a dimension, unless it is personal.
    fn place(&mut self, file: &FileContext<'_>) {
        let taken = [Some(self.time), self.clock, self.id, self.author, self.symptom, self.comment, self.language];
        for (name, headers) in PLACES {
            if let Some(index) = file.column(name, headers).filter(|index| !taken.contains(&Some(*index))) {
                self.free.push((index, (*name).to_owned()));
            }
        }
        for (index, header) in file.header.iter().enumerate() {
            let is_placed = self.free.iter().any(|(known, _)| *known == index);
            if is_placed || taken.contains(&Some(index)) {
                continue;
            }
            match personal(header) {
                Some(Personal::Name) => self.names.push(index),
                Some(_) => {}
                None => {
                    let name = dimension(header).filter(|name| self.free.iter().all(|(_, known)| known != name));
                    self.free.extend(name.map(|name| (index, name)));
                }
            }
        }
    }

    fn time(&self, record: &CsvRecord) -> Result<Option<i64>, String> {
        let day = record.field(self.time);
        match self.clock {
            Some(clock) => self.format.parse(format!("{day} {}", clock_text(record.field(clock))).trim()),
            None => self.format.parse(&clock_text(day)),
        }
    }
}

impl RecordReader for Reports {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let cell = |index: Option<usize>| index.map(|at| record.field(at)).filter(|cell| !is_null(cell)).unwrap_or("");
        let time = self.time(record)?;
        for name in &self.names {
            out.person(record.field(*name));
        }
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, time)
            .text(table::COMPLAINT_ID, cell(self.id))
            .text(table::CHANNEL, "report button")
            .text(table::AUTHOR_KEY, cell(self.author))
            .text(table::BODY, self.comment.map_or("", |index| record.field(index)))
            .text(table::LANGUAGE, &language(cell(self.language)))
            .text(table::THEME, cell(self.symptom));
        for (index, name) in &self.free {
            row.dimension(name, Some(cell(Some(*index))).filter(|value| is_category(value)).unwrap_or_default());
        }
        row.finish();
        Ok(())
    }
}

/// Whether a record names the columns of such a list: a time, what is wrong, and where.
fn is_header(record: &[String]) -> bool {
    let names: Vec<String> = record.iter().map(|cell| fold(cell).replace('\u{2019}', "'")).collect();
    let has = |words: &[&str]| names.iter().any(|name| words.contains(&name.as_str()));
    let is_wrong = has(COMMENT) || has(&SYMPTOM[..SYMPTOM.len() - 1]);
    let places = PLACES.iter().filter(|(_, words)| has(words)).count();
    has(TIME) && is_wrong && places > 0 && !has(FOREIGN)
}

/// A time of day as `21h05` or `21 h 05` in the usual form.
fn clock_text(text: &str) -> String {
    let mut parts = text.rsplitn(2, ['h', 'H']);
    let (after, before) = (parts.next().unwrap_or_default().trim(), parts.next().unwrap_or_default().trim_end());
    let is_clock = before.ends_with(|c: char| c.is_ascii_digit())
        && (after.is_empty() || after.len() == 2)
        && after.bytes().all(|byte| byte.is_ascii_digit());
    if !is_clock {
        return text.to_owned();
    }
    format!("{before}:{}", if after.is_empty() { "00" } else { after })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, rows_of};

    #[test]
    fn a_french_form_with_date_and_hour_becomes_complaints() {
        let text = "Date;Heure;Chaîne;Problème;Appareil;Fournisseur d'accès;Code postal;Commentaire;Nom;Salon\n\
            22/11/2026;21h04;Chaîne 1;Écran noir;Smart TV;FAI A;01000;plus rien;Ada Morvane;oui\n\
            22/11/2026;21:05;Chaîne 1;Son coupé;Mobile;;1000;=SOMME(A1);;a@mail.example\n\
            99/99/2026;25:61;;;;;;x;;\n";
        let piece = read(&OutageButton, "reports.csv", text);
        let rows = rows_of(&piece, "complaints");
        assert_eq!(rows.len(), 2);
        for part in [
            "time=2026-11-22T21:04:00Z",
            "channel=report button",
            "body=plus rien",
            "theme=Écran noir",
            "tv_channel=Chaîne 1",
            "isp=FAI A",
            "postcode=01000",
            "salon=oui",
        ] {
            assert!(rows[0].contains(part), "{part} in {}", rows[0]);
        }
        assert!(!rows[1].contains("mail.example") && rows[1].contains("body==SOMME(A1)"));
        assert_eq!(piece.rejects.len(), 1);
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn an_id_that_returns_over_hours_is_the_person() {
        let text = "reported_at,id,issue,device,comment\n2027-02-03T19:00:00Z,U1,Sound,tv,a\n2027-02-03T23:00:00Z,U1,Picture,tv,b\n";
        let rows = rows_of(&read(&OutageButton, "reports.csv", text), "complaints");
        assert!(rows[0].contains("author_key=") && !rows[0].contains("complaint_id"), "{}", rows[0]);
    }

    #[test]
    fn other_tables_are_left_alone() {
        for header in [
            "time,complaint_id,channel,body",
            "time,entity,kind,summary,actor_role",
            "time,customer_key,kind,cost,currency,is_accepted",
            "timestamp,level,service,region,message",
            "timestamp,region,device,value",
            "Date,Host,Service,Message",
            "time,milestone,body,origin",
            "Horodateur,Sur quel appareil regardiez-vous ?,Commentaire",
            "timestamp,comment",
            "",
        ] {
            let sample = crate::ingest::sources::testing::sample("a.csv", &format!("{header}\n1,2,3,4,5,6\n"));
            assert_eq!(OutageButton.recognise(&sample), None, "{header}");
        }
    }
}
