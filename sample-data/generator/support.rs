//! Complaints as three tools export them: the report button (a French spreadsheet in
//! Windows-1252), Brandwatch (a preamble, reposts, two exports that overlap) and Zendesk.

use std::io;

use crate::clock;
use crate::encode::{self, json, record};
use crate::output::Output;
use crate::random::Random;
use crate::voices::{self, Complaint, HOSTILE, PERSONAL, Place};

const BUTTON: &str = "support/signalements_2026-11-14.csv";
const TICKETS: &str = "support/export_2026_11_16_zendesk.json";
const MENTIONS: &str = "social/bulk_mentions_20261114.csv";
const MENTIONS_AGAIN: &str = "social/bulk_mentions_20261114_late.csv";

/// People of the tickets, all invented.
const REQUESTERS: [&str; 4] = ["Mireille Castanou", "Yanis Delarochevigne", "Odile Ferrandier", "Gaspard Morvanne"];

/// Writes the files of complaints.
pub(crate) fn write(out: &mut Output) -> io::Result<()> {
    button(out)?;
    tickets(out)?;
    social(out)?;
    // The call centre sent the frame of an export and nothing in it.
    out.export("support/export_appels.csv", b"")
}

/// Complaints of one place with personal data and hostile texts in them, counted.
fn planted(
    place: Place,
    share: f64,
    path: &str,
    personal: &[usize],
    hostile: &[usize],
    out: &mut Output,
) -> Vec<Complaint> {
    let mut found = voices::complaints(place, share);
    let mut texts: Vec<&str> = personal.iter().map(|at| PERSONAL[*at].2).collect();
    texts.extend(hostile.iter().map(|at| HOSTILE[*at]));
    voices::replace(&mut found, &texts);
    for at in personal {
        out.note_personal(path, PERSONAL[*at].0, PERSONAL[*at].1);
    }
    out.hostile.extend(hostile.iter().map(|at| (path.to_owned(), HOSTILE[*at].to_owned())));
    out.count("complaints", found.len() as i64);
    out.count("complaints_of_the_incident", found.iter().filter(|one| one.is_outage).count() as i64);
    out.count(&format!("complaints in {path}"), found.len() as i64);
    found
}

fn button(out: &mut Output) -> io::Result<()> {
    let complaints = planted(Place::Button, 0.40, BUTTON, &[0, 1, 3, 8], &[0, 2], out);
    let mut random = Random::new("report button");
    let mut lines = vec![
        "Horodatage;Identifiant;Problème;Chaîne;Appareil;Version;Débit mesuré;Fournisseur d'accès;Région;Commentaire"
            .to_owned(),
    ];
    for (at, one) in complaints.iter().enumerate() {
        let symptom =
            if one.is_outage { "Lecture impossible" } else { random.pick(&["Son", "Image", "Guide", "Autre"]) };
        let version = random.pick(&["5,3", "5,3", "5,2", "9,1"]);
        let rate = format!("{},{}", random.between(4, 62), random.between(0, 9));
        let comment = if at % 11 == 3 && one.is_outage && !is_planted(&one.text) {
            format!("{}\n(deuxième essai)", one.text)
        } else {
            one.text.clone()
        };
        let cells = [
            &clock::french(one.instant),
            &format!("SIG-{}", 70_000 + at),
            symptom,
            "Derby Direct",
            one.device,
            version,
            &rate,
            one.provider,
            one.region,
            &comment,
        ];
        lines.push(record(&cells, ';'));
    }
    let repeated: Vec<String> = lines[60..65].to_vec();
    out.note_repeated(BUTTON, repeated.len());
    lines.extend(repeated);
    lines.insert(
        40,
        "31/02/2026 19:14:00;SIG-79001;Image;Derby Direct;Mobile;9,1;12,0;Lumifibre;Sud;image figée".into(),
    );
    lines.insert(90, ";SIG-79002;Lecture impossible;Derby Direct;Décodeur;5,3;31,4;Lumifibre;Nord;écran noir".into());
    out.note_broken(BUTTON, 2);
    out.export(BUTTON, &encode::windows(&format!("{}\r\n", lines.join("\r\n"))))
}

fn is_planted(text: &str) -> bool {
    HOSTILE.contains(&text) || PERSONAL.iter().any(|(_, _, whole)| *whole == text)
}

fn tickets(out: &mut Output) -> io::Result<()> {
    let complaints = planted(Place::Ticket, 0.22, TICKETS, &[2, 5, 9], &[1], out);
    let mut random = Random::new("tickets");
    for name in REQUESTERS {
        out.note_personal(TICKETS, "name", name);
    }
    let mut lines: Vec<String> = complaints.iter().enumerate().map(|(at, one)| ticket(at, one, &mut random)).collect();
    // The incremental export names tickets again that were updated meanwhile.
    let repeated: Vec<String> = lines[20..26].to_vec();
    out.note_repeated(TICKETS, repeated.len());
    lines.extend(repeated);
    lines.insert(33, "{\"ticket\":{\"id\":51999,\"subject\":\"?\",\"raw_subject\":\"?\",\"requester_id\":1,\"created_at\":\"soon\",\"via\":{}}}\n".into());
    out.note_broken(TICKETS, 1);
    out.export(TICKETS, lines.concat().as_bytes())
}

fn ticket(at: usize, one: &Complaint, random: &mut Random) -> String {
    let reply = random.between(9, 55) + if one.is_outage { 35 } else { 0 };
    let solved = clock::utc(one.instant + 60 * (reply + random.between(20, 900)));
    let subject = if one.is_outage { "Match impossible à regarder" } else { "Question" };
    let channel = random.pick(&["web", "email", "mobile_sdk", "chat"]);
    let priority = if one.is_outage { "\"high\"" } else { "\"normal\"" };
    let tag = if one.is_outage { "[\"direct\",\"decodeur\"]" } else { "[]" };
    let requester = REQUESTERS[at % REQUESTERS.len()];
    format!(
        "{{\"ticket\":{{\"id\":{},\"external_id\":null,\"subject\":{subject},\"raw_subject\":{subject},\"description\":{},\"type\":null,\
         \"priority\":{priority},\"status\":\"solved\",\"requester_id\":{},\"requester\":{{\"name\":{}}},\"assignee_id\":31,\"group_id\":7,\
         \"created_at\":\"{}\",\"updated_at\":\"{solved}\",\"tags\":{tag},\"custom_fields\":[{{\"id\":360001,\"value\":\"{}\"}}],\
         \"via\":{{\"channel\":\"{channel}\",\"source\":{{\"from\":{{}},\"to\":{{}},\"rel\":null}}}},\
         \"metric_set\":{{\"reply_time_in_minutes\":{{\"calendar\":{reply}}},\"solved_at\":\"{solved}\"}}}}}}\n",
        51_000 + at,
        json(&one.text),
        9_200 + at,
        json(requester),
        clock::utc(one.instant),
        if one.is_outage { "decodeur" } else { "autre" },
        subject = json(subject),
    )
}

/// One row of the social export.
#[derive(Debug, Clone)]
struct Mention {
    instant: i64,
    cells: Vec<String>,
}

fn social(out: &mut Output) -> io::Result<()> {
    let complaints = planted(Place::Social, 0.38, MENTIONS, &[4, 6, 7], &[3], out);
    let mut random = Random::new("social network");
    let mut mentions = Vec::new();
    for one in &complaints {
        let author = format!("tribune_fan_{}", random.between(100, 9_999));
        let number = mentions.len();
        mentions.push(mention(one.instant, number, &one.text, "post", &author, one, &mut random));
        if one.is_outage && !is_planted(&one.text) && random.happens(0.22) {
            let text = format!("RT @{author}: {}", one.text);
            let other = format!("supporter{}", random.between(100, 9_999));
            let number = mentions.len();
            mentions.push(mention(
                one.instant + random.between(40, 900),
                number,
                &text,
                "share",
                &other,
                one,
                &mut random,
            ));
            out.count("reposts", 1);
        }
    }
    mentions.sort_by_key(|one| std::cmp::Reverse(one.instant));
    let mut lines: Vec<String> = mentions.iter().map(|one| record(&one.cells, ',')).collect();
    // The late export begins at 22:00 and repeats what the first one had by then.
    let overlap = mentions.iter().filter(|one| one.instant >= clock::at(22, 0, 0)).count();
    let again: Vec<String> = lines[..overlap].to_vec();
    out.note_repeated(MENTIONS_AGAIN, overlap);
    lines.insert(55, "1999400411,Tribune TV derby,yesterday evening,,,bug,https://social.example/x/0,social.example,negative,x,post,fr,France,Nord,nobody,,,999".into());
    out.note_broken(MENTIONS, 1);
    out.export(MENTIONS, &encode::with_mark(&brandwatch(&lines)))?;
    out.export(MENTIONS_AGAIN, &encode::with_mark(&brandwatch(&again)))
}

fn brandwatch(lines: &[String]) -> String {
    const PREAMBLE: &str = "\"Report:\",\"Bulk Mentions Download\"\n\"Brand:\",\"Tribune TV derby\"\n\
        \"From:\",\"Sat Nov 14 00:00:00 UTC 2026\"\n\"To:\",\"Sun Nov 15 00:00:00 UTC 2026\"\n\"Label:\",\"Tribune TV derby\"\n\n\
        Query Id,Query Name,Date,Title,Snippet,Full Text,Url,Domain,Sentiment,Page Type,Thread Entry Type,Language,Country,Region,Author,Full Name,X Reposts,Resource Id\n";
    format!("{PREAMBLE}{}\n", lines.join("\n"))
}

fn mention(
    instant: i64,
    number: usize,
    text: &str,
    entry: &str,
    author: &str,
    one: &Complaint,
    random: &mut Random,
) -> Mention {
    let snippet: String = text.chars().take(60).collect();
    let url = format!("https://social.example/{author}/status/{}", 1_990_000_000_000_000_000 + number as i64 * 7_919);
    let sentiment = if one.is_outage || random.happens(0.4) { "negative" } else { "neutral" };
    let language = if one.is_french { "fr" } else { "en" };
    let reposts = random.between(0, 12).to_string();
    let resource = format!("1149{:020}", 77_000_000 + number * 13);
    let time = clock::utc(instant).replace('T', " ").replace('Z', ".0");
    #[rustfmt::skip]
    let cells = [
        "1999400411", "Tribune TV derby", &time, "", &snippet, text, &url, "social.example", sentiment, "x", entry, language,
        "France", one.region, author, "", &reposts, &resource,
    ];
    Mention { instant, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
}
