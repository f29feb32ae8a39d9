//! Milestones that a note states in plain words, in English and French.
//!
//! In: one message of a chat or an incident timeline. Out: the milestone that it marks, or
//! nothing. The list is short on purpose: a note that asks, denies, guesses or announces marks
//! nothing, because a wrong milestone is worse than none. It does not read times in the text.
//!
//! | milestone | wording |
//! |---|---|
//! | `detected` | an alert fired, detected, incident declared; on a détecté, alerte déclenchée |
//! | `acknowledged` | ack, I am on it, I take it; je prends, je m'en occupe, pris en charge |
//! | `identified` | identified, (root) cause found, the cause is; cause identifiée, la cause est |
//! | `mitigated` | mitigated, rollback done, rolled back, fix applied; atténué, trafic basculé |
//! | `resolved` | resolved, all clear, back to normal; résolu, rétabli, retour à la normale |

use super::source::fold;

/// Milestones with their wordings, folded; the later milestone wins when a note states two.
const WORDINGS: &[(&str, &[&str])] = &[
    (
        "resolved",
        &[
            "resolved",
            "resolu",
            "resolue",
            "all clear",
            "back to normal",
            "retour a la normale",
            "revenu a la normale",
            "retabli",
            "retablie",
            "service restored",
            "fully recovered",
            "incident closed",
            "incident clos",
        ],
    ),
    (
        "mitigated",
        &[
            "mitigated",
            "attenue",
            "attenuee",
            "rollback done",
            "rollback complete",
            "rollback completed",
            "rolled back",
            "rollback termine",
            "rollback effectue",
            "retour arriere effectue",
            "retour arriere termine",
            "traffic shifted",
            "traffic moved",
            "traffic rerouted",
            "trafic bascule",
            "bascule effectuee",
            "bascule terminee",
            "failover done",
            "failover complete",
            "failover completed",
            "fix applied",
            "fix deployed",
            "fix is in place",
            "correctif applique",
            "correctif deploye",
            "correctif en place",
            "workaround in place",
            "contournement en place",
        ],
    ),
    (
        "identified",
        &[
            "identified:",
            "identified the cause",
            "identified the root cause",
            "root cause found",
            "root cause identified",
            "root cause is",
            "cause identified",
            "cause identifiee",
            "cause trouvee",
            "cause racine identifiee",
            "cause racine trouvee",
            "found the cause",
            "found the root cause",
            "the cause is",
            "la cause est",
            "origine identifiee",
            "l'origine est identifiee",
            "on a identifie la cause",
            "nous avons identifie la cause",
            "on a trouve la cause",
        ],
    ),
    (
        "acknowledged",
        &[
            "ack",
            "acked",
            "acknowledged",
            "i am on it",
            "i'm on it",
            "i take it",
            "i'll take it",
            "i've got it",
            "taking this one",
            "je prends",
            "je le prends",
            "je m'en occupe",
            "pris en charge",
            "prise en charge",
        ],
    ),
    (
        "detected",
        &[
            "alert fired",
            "alert just fired",
            "alerts fired",
            "alert triggered",
            "alerts triggered",
            "alert is firing",
            "alerts are firing",
            "alerte declenchee",
            "alertes declenchees",
            "alerte vient de se declencher",
            "alerte vient de partir",
            "we detected",
            "we have detected",
            "incident detected",
            "incident detecte",
            "on a detecte",
            "nous avons detecte",
            "incident declared",
            "incident declare",
            "j'ouvre un incident",
        ],
    ),
];

/// Words that make a sentence a denial, a guess or an announcement.
const BLOCKERS: &[&str] = &[
    "not",
    "never",
    "no",
    "isn't",
    "wasn't",
    "aren't",
    "hasn't",
    "haven't",
    "don't",
    "doesn't",
    "didn't",
    "can't",
    "cannot",
    "still",
    "yet",
    "unknown",
    "unclear",
    "if",
    "when",
    "once",
    "until",
    "unless",
    "will",
    "going to",
    "should",
    "could",
    "would",
    "may",
    "might",
    "maybe",
    "perhaps",
    "probably",
    "possibly",
    "possible",
    "likely",
    "i think",
    "almost",
    "nearly",
    "soon",
    "partially",
    "partly",
    "expect",
    "expected",
    "waiting",
    "trying",
    "try",
    "need",
    "needs",
    "to be",
    "want",
    "wait",
    "ne",
    "pas",
    "n'est",
    "n'a",
    "n'ont",
    "jamais",
    "aucun",
    "aucune",
    "non",
    "toujours",
    "encore",
    "si",
    "quand",
    "lorsque",
    "des que",
    "une fois",
    "sera",
    "seront",
    "devrait",
    "devraient",
    "pourrait",
    "va etre",
    "vont etre",
    "peut-etre",
    "je pense",
    "sans doute",
    "probablement",
    "presque",
    "bientot",
    "inconnue",
    "inconnu",
    "en attente",
    "partiellement",
    "essaie",
    "essayons",
    "faut",
    "avant de",
];

/// The milestone that a note states plainly; `None` for every other note.
pub fn stated(note: &str) -> Option<&'static str> {
    let note = note.get(..note.floor_char_boundary(4_000)).unwrap_or(note).replace('\u{2019}', "'");
    let mut found: Option<usize> = None;
    for sentence in sentences(&note) {
        let sentence = fold(sentence);
        if sentence.ends_with('?') || BLOCKERS.iter().any(|word| has(&sentence, word)) {
            continue;
        }
        let stated = WORDINGS.iter().position(|(_, words)| words.iter().any(|word| has(&sentence, word)));
        found = match (found, stated) {
            (Some(old), Some(new)) => Some(old.min(new)),
            (old, new) => old.or(new),
        };
    }
    found.map(|index| WORDINGS[index].0)
}

/// Sentences with their final mark; a dot inside a number or a name ends none.
fn sentences(note: &str) -> impl Iterator<Item = &str> {
    note.split_inclusive('\n').flat_map(|line| {
        line.split_inclusive("? ")
            .flat_map(|part| part.split_inclusive(". "))
            .flat_map(|part| part.split_inclusive("! "))
    })
}

/// Whether a phrase stands in a sentence as whole words.
fn has(sentence: &str, phrase: &str) -> bool {
    sentence.match_indices(phrase).any(|(start, _)| {
        let before = sentence[..start].chars().next_back();
        let after = sentence[start + phrase.len()..].chars().next();
        let is_open = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_');
        is_open(before) && (phrase.ends_with(':') || is_open(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_statements_mark_a_milestone() {
        for (note, milestone) in [
            ("Manifest alert just fired on two channels", "detected"),
            ("On a détecté une coupure à 20h10", "detected"),
            ("ack, looking", "acknowledged"),
            ("je prends", "acknowledged"),
            ("Je m\u{2019}en occupe", "acknowledged"),
            ("Root cause found: full disk on encoder 3", "identified"),
            ("Cause identifiée : certificat expiré", "identified"),
            ("rollback done", "mitigated"),
            ("Trafic basculé sur le second site.", "mitigated"),
            ("All clear. Review on Monday.", "resolved"),
            ("Incident résolu", "resolved"),
            ("Fix applied, service back to normal", "resolved"),
        ] {
            assert_eq!(stated(note), Some(milestone), "{note}");
        }
    }

    #[test]
    fn questions_denials_guesses_and_plans_mark_nothing() {
        for note in [
            "",
            "?",
            "resolved?",
            "is it mitigated ? I see errors",
            "not resolved",
            "Pas encore résolu",
            "this isn't resolved",
            "I think the cause is the cache",
            "the cause is unknown",
            "will be resolved soon",
            "ce sera rétabli à 22h",
            "if rolled back we lose the flag",
            "unresolved tickets",
            "feedback loop",
            "package acknowledgement",
            "attack on the gateway",
            "I take the messages",
            "n'est pas atténué",
            "toujours pas rétabli",
        ] {
            assert_eq!(stated(note), None, "{note}");
        }
    }

    #[test]
    fn a_doubtful_sentence_does_not_hide_a_plain_one() {
        assert_eq!(stated("Is it the cache? Root cause found: the cache."), Some("identified"));
    }

    #[test]
    fn huge_notes_are_read_in_part_without_panic() {
        assert_eq!(stated(&"é".repeat(1_000_000)), None);
    }
}
