//! Customers asked afterwards: what they were given (`crm/offers.csv`), SurveyMonkey in English
//! and a Google form in French.
//!
//! The replay of the match truly helps, the promotional code does not, and too few were given a
//! film to say anything.

use std::io;

use crate::clock;
use crate::encode::{self, record};
use crate::output::Output;
use crate::random::Random;

const OFFERS: &str = "crm/offers.csv";
const MONKEY: &str = "survey/surveymonkey_2026-11-20.csv";
const FORMS: &str = "survey/google_forms_2026-11-20.csv";

/// One respondent and what the answers are drawn from.
#[derive(Debug)]
struct Person {
    customer: String,
    offer: &'static str,
    is_affected: bool,
    is_content: bool,
    random: Random,
}

/// Affected respondents by offer: how many, and the share that is content.
const ARMS: [(&str, usize, f64); 4] =
    [("replay", 84, 0.66), ("promo", 78, 0.31), ("vod", 8, 0.55), ("none", 118, 0.31)];
/// Respondents who were not affected and got nothing.
const UNTOUCHED: usize = 150;
/// Customers who got an offer and answered nothing.
const SILENT: usize = 240;

/// Writes the offers and both surveys.
pub(crate) fn write(out: &mut Output) -> io::Result<()> {
    let people = people(out);
    offers(&people, out)?;
    // Every fifth person answered the French form, the others the English one.
    let (french, english): (Vec<_>, Vec<_>) = people.iter().enumerate().partition(|(at, _)| at % 5 == 0);
    monkey(&english.into_iter().map(|(_, person)| person).collect::<Vec<_>>(), out)?;
    forms(&french.into_iter().map(|(_, person)| person).collect::<Vec<_>>(), out)
}

fn people(out: &mut Output) -> Vec<Person> {
    let mut random = Random::new("people of the survey");
    let mut kinds: Vec<(&'static str, bool, bool)> = Vec::new();
    for (offer, number, content) in ARMS {
        let satisfied = (number as f64 * content).round() as usize;
        kinds.extend((0..number).map(|at| (offer, true, at < satisfied)));
        out.count(&format!("affected respondents with {offer}"), number as i64);
        out.count(&format!("content among them with {offer}"), satisfied as i64);
    }
    kinds.extend((0..UNTOUCHED).map(|at| ("", false, at * 100 < UNTOUCHED * 79)));
    for at in (1..kinds.len()).rev() {
        kinds.swap(at, random.between(0, at as i64) as usize);
    }
    let person = |(at, (offer, is_affected, is_content)): (usize, (&'static str, bool, bool))| Person {
        customer: customer(at),
        offer,
        is_affected,
        is_content,
        random: Random::new(&format!("answers of person {at}")),
    };
    kinds.into_iter().enumerate().map(person).collect()
}

/// A customer number; numbers are scattered, not counted up.
fn customer(at: usize) -> String {
    format!("TTV-{:08}", 20_411_377 + at as u64 * 104_729 % 70_000_000)
}

fn offers(people: &[Person], out: &mut Output) -> io::Result<()> {
    let mut random = Random::new("offers");
    let mut lines = vec!["time,customer_key,kind,cost,currency,is_accepted".to_owned()];
    let answered = people.iter().filter(|one| one.is_affected).map(|one| (one.customer.clone(), one.offer));
    let silent = (0..SILENT).map(|at| (customer(20_000 + at), ["replay", "promo", "none", "replay", "promo"][at % 5]));
    for (customer, offer) in answered.chain(silent) {
        let cost = match offer {
            "replay" => "1.20",
            "promo" => "5.00",
            "vod" => "3.99",
            _ => "0.00",
        };
        let taken = offer != "none" && random.happens(if offer == "promo" { 0.34 } else { 0.71 });
        let time = clock::utc(clock::local(15, 11, 0, 0) + random.between(0, 18_000));
        lines.push(format!("{time},{customer},{offer},{cost},EUR,{taken}"));
        out.count(&format!("offers of {offer}"), 1);
    }
    let repeated: Vec<String> = lines[100..104].to_vec();
    out.note_repeated(OFFERS, repeated.len());
    lines.extend(repeated);
    lines.insert(77, "2026-11-15T12:04:11Z,TTV-20000001,promo,free,EUR,true".into());
    out.note_broken(OFFERS, 1);
    out.export(OFFERS, format!("{}\n", lines.join("\n")).as_bytes())
}

/// Satisfaction from 1 to 5 and recommendation from 0 to 10.
fn scores(person: &mut Random, is_content: bool, is_affected: bool) -> (i64, i64) {
    match (is_content, is_affected) {
        (true, true) => (person.between(4, 5), person.between(6, 10)),
        (true, false) => (person.between(4, 5), person.between(7, 10)),
        (false, true) => (person.between(1, 3), person.between(0, 6)),
        (false, false) => (person.between(2, 3), person.between(3, 8)),
    }
}

fn monkey(people: &[&Person], out: &mut Output) -> io::Result<()> {
    let mut lines = vec![
        record(
            &[
                "Respondent ID",
                "Collector ID",
                "Start Date",
                "End Date",
                "IP Address",
                "Email Address",
                "First Name",
                "Last Name",
                "Custom Data 1",
                "Overall, how satisfied are you with Tribune TV? (1 = very dissatisfied, 5 = very satisfied)",
                "How likely are you to recommend Tribune TV to a friend? (0 to 10)",
                "Were you affected by the interruption on Saturday evening?",
                "What went wrong? (select all)",
                "",
                "",
                "Anything else you want to tell us?",
            ],
            ',',
        ),
        ",,,,,,,,,Response,Response,Response,No picture,Error message,Other (please specify),Open-Ended Response"
            .to_owned(),
    ];
    for (at, person) in people.iter().enumerate() {
        lines.push(monkey_row(at, person, out));
    }
    lines.insert(120, ",450003107,11/18/2026 10:02:11 AM,11/18/2026 10:04:09 AM,,,,,,3,6,Yes,,,,".into());
    lines.insert(201, "114980009001,450003107,,,198.51.100.9,,,,,4,8,No,,,,".into());
    out.note_broken(MONKEY, 2);
    out.export(MONKEY, &encode::with_mark(&format!("{}\n", lines.join("\n"))))
}

fn monkey_row(at: usize, person: &Person, out: &mut Output) -> String {
    let mut random = person.random.clone();
    let (satisfaction, recommend) = scores(&mut random, person.is_content, person.is_affected);
    let end =
        clock::local(16 + random.between(0, 3), random.between(8, 22), random.between(0, 59), random.between(0, 59));
    let start = end - random.between(50, 400);
    let (first, last) =
        random.pick(&[("Odile", "Ferrandier"), ("Gaspard", "Morvanne"), ("", ""), ("", ""), ("Salomé", "Terrassière")]);
    let email = if first.is_empty() {
        String::new()
    } else {
        format!("{}.{at}@courriel.example", first.to_lowercase().replace('é', "e"))
    };
    let comment = match (at, person.is_affected) {
        (37, _) => {
            out.note_personal(MONKEY, "phone", "06 39 98 77 05");
            "My neighbour Odile Ferrandier had it too, ring 06 39 98 77 05"
        }
        (_, true) if random.happens(0.2) => random.pick(&[
            "We missed the kick-off, and the first goal",
            "The replay was a kind gesture",
            "Status page said \"resolved\" too early",
        ]),
        (_, false) if random.happens(0.06) => "All fine here, thanks",
        _ => "",
    };
    if !email.is_empty() && at < 40 {
        out.note_personal(MONKEY, "e-mail", &email);
        out.note_personal(MONKEY, "customer number", &person.customer);
    }
    out.count("respondents of SurveyMonkey", 1);
    let answer = |is: bool, text: &'static str| if is { text } else { "" };
    let symptom = random.between(0, 2);
    let cells: [&str; 16] = [
        &(114_980_000_000 + at as i64 * 37).to_string(),
        "450003107",
        &clock::american(start),
        &clock::american(end),
        &format!("203.0.113.{}", random.between(1, 254)),
        &email,
        first,
        last,
        &person.customer,
        &satisfaction.to_string(),
        &recommend.to_string(),
        if person.is_affected { "Yes" } else { "No" },
        answer(person.is_affected && symptom != 1, "No picture"),
        answer(person.is_affected && symptom != 0, "Error message"),
        "",
        comment,
    ];
    record(&cells, ',')
}

fn forms(people: &[&Person], out: &mut Output) -> io::Result<()> {
    let mut lines = vec![
        "\"Horodateur\",\"Adresse e-mail\",\"Numéro client\",\"Globalement, quelle est votre satisfaction ? (1 = pas du tout, 5 = très satisfait)\",\
         \"Recommanderiez-vous Tribune TV à un proche ? (0 à 10)\",\"Avez-vous été touché par la coupure de samedi ?\",\
         \"Sur quel appareil regardiez-vous ?\",\"Un commentaire ?\"".to_owned(),
    ];
    for person in people {
        let mut random = person.random.clone();
        let (satisfaction, recommend) = scores(&mut random, person.is_content, person.is_affected);
        let time = clock::local(
            16 + random.between(0, 3),
            random.between(8, 22),
            random.between(0, 59),
            random.between(0, 59),
        );
        let device = if person.is_affected { "Décodeur" } else { random.pick(&["Décodeur", "Mobile", "Ordinateur"]) };
        let comment = if random.happens(0.12) { "Coupure pile avant le coup d’envoi,\nvraiment dommage" } else { "" };
        let affected = if person.is_affected { "Oui" } else { "Non" };
        let cells = [
            &clock::form(time),
            "",
            &person.customer,
            &satisfaction.to_string(),
            &recommend.to_string(),
            affected,
            device,
            comment,
        ];
        let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        lines.push(quoted.join(","));
        out.count("respondents of Google Forms", 1);
    }
    lines.insert(30, "\"l’autre jour\",\"\",\"\",\"4\",\"8\",\"Oui\",\"Mobile\",\"\"".to_owned());
    out.note_broken(FORMS, 1);
    out.export(FORMS, format!("{}\n", lines.join("\n")).as_bytes())
}
