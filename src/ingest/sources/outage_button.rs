//! The "report an outage" button or form, and other plain lists of complaints: delimited text
//! with a time, a comment or symptom, and where it was felt, into table `complaints`.
//!
//! There is no standard; headers are English or French. Three lines of such a file:
//! ```text
//! Horodatage;Identifiant;Problème;Chaîne;Appareil;Version;Fournisseur d'accès;Région;Commentaire
//! 22/11/2026 21:04:08;R1;Écran noir;Chaîne 1;Smart TV;7.1;FAI A;Bretagne;plus rien
//! 22/11/2026 21:05:00;R2;Son coupé;Chaîne 1;Mobile;7.2;;Corse;
//! ```
//! The TV channel is the dimension `tv_channel`; the column `channel` says `report button`, unless
//! the list says by which way each complaint came. Names, e-mail addresses, telephone numbers and
//! identifiers of devices are not stored. Postcodes that a spreadsheet shortened get their zero back. Rows with one report id are one
//! row; an id that returns over hours is taken for that of the person instead.

use std::collections::BTreeMap;

use crate::ingest::mention::{channel, column, dimension, is_category, is_personal, language, named};
use crate::ingest::question::{Personal, personal};
use crate::ingest::rows::Rows;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::is_null;
use crate::schema::complaints as table;

/// Names of columns as [`named`] gives them, the best first: the clock of the server is better
/// than that of a device.
const TIME: &[&str] = &[
    "received at",
    "server time",
    "server timestamp",
    "recu le",
    "heure serveur",
    "date de reception",
    "timestamp",
    "created at",
    "submitted at",
    "reported at",
    "date",
    "date time",
    "datetime",
    "horodatage",
    "horodateur",
    "date et heure",
    "date heure",
    "date de creation",
    "date de signalement",
    "signale le",
    "client time",
    "client timestamp",
];
const CLOCK: &[&str] = &["time", "heure", "hour"];
const SYMPTOM: &[&str] = &[
    "issue",
    "problem",
    "category",
    "symptom",
    "probleme",
    "motif",
    "categorie",
    "theme",
    "symptome",
    "issue type",
    "problem type",
    "type de probleme",
    "probleme rencontre",
    "probleme constate",
    "nature du probleme",
    "type de panne",
    "type",
];
const COMMENT: &[&str] = &[
    "comment",
    "message",
    "description",
    "commentaire",
    "remarques",
    "remarque",
    "comments",
    "commentaires",
    "commentaire libre",
    "texte",
    "details",
    "precisions",
    "feedback",
    "votre message",
    "description du probleme",
];
const REPORT_ID: &[&str] =
    &["id", "report id", "identifiant", "reference", "ticket", "ticket id", "numero", "complaint id"];
const AUTHOR: &[&str] =
    &["user id", "anonymous id", "session id", "customer id", "identifiant client", "device id", "identifiant abonne"];
const LANGUAGE: &[&str] = &["language", "langue", "lang", "locale"];
/// By which way it came, when the list says so; `channel` is that of television.
const WAY: &[&str] = &["canal", "canal de contact", "contact channel", "mode de contact"];

/// Where it was felt: name of the dimension and the headers that mean it.
const PLACES: &[(&str, &[&str])] = &[
    ("tv_channel", &["channel", "program", "programme", "chaine", "tv channel"]),
    (
        "device",
        &[
            "device",
            "device type",
            "platform",
            "plateforme",
            "appareil",
            "type d'appareil",
            "equipement",
            "terminal",
            "support",
        ],
    ),
    ("app_version", &["app version", "version", "version de l'application", "version de l'appli"]),
    ("os", &["os", "systeme"]),
    (
        "isp",
        &[
            "isp",
            "provider",
            "operator",
            "fournisseur",
            "fournisseur d'acces",
            "fai",
            "operateur",
            "operateur internet",
        ],
    ),
    ("region", &["region", "departement"]),
    ("city", &["city", "ville"]),
    ("postcode", &["postcode", "zip", "zip code", "postal code", "code postal"]),
];

/// Columns of logs, metrics and tidy tables, which are no lists of complaints.
const FOREIGN: &[&str] = &[
    "author key",
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
    "trace id",
    "status code",
    "bytes",
    "event id",
    "query id",
    "respondent id",
    "issue key",
    "action id",
    "customer key",
    "origin",
    "milestone",
    "view id",
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
    way: Option<usize>,
    /// Column of postcodes that lost their leading zeros.
    short_postcodes: Option<usize>,
    names: Vec<usize>,
    free: Vec<(usize, String)>,
}

impl Reports {
    fn new(file: &FileContext<'_>) -> Result<Self, String> {
        let time = column(file, "time", TIME).ok_or("expected a column with a time, found none")?;
        let clock = column(file, "", CLOCK).filter(|_| named(&file.header[time]) == "date");
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
            id: column(file, "complaint_id", REPORT_ID),
            author: column(file, "author_key", AUTHOR),
            symptom: column(file, "theme", SYMPTOM),
            comment: column(file, "body", COMMENT),
            language: column(file, "language", LANGUAGE),
            way: column(file, "channel", WAY),
            short_postcodes: None,
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
        let taken =
            [Some(self.time), self.clock, self.id, self.author, self.symptom, self.comment, self.language, self.way];
        for (name, headers) in PLACES {
            if let Some(index) = column(file, name, headers).filter(|index| !taken.contains(&Some(*index))) {
                self.free.push((index, (*name).to_owned()));
            }
        }
        let postcodes = self.free.iter().find(|(_, name)| name == "postcode").map(|(index, _)| *index);
        self.short_postcodes = postcodes.filter(|index| are_shortened(&file.sampled(*index)));
        for (index, header) in file.header.iter().enumerate() {
            let is_placed = self.free.iter().any(|(known, _)| *known == index);
            if is_placed || taken.contains(&Some(index)) {
                continue;
            }
            match personal(header) {
                Some(Personal::Name) => self.names.push(index),
                Some(_) => {}
                None if is_personal(header) => {}
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
        let way = cell(self.way);
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, time)
            .text(table::COMPLAINT_ID, cell(self.id))
            .text(table::CHANNEL, &if way.is_empty() { "report button".to_owned() } else { channel(way) })
            .text(table::AUTHOR_KEY, cell(self.author))
            .text(table::BODY, self.comment.map_or("", |index| record.field(index)))
            .text(table::LANGUAGE, &language(cell(self.language)))
            .text(table::THEME, cell(self.symptom));
        for (index, name) in &self.free {
            let value = Some(cell(Some(*index))).filter(|value| is_category(value)).unwrap_or_default();
            if self.short_postcodes == Some(*index) && value.len() == 4 {
                row.dimension(name, &format!("0{value}"));
            } else {
                row.typed_dimension(name, value);
            }
        }
        row.finish();
        Ok(())
    }
}

/// Whether a column holds postcodes of five digits, some of which a spreadsheet took for numbers.
fn are_shortened(samples: &[&str]) -> bool {
    let are_numbers = samples.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    are_numbers && samples.iter().any(|code| code.len() == 5) && samples.iter().all(|code| matches!(code.len(), 4 | 5))
}

/// Whether a record names the columns of such a list: a time, what is wrong, and where.
fn is_header(record: &[String]) -> bool {
    let names: Vec<String> = record.iter().map(|cell| named(cell)).collect();
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
            "isp=FAI A",
            "salon=oui",
        ] {
            assert!(rows[0].contains(part), "{part} in {}", rows[0]);
        }
        assert!(!rows[1].contains("mail.example") && rows[1].contains("body==SOMME(A1)"));
        assert!(rows[1].contains("postcode=01000"), "{}", rows[1]);
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
    fn the_clock_of_the_server_wins_and_devices_are_not_stored() {
        let text = "Timestamp,Received At,Session ID,Device ID,User Agent,IP,Issue Type,Device Type,Canal de contact,Note\n\
            1795378051,1795378052000,s1,d1,agent/1,192.0.2.7,Sound,tv,Phone,from 192.0.2.9\n";
        let rows = rows_of(&read(&OutageButton, "reports.csv", text), "complaints");
        assert!(rows[0].starts_with("time=2026-11-22T20:07:32Z channel=phone author_key="), "{}", rows[0]);
        for hidden in ["s1", "d1", "agent/1", "192.0.2"] {
            assert!(!rows[0].contains(hidden), "{hidden} in {}", rows[0]);
        }
        assert!(rows[0].contains("theme=Sound device=tv note=from ip-"), "{}", rows[0]);
    }

    #[test]
    fn other_tables_are_left_alone() {
        for header in [
            "time,complaint_id,channel,body",
            "timestamp,author_key,channel,comment",
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
