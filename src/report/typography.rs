//! Typographic rules of English and French as tests on finished text.
//!
//! In: a document in model Markdown. Out: the places that break a rule, with the rule's id (`F1`, `E9`, ...). Exempt are
//! code, addresses of links, evidence, and text that comes from inputs: quotes keep their spelling. It corrects nothing.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::locale::Language;
use super::markdown::mark;

/// A place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The id of the rule.
    pub rule: &'static str,
    /// The line of the text, from 1.
    pub line: usize,
    /// What breaks the rule.
    pub found: String,
    /// The text around the place.
    pub excerpt: String,
}

const FRENCH: [(&str, &str); 33] = [
    ("F1", r"[^\x{202F}!?;][;!?]"),
    ("F2", r"[^\x{A0}]:"),
    ("F2", r":[^ \n|*]"),
    ("F3", r#"""#),
    ("F3", r"[«][^\x{A0}]"),
    ("F3", r"[^\x{A0}]»"),
    ("F4", r"\d[ \x{A0}.]\d{3}(\D|$)"),
    ("F4", r"(^|[^\d,\x{202F}])([013-9]\d{3}|2[1-9]\d\d|\d{5,})(\D|$)"),
    ("F5", r"\d\.\d"),
    ("F6", r"[^\x{A0}]%"),
    ("F7", r"[€£$]\s?\d"),
    ("F7", r"\d[ \x{A0}]?EUR"),
    ("F8", r"\d(ms|s|min|h|Go|Mo)\b"),
    ("F8", r"\d (ms|s|min|h|Go|Mo)\b"),
    ("F9", r"\b\d{1,2}:\d{2}\b"),
    ("F9", r"\d[hH]\d"),
    ("F9", r"\b0\d\x{A0}h\b"),
    ("F11", r"\b0?1[ \x{A0}](janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"),
    ("F11", r"\d+/\d+/\d+"),
    ("F11", r"\d[ \x{A0}](Janvier|Février|Mars|Avril|Mai|Juin|Juillet|Août|Septembre|Octobre|Novembre|Décembre)"),
    ("F12", r"\bde \d+–\d"),
    ("F12", r"\bentre [\d\x{A0}\x{202F},]+ à "),
    ("F12", r"\d-\d"),
    ("F13", r"\d(ème|ère|ième)"),
    ("F14", r"\p{L}'\p{L}"),
    ("F16", r"\b(Etat|Etats|Evolution|Ecart|Evitez|Echéance|Echec|Etape|Etendue|A retenir)\b"),
    ("F17", r"(^|[ (])-\d"),
    ("F17", r"\.\.\."),
    ("F17", r"\( | \)"),
    ("F17", r"\p{L}  +\p{L}"),
    ("F18", r"\p{L}, et \d"),
    (
        "F19",
        r"(^|[^\d,\x{202F}])[01](,\d+)?[ \x{A0}](réclamations|minutes|heures|secondes|jours|points|spectateurs|échecs)\b",
    ),
    ("F19", r"millions [^d]\p{L}+s\b"),
];

const ENGLISH: [(&str, &str); 26] = [
    ("E1", r"(?i)\b(localiz|apologiz|organiz|recogniz|summariz|behavior|center\b|favor\b|color\b|canceled|analyz)"),
    ("E2", r"\b(January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2},"),
    ("E2", r"\d(st|nd|rd|th) (January|February|March|April|May|June|July|August|September|October|November|December)"),
    ("E2", r"\d+/\d+/\d+"),
    ("E3", r"(?i)\d ?[ap]\.?m\b"),
    ("E4", r"\d\.\d+ hours"),
    ("E5", r"\d[ \x{A0}]%"),
    ("E5", r"\d[ \x{A0}\x{202F}]\d{3}(\D|$)"),
    ("E5", r"(^|[^\d.,])\d{5,}(\D|$)"),
    ("E5", r"\d%\s(more|less|higher|lower)"),
    ("E6", r"\d[ \x{A0}][€£$]"),
    ("E6", r"\d(GB|MB|min|ms)\b"),
    ("E6", r"\bmins\b"),
    ("E7", r"\bfrom \d[\d:,.]*–"),
    ("E7", r"\bbetween \d[\d:,.]*–"),
    ("E8", r"\p{L}, \p{L}+, and "),
    ("E9", r#"""#),
    ("E9", r"\p{L}'\p{L}"),
    ("E9", r"[\s][;:!?]"),
    ("E10", r"\b\d+th \p{Lu}"),
    ("E10", r"(^|[ (])-\d"),
    ("E10", r"\.\.\."),
    ("E10", r"\d-\d"),
    ("E11", r"(^|[^\d,.])1[ \x{A0}](complaints|minutes|hours|seconds|days|points|viewers|failures)\b"),
    ("E11", r"(^|[^\d,.])(0|\d+\.\d+)[ \x{A0}](complaint|minute|hour|second|day|point|viewer|failure)\b"),
    ("E12", r"times (more|less) "),
];

static FRENCH_RULES: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| compile(&FRENCH));
static ENGLISH_RULES: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| compile(&ENGLISH));

/// The places of `markdown`, a document in model Markdown, that break a rule of `language`, in order of lines.
pub fn check(markdown: &str, language: Language) -> Vec<Slip> {
    let rules = match language {
        Language::English => &*ENGLISH_RULES,
        Language::French => &*FRENCH_RULES,
    };
    let mut slips = Vec::new();
    for (index, line) in prose(markdown).lines().enumerate() {
        for (rule, pattern) in rules {
            if let Some(found) = pattern.find(line) {
                let excerpt = excerpt(line, found.start(), found.end());
                slips.push(Slip { rule, line: index + 1, found: found.as_str().to_owned(), excerpt });
            }
        }
    }
    slips.extend(zone_missing(markdown, language));
    slips
}

/// The text a reader reads as ours: without code, addresses, evidence, inputs and signs of Markdown. Lines keep their number.
pub fn prose(markdown: &str) -> String {
    static INPUTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\x{E000}[^\x{E001}\n]*\x{E001}"));
    static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"`+[^`\n]*`+"));
    static LINKS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[(?:E\d+|([^\]\n]*))\]\([^)\n]*\)"));
    static IDS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\x{E008}[^\x{E009}\n]*\x{E009}|\x{E006}[^\x{E007}\n]*\x{E007}"));
    static FILES: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"[\w/-]+\.(json|csv|toml|html|md)\b|UTC[+\x{2212}]\d+:\d\d"));
    let mut text = String::with_capacity(markdown.len());
    let mut fence = String::new();
    let mut depth_of_evidence = 0_usize;
    let normal: String = markdown.nfc().collect();
    for line in normal.lines() {
        let ticks: String = line.chars().take_while(|&character| character == '`').collect();
        let colons = line.chars().take_while(|&character| character == ':').count();
        if ticks.len() >= 3 && (fence.is_empty() || line == fence) {
            fence = if fence.is_empty() { ticks } else { String::new() };
        } else if colons >= 3 {
            let opens = line.len() > colons;
            depth_of_evidence = match (depth_of_evidence, opens) {
                (0, true) if line.ends_with("evidence") => 1,
                (0, _) => 0,
                (depth, true) => depth + 1,
                (depth, false) => depth - 1,
            };
        } else if fence.is_empty() && depth_of_evidence == 0 && !is_table_rule(line) {
            let line = INPUTS.replace_all(line, "¤");
            let line = CODE.replace_all(&line, "¤");
            let line = LINKS.replace_all(&line, "$1");
            let line = IDS.replace_all(&line, "");
            let line = FILES.replace_all(&line, "¤");
            text.extend(
                line.chars()
                    .map(|character| if character == mark::SUB { '|' } else { character })
                    .filter(|character| !mark::ALL.contains(character) && *character != '\\'),
            );
        }
        text.push('\n');
    }
    text
}

/// What a rule asks for, as a phrase that completes "expected ...".
pub fn meaning(rule: &str) -> &'static str {
    match rule {
        "F1" => "a narrow no-break space before ; ! and ?",
        "F2" => "a no-break space before a colon, a space after it",
        "F3" => "guillemets with no-break spaces inside",
        "F4" => "thousands grouped by a narrow no-break space",
        "F5" => "a decimal comma",
        "F6" => "a no-break space before %",
        "F7" => "the currency as a sign behind the amount",
        "F8" => "a no-break space between number and unit",
        "F9" => "a time of day as in 21 h 04, with no-break spaces",
        "F11" | "E2" => "a date in words, as in 14 novembre or 14 November 2026",
        "F12" | "E7" => "a range with both of its words, or a dash between figures",
        "F13" => "ordinals as 1er, 2e",
        "F14" => "a curly apostrophe",
        "F16" => "accents on capitals",
        "F17" | "E10" => "a minus sign, dashes and ellipses as such, and no stray spaces",
        "F18" => "no comma before « et »",
        "F19" => "the singular below two, and « millions de »",
        "F20" => "the time zone beside the first time of day",
        "E1" => "British spelling",
        "E3" => "times of 24 hours, with their zone",
        "E4" => "hours and minutes, not decimals of an hour",
        "E5" => "12,480 and 18.4%, and points for differences",
        "E6" => "the currency before the amount, and a space before units",
        "E8" => "no comma before the last « and » of a list",
        "E9" => "curly quotes and apostrophes, and no space before ; : ! and ?",
        "E11" => "the singular for one only",
        "E12" => "a ratio that cannot be misread, not times more or less",
        _ => "what the rules of typography ask for",
    }
}

/// Whether a slip is that a document as a whole lacks something, which says nothing about a part of it.
pub fn is_about_whole(slip: &Slip) -> bool {
    slip.found.is_empty()
}

/// Rule F20 and E3: a document that names a time of day names its zone.
fn zone_missing(markdown: &str, language: Language) -> Option<Slip> {
    static TIME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d{1,2}(:\d{2}|\x{A0}h\x{A0}\d{2})\b"));
    let text = prose(markdown);
    let first = TIME.find(&text)?;
    if text.contains("UTC") {
        return None;
    }
    let rule = match language {
        Language::English => "E3",
        Language::French => "F20",
    };
    let line = text[..first.start()].matches('\n').count() + 1;
    Some(Slip { rule, line, found: String::new(), excerpt: first.as_str().to_owned() })
}

fn is_table_rule(line: &str) -> bool {
    line.starts_with('|') && line.chars().all(|character| matches!(character, '|' | '-' | ':' | ' '))
}

fn excerpt(line: &str, start: usize, end: usize) -> String {
    let before: String = line[..start].chars().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect();
    let after: String = line[end..].chars().take(20).collect();
    format!("{before}{}{after}", &line[start..end])
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns of this file are valid")
}

fn compile(rules: &[(&'static str, &str)]) -> Vec<(&'static str, Regex)> {
    rules.iter().map(|(rule, text)| (*rule, pattern(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str, language: Language) -> Vec<&'static str> {
        check(text, language).into_iter().map(|slip| slip.rule).collect()
    }

    #[test]
    fn french_that_is_right_passes() {
        for text in [
            "Pourquoi\u{202f}? Origine\u{a0}: réseau, «\u{a0}Orage\u{a0}».",
            "12\u{202f}480 réclamations, 3,2\u{a0}points, 18,4\u{a0}%, 12\u{202f}480\u{a0}€",
            "de 21\u{a0}h\u{a0}04 à 22\u{a0}h\u{a0}31 (heure de Paris, UTC+1), 1\u{a0}h\u{a0}27\u{a0}min",
            "1er\u{a0}novembre 2026, 90e centile, l’incident, \u{2212}12, 0 réclamation",
        ] {
            assert_eq!(rules(text, Language::French), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn french_that_is_wrong_is_named_by_its_rule() {
        for (text, rule) in [
            ("Pourquoi ?", "F1"),
            ("Origine: réseau", "F2"),
            ("\"Orage\"", "F3"),
            ("«Orage»", "F3"),
            ("12 480 réclamations", "F4"),
            ("1250 réclamations", "F4"),
            ("3.2", "F5"),
            ("18,4%", "F6"),
            ("€12", "F7"),
            ("12min", "F8"),
            ("à 21:04 UTC", "F9"),
            ("1 novembre", "F11"),
            ("de 12–18\u{a0}%", "F12"),
            ("90ème", "F13"),
            ("l'incident", "F14"),
            ("Etat du service", "F16"),
            ("(-12)", "F17"),
            ("0 réclamations", "F19"),
            ("à 21\u{a0}h\u{a0}04 précises", "F20"),
        ] {
            assert!(rules(text, Language::French).contains(&rule), "{text}: {:?}", rules(text, Language::French));
        }
    }

    #[test]
    fn english_is_checked_by_its_own_rules() {
        assert_eq!(
            rules(
                "Why? 12,480 complaints, 18.4%, 21:04 (UTC+1), it’s “down”, 14\u{a0}November 2026",
                Language::English
            ),
            Vec::<&str>::new()
        );
        for (text, rule) in [
            ("localized", "E1"),
            ("November 14, 2026", "E2"),
            ("9:04 pm UTC", "E3"),
            ("18.4 %", "E5"),
            ("12 480", "E5"),
            ("12,480 €", "E6"),
            ("from 21:04–22:31 UTC", "E7"),
            ("red, green, and blue", "E8"),
            ("it's", "E9"),
            ("why ?", "E9"),
            ("(-12)", "E10"),
            ("0 complaint", "E11"),
            ("1.5 minute", "E11"),
            ("3 times more often", "E12"),
            ("at 21:04 sharp", "E3"),
        ] {
            assert!(rules(text, Language::English).contains(&rule), "{text}");
        }
    }

    #[test]
    fn the_two_lines_of_a_cell_are_not_one_number() {
        let text = "| 132\u{e002}127–139 | why\u{e002}it failed |";
        assert_eq!(rules(text, Language::English), Vec::<&str>::new());
        assert_eq!(rules(text, Language::French), Vec::<&str>::new());
    }

    #[test]
    fn every_rule_says_what_it_asks_for() {
        for (rule, _) in FRENCH.iter().chain(&ENGLISH).chain(&[("F20", ""), ("E3", "")]) {
            assert_ne!(meaning(rule), meaning(""), "{rule}");
        }
    }

    #[test]
    fn code_links_evidence_and_inputs_are_exempt() {
        let text = "\u{e000}it's 5.2!\u{e001} `a!b` [x](http://a.example?b!) vu[E3](#e3).\n::::evidence\n:::entry 1\nwhy ?\n:::\n::::\n| a |\n|--:|\n";
        assert_eq!(rules(text, Language::French), Vec::<&str>::new());
    }
}
