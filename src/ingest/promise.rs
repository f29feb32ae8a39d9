//! Times that messages promise: when the next update comes, when service is back.
//!
//! Comes in: a message in English or French, the instant it was sent, the zone of times that name
//! none. Goes out: the promised instant in microseconds since 1970 UTC. A clock time is the first
//! one at or after sending (`tomorrow` and `demain` move it a day), a duration counts from
//! sending, of `between` two times the later counts. Sentences about the past promise nothing.
//!
//! Written dates are not read: a promise with a month or `22/11` in it gives nothing rather than
//! a wrong day. An hour without AM or PM is taken on the 24-hour clock.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::time::{local_instant, zone_offset};

/// Words that announce a next message; words are separated by one space, without accents.
const UPDATE_CUES: [&str; 51] = [
    "prochain point",
    "prochain message",
    "prochain bulletin",
    "prochain update",
    "prochain etat",
    "prochaine information",
    "prochaines informations",
    "prochaine mise a jour",
    "prochaine communication",
    "prochaine info",
    "prochaines nouvelles",
    "point suivant",
    "nouveau point",
    "nouveau message",
    "nouvelle information",
    "nouvelles informations",
    "nouvelle mise a jour",
    "nouvelle communication",
    "nous reviendrons",
    "reviendrons vers vous",
    "nous ferons un point",
    "ferons un nouveau",
    "un point sera",
    "vous informerons",
    "vous tiendrons",
    "vous donnerons",
    "plus d informations",
    "plus amples informations",
    "on refait un point",
    "on fait un point",
    "mise a jour prevue",
    "next update",
    "next message",
    "next status",
    "next communication",
    "next bulletin",
    "next news",
    "will update",
    "ll update",
    "will provide",
    "ll provide",
    "will post",
    "ll post",
    "will share",
    "ll share",
    "another update",
    "further update",
    "new update",
    "more information",
    "further information",
    "report back",
];

/// Words that announce the end of the trouble.
const RESOLUTION_CUES: [&str; 38] = [
    "retablissement",
    "retour a la normale",
    "retour du service",
    "retour a une situation normale",
    "resolution",
    "sera retabli",
    "sera retablie",
    "seront retablis",
    "etre retabli",
    "etre retablie",
    "sera resolu",
    "etre resolu",
    "sera corrige",
    "etre corrige",
    "remise en service",
    "reprise du service",
    "reprise",
    "fin de l incident",
    "fin de l intervention",
    "de nouveau disponible",
    "be fixed",
    "fixed by",
    "be resolved",
    "resolved by",
    "be restored",
    "restored by",
    "back to normal",
    "back online",
    "be back",
    "back by",
    "eta",
    "fix expected",
    "fix is expected",
    "recovery",
    "restoration",
    "service will return",
    "be available again",
    "return to normal",
];

/// Words that make a resolution a promise.
const FUTURE: [&str; 29] = [
    "prevu",
    "prevue",
    "estime",
    "estimee",
    "attendu",
    "attendue",
    "d ici",
    "vers",
    "sera",
    "seront",
    "devrait",
    "devraient",
    "envisage",
    "envisagee",
    "espere",
    "esperee",
    "expect",
    "expected",
    "estimated",
    "will",
    "should",
    "planned",
    "by",
    "within",
    "aim",
    "aiming",
    "eta",
    "target",
    "anticipated",
];

/// Words that make a clause speak of the past, or take a promise back.
const PAST: [&str; 37] = [
    "was",
    "were",
    "had",
    "has been",
    "have been",
    "said",
    "promised",
    "announced",
    "stated",
    "earlier",
    "previous",
    "previously",
    "last update",
    "yesterday",
    "since",
    "a ete",
    "ont ete",
    "avait",
    "avaient",
    "etait",
    "etaient",
    "disait",
    "annoncait",
    "annonce a",
    "annoncee a",
    "precedent",
    "precedente",
    "dernier point",
    "derniere mise a jour",
    "hier",
    "depuis",
    "initialement",
    "no longer",
    "cancelled",
    "annule",
    "annulee",
    "sera pas",
];

/// When the next message was promised for.
pub fn next_update(body: &str, sent_at: i64, zone: &TimeZone) -> Option<i64> {
    sentences(body).iter().find_map(|sentence| {
        let cue = first_cue(sentence, &UPDATE_CUES)?;
        promised(sentence, cue, sent_at, zone)
    })
}

/// When service was promised to be back.
pub fn resolution(body: &str, sent_at: i64, zone: &TimeZone) -> Option<i64> {
    sentences(body).iter().find_map(|sentence| {
        let cue = first_cue(sentence, &RESOLUTION_CUES)?;
        let is_update = first_cue(sentence, &UPDATE_CUES).is_some_and(|update| update < cue);
        let is_news = ["news", "you with", "vers vous"].iter().any(|words| find(sentence, words).is_some());
        let is_future = FUTURE.iter().any(|words| find(clause(sentence, cue), words).is_some());
        if is_update || is_news || !is_future {
            return None;
        }
        promised(sentence, cue, sent_at, zone)
    })
}

/// Sentences of a text as words and signs separated by one space, with a space at both ends.
fn sentences(body: &str) -> Vec<String> {
    let plain: String =
        body.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase().replace("\\n", "\n");
    let mut sentences = Vec::new();
    let mut start = 0;
    let signs: Vec<(usize, char)> = plain.char_indices().collect();
    for (index, (at, c)) in signs.iter().enumerate() {
        let next = signs.get(index + 1).map_or(' ', |(_, c)| *c);
        let is_abbreviation = index >= 2 && signs[index - 2].1 == '.' || index >= 1 && signs[index - 1].1 == 'p';
        let is_end = match c {
            '\n' | ';' => true,
            '!' | '?' | '…' => next.is_whitespace(),
            '.' => {
                next.is_whitespace()
                    && !(is_abbreviation && plain[*at..].trim_start_matches('.').trim_start().starts_with(is_word))
            }
            _ => false,
        };
        if is_end {
            sentences.push(words(&plain[start..*at]));
            start = at + c.len_utf8();
        }
    }
    sentences.push(words(&plain[start..]));
    sentences
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

fn words(sentence: &str) -> String {
    let mut out = String::from(" ");
    let mut last = ' ';
    for c in sentence.chars() {
        let is_sign = matches!(c, ':' | ',' | '/' | '-' | '+' | '.' | '(' | ')' | '—' | '–');
        let goes_on = (c.is_alphabetic() && last.is_alphabetic()) || (c.is_numeric() && last.is_numeric());
        if !goes_on && !out.ends_with(' ') {
            out.push(' ');
        }
        if is_sign || c.is_alphanumeric() {
            out.push(c);
        }
        last = c;
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// Position of whole words in a sentence: that of the space before them.
fn find(sentence: &str, wanted: &str) -> Option<usize> {
    sentence.match_indices(wanted).map(|(at, _)| at).find_map(|at| {
        let before = at.checked_sub(1)?;
        let is_whole = sentence.as_bytes()[before] == b' ' && sentence.as_bytes().get(at + wanted.len()) == Some(&b' ');
        is_whole.then_some(before)
    })
}

fn first_cue(sentence: &str, cues: &[&str]) -> Option<usize> {
    cues.iter().filter_map(|cue| find(sentence, cue)).min()
}

/// The part between the commas around a position; a comma inside brackets counts too.
fn clause(sentence: &str, at: usize) -> &str {
    let start = sentence[..=at].rfind(" , ").map_or(0, |comma| comma + 2);
    let end = sentence[at..].find(" , ").map_or(sentence.len(), |comma| at + comma + 1);
    &sentence[start..end]
}

/// The time a sentence promises behind a cue, or before it when there is none behind.
fn promised(sentence: &str, cue: usize, sent_at: i64, zone: &TimeZone) -> Option<i64> {
    if PAST.iter().any(|words| find(clause(sentence, cue), words).is_some()) {
        return None;
    }
    let behind: Vec<&str> = sentence[cue..].split_ascii_whitespace().collect();
    let before: Vec<&str> = sentence[..cue].split_ascii_whitespace().collect();
    first_time(&behind).or_else(|| first_time(&before)).and_then(|when| when.instant(sent_at, zone))
}

/// A moment as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Seconds from sending.
    After(i64),
    /// Time of day in seconds, days ahead, and the zone when one is written.
    At { second: i64, days: i64, zone: Option<Zone> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    Offset(i32),
    Paris,
}

impl When {
    fn instant(self, sent_at: i64, zone: &TimeZone) -> Option<i64> {
        let (second, days, written) = match self {
            Self::After(seconds) => return sent_at.checked_add(seconds * 1_000_000),
            Self::At { second, days, zone } => (second, days, zone),
        };
        let named = match written {
            Some(Zone::Offset(seconds)) => TimeZone::fixed(Offset::from_seconds(seconds).ok()?),
            Some(Zone::Paris) => TimeZone::get("Europe/Paris").ok()?,
            None => zone.clone(),
        };
        let offset = named.to_offset(Timestamp::from_microsecond(sent_at).ok()?);
        let today = (sent_at + i64::from(offset.seconds()) * 1_000_000).div_euclid(DAY);
        let on = |day: i64| local_instant(day * DAY + second * 1_000_000, &named);
        if days > 0 {
            return on(today + days);
        }
        // A minute is written without its seconds: what is sent within it keeps it.
        on(today)
            .filter(|instant| *instant > sent_at - 60_000_000)
            .map(|instant| instant.max(sent_at))
            .or_else(|| on(today + 1))
    }
}

const DAY: i64 = 86_400_000_000;

const MONTHS: [&str; 22] = [
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

/// The first time among some words; of `between` two the second.
fn first_time(words: &[&str]) -> Option<When> {
    let is_dated = words.windows(3).any(|three| is_number(three[0]) && three[1] == "/" && is_number(three[2]));
    if is_dated || words.iter().any(|word| MONTHS.contains(word)) {
        return None;
    }
    let days = i64::from(words.iter().any(|word| matches!(*word, "demain" | "tomorrow")));
    let mut at = 0;
    while at < words.len() {
        if let Some(seconds) = duration(words, at) {
            return Some(When::After(seconds));
        }
        if let Some((second, used)) = clock(&words[at..]) {
            let is_range = words[..at].iter().any(|word| matches!(*word, "entre" | "between"));
            let later = if is_range { words[at + used..].iter().take(4) } else { [].iter().take(0) };
            let skip = later.take_while(|word| matches!(**word, "and" | "et" | "-" | "h" | "a")).count();
            let second_time = if skip > 0 { clock(&words[at + used + skip..]) } else { None };
            let (second, end) = second_time.map_or((second, at + used), |(time, more)| (time, at + used + skip + more));
            return Some(When::At { second, days, zone: written_zone(&words[end..]) });
        }
        at += 1;
    }
    None
}

/// A time of day at the front: seconds since midnight, words used.
fn clock(words: &[&str]) -> Option<(i64, usize)> {
    let (hour, minute, used, is_sure) = match *words {
        ["midi" | "noon", ..] => return Some((43_200, 1)),
        ["minuit" | "midnight", ..] => return Some((0, 1)),
        [h, ":" | "h", m, ..] if is_number(h) && m.len() == 2 && is_number(m) => (h, m, 3, true),
        [h, "h" | "heures" | "heure" | "hrs", ..] if is_number(h) => (h, "0", 2, true),
        [h, ..] if is_number(h) && h.len() <= 2 => (h, "0", 1, false),
        _ => return None,
    };
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let (half, length) = match words[used..] {
        ["am", ..] => (Some(0), 1),
        ["pm", ..] => (Some(12), 1),
        ["a", ".", "m", ..] => (Some(0), 3),
        ["p", ".", "m", ..] => (Some(12), 3),
        _ => (None, 0),
    };
    let hour = match half {
        Some(shift) if (1..=12).contains(&hour) => hour % 12 + shift,
        None if is_sure => hour % if hour == 24 && minute == 0 { 24 } else { 100 },
        _ => return None,
    };
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour * 3600 + minute * 60, used + length))
}

/// A duration at a position, in seconds: `30 minutes`, `an hour`, `1 h 30` behind `dans`.
fn duration(words: &[&str], at: usize) -> Option<i64> {
    let before = at.checked_sub(1).map_or("", |before| words[before]);
    let (count, used): (i64, usize) = match words[at..] {
        ["half", "an" | "hour", ..] | ["demi" | "demie", "-", "heure", ..] | ["demi", "heure", ..] => {
            return Some(1800);
        }
        ["une" | "an" | "one" | "next", "heure" | "hour", ..] => return Some(3600),
        ["quart", "d", "heure", ..] => return Some(900),
        ["deux" | "two", ..] => (2, 1),
        ["quinze" | "fifteen", ..] => (15, 1),
        ["trente" | "thirty", ..] => (30, 1),
        [number, ..] if is_number(number) && number.len() <= 3 => (number.parse().ok()?, 1),
        _ => return None,
    };
    let is_span = matches!(
        before,
        "dans" | "in" | "within" | "sous" | "ici" | "next" | "les" | "every" | "prochaines" | "around"
    );
    match words[at + used..] {
        ["minutes" | "minute" | "min" | "mins" | "mn", ..] => Some(count * 60),
        ["hours" | "hour" | "hrs", ..] => Some(count * 3600),
        ["heures" | "heure" | "h", ref rest @ ..] if is_span && (before != "ici" || count <= 6) => {
            let minutes =
                rest.first().filter(|word| word.len() == 2 && is_number(word)).and_then(|word| word.parse().ok());
            Some(count * 3600 + minutes.unwrap_or(0) * 60)
        }
        _ => None,
    }
}

/// The zone written behind a time.
fn written_zone(words: &[&str]) -> Option<Zone> {
    let words = if words.first() == Some(&"(") { &words[1..] } else { words };
    match *words {
        ["heure", "de", "paris", ..] | ["paris", "time", ..] | ["heure", "francaise", ..] => Some(Zone::Paris),
        ["utc" | "gmt", sign @ ("+" | "-"), hours, ..] if is_number(hours) => {
            let seconds: i32 = hours.parse::<i32>().ok().filter(|hours| *hours <= 14)? * 3600;
            Some(Zone::Offset(if sign == "-" { -seconds } else { seconds }))
        }
        [word, ..] if word.len() >= 3 || word == "z" => zone_offset(word).map(Zone::Offset),
        _ => None,
    }
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "2026-11-21T21:04:10+01:00";

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    fn at(text: &str) -> i64 {
        super::super::time::rfc3339(text).unwrap()
    }

    fn check(read: fn(&str, i64, &TimeZone) -> Option<i64>, cases: &[(&str, &str)]) {
        for (body, expected) in cases {
            let expected = (!expected.is_empty()).then(|| at(&format!("2026-11-{expected}:00+01:00")));
            let found = read(body, at(SENT), &paris());
            let found = found.map(|found| found - found.rem_euclid(60_000_000));
            assert_eq!(found, expected, "{body}");
        }
    }

    #[test]
    fn reads_the_next_update() {
        check(
            next_update,
            &[
                ("Nous enquêtons.\r\nProchain point à 21h29.", "21T21:29"),
                ("Prochain point à 21 h 29", "21T21:29"),
                ("prochaine information vers 22 h", "21T22:00"),
                ("Prochaine mise à jour prévue à 22h15 au plus tard.", "21T22:15"),
                ("nouveau point dans 30 minutes", "21T21:34"),
                ("Nouveau point d'ici 45 min.", "21T21:49"),
                ("D’ici 45 minutes, nouveau point.", "21T21:49"),
                ("Prochain point dans une heure", "21T22:04"),
                ("Prochain point dans une demi-heure", "21T21:34"),
                ("Prochain point d'ici 1h30", "21T22:34"),
                ("Prochain point d'ici 22h30", "21T22:30"),
                ("Prochain point demain à 9h", "22T09:00"),
                ("Prochain point à 0h15", "22T00:15"),
                ("Prochain point à minuit", "22T00:00"),
                ("Nous reviendrons vers vous entre 22h et 22h30.", "21T22:30"),
                ("Le flux a été coupé, prochain point à 21h30", "21T21:30"),
                ("Prochain point à 21h04", "21T21:04"),
                ("Prochain point à 22h (heure de Paris)", "21T22:00"),
                ("Next update at 21:30", "21T21:30"),
                ("A fix is in place.\nWe keep watching. Next update by 01:02.", "22T01:02"),
                ("next update by 9:30 pm CET", "21T21:30"),
                ("Next update by 9:30 p.m. CET.", "21T21:30"),
                ("Next update at 20:30 UTC.", "21T21:30"),
                ("Next update at 10pm.", "21T22:00"),
                ("we will update in 30 minutes", "21T21:34"),
                ("We'll post another update within the next hour.", "21T22:04"),
                ("We will provide more information in half an hour", "21T21:34"),
                ("We will share updates every 20 minutes.", "21T21:24"),
                ("Next update in 2 hours", "21T23:04"),
                ("Next update tomorrow at 08:00", "22T08:00"),
                ("Next update: 21:45 (UTC+1)", "21T21:45"),
            ],
        );
    }

    #[test]
    fn reads_the_resolution() {
        check(
            resolution,
            &[
                ("Rétablissement prévu à 22h15", "21T22:15"),
                ("retour à la normale estimé vers 23h", "21T23:00"),
                ("Le service devrait être rétabli d'ici 2h.", "21T23:04"),
                ("Le service sera rétabli vers 22 heures", "21T22:00"),
                ("Retour à la normale attendu dans 45 minutes, le correctif a été déployé.", "21T21:49"),
                ("expected to be fixed by 22:30 UTC", "21T23:30"),
                ("Expected resolution 22:15", "21T22:15"),
                ("We expect service to be restored within 30 minutes.", "21T21:34"),
                ("ETA 11:15 pm", "21T23:15"),
                ("Service should be back to normal by midnight", "22T00:00"),
            ],
        );
    }

    #[test]
    fn what_promises_nothing_gives_nothing() {
        let negatives: Vec<(&str, &str)> = [
            "",
            "the update of 21:00 said",
            "Next update soon.",
            "Prochain point dès que possible",
            "Incident at 21:30",
            "The next update promised at 21:30 was late",
            "Dernier point à 21h00",
            "Le point de 21h00 annonçait un retour",
            "Resolved at 20:50",
            "Le service a été rétabli à 20h50",
            "Retour à la normale depuis 20h55",
            "Next update on 22/11",
            "Prochain point le 22 novembre à 10h",
            "Error 503 since 20:12",
            "Next update at 25:00",
            "Next update: 12 people",
            "La résolution 1080p est indisponible",
            "We will update the player to version 7",
            "Recovery was at 20:30",
        ]
        .map(|body| (body, ""))
        .to_vec();
        check(next_update, &negatives);
        check(resolution, &negatives);
        assert_eq!(resolution("Next update at 22:00, we hope to be back by then", at(SENT), &paris()), None);
        assert_eq!(next_update("Rétablissement prévu à 22h15", at(SENT), &paris()), None);
    }
}
