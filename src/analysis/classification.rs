//! Words that speak of the nature and the origin of an incident, in English and French.
//!
//! In: a note, a message, a log template. Out: for each class, how many different phrases occur.
//! It weighs nothing and decides nothing; a query combines the hints of many texts with what the
//! data show. The phrases are general words of the trade: names of products, companies or
//! services are not among them. Cost: linear in the text times the number of phrases. A text
//! without any of them gives zeros, an empty one too.

/// Different phrases found in a text, by class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints {
    /// Rights, entitlements, schedule: the signal works but may not be shown.
    pub content: u32,
    /// Signal, network, machines, software.
    pub technical: u32,
    /// A manual, configuration, schedule or certificate mistake.
    pub human_error: u32,
    /// Software, hardware, capacity, a release defect.
    pub technical_fault: u32,
    /// A third party, an attack, power, a rights holder.
    pub external_factor: u32,
}

const CONTENT: &[&str] = &[
    "rights",
    "right to show",
    "blackout",
    "geo-block",
    "geoblock",
    "geo block",
    "geofenc",
    "rights holder",
    "licensing window",
    "not available in your",
    "schedule",
    "programme grid",
    "program grid",
    "epg",
    "wrong programme",
    "wrong feed",
    "slate",
    "droits",
    "ayant droit",
    "ayants droit",
    "geoblocage",
    "non autorise",
    "grille des programmes",
    "grille",
    "mauvais programme",
    "rights window",
    "fenetre de droits",
    "restriction",
    "denied by policy",
    "policy denied",
    "right expired",
    "catalogue",
];

const TECHNICAL: &[&str] = &[
    "timeout",
    "timed out",
    "connection",
    "latency",
    "cpu",
    "memory",
    "disk",
    "crash",
    "panic",
    "exception",
    "overload",
    "packet",
    "loss",
    "route",
    "dns",
    "certificate",
    "tls",
    "handshake",
    "gateway",
    "encoder",
    "segment",
    "manifest",
    "buffer",
    "server",
    "node",
    "database",
    "replica",
    "queue",
    "pool",
    "saturat",
    "5xx",
    "502",
    "503",
    "504",
    "out of memory",
    "certificat",
    "serveur",
    "reseau",
    "base de donnees",
    "file d'attente",
    "latence",
    "memoire",
    "disque",
    "saturation",
];

const HUMAN_ERROR: &[&str] = &[
    "misconfig",
    "wrong config",
    "wrong value",
    "wrong setting",
    "configuration change",
    "config change",
    "bad config",
    "configuration error",
    "typo",
    "by mistake",
    "mistaken",
    "manual change",
    "manual operation",
    "manually",
    "wrong file",
    "expired certificate",
    "certificate expired",
    "certificate has expired",
    "cert expired",
    "not renewed",
    "renewal",
    "forgot",
    "wrong schedule",
    "schedule error",
    "schedule import",
    "wrong rule",
    "rule pushed",
    "feature flag",
    "flag flipped",
    "wrong zone",
    "limit set",
    "mauvaise configuration",
    "erreur de configuration",
    "erreur de saisie",
    "faute de frappe",
    "modification manuelle",
    "par erreur",
    "certificat expire",
    "certificat est expire",
    "non renouvele",
    "mauvais fichier",
    "mauvaise regle",
    "mauvais reglage",
    "erreur de programmation de la grille",
    "erreur de grille",
    "oubli",
    "parametre errone",
];

const TECHNICAL_FAULT: &[&str] = &[
    "bug",
    "regression",
    "memory leak",
    "leak",
    "deadlock",
    "crash",
    "segfault",
    "panic",
    "null pointer",
    "hardware",
    "disk failure",
    "failed disk",
    "power supply unit",
    "overheat",
    "temperature",
    "capacity",
    "saturat",
    "overload",
    "exhaust",
    "out of memory",
    "oom",
    "thread pool",
    "connection pool",
    "new version",
    "release",
    "defect",
    "faulty",
    "bad disk",
    "i/o error",
    "io error",
    "replication",
    "fuite memoire",
    "panne materielle",
    "materiel",
    "surchauffe",
    "saturation",
    "surcharge",
    "capacite",
    "version defectueuse",
    "disque en panne",
    "epuisement",
    "blocage",
    "defaut",
];

const EXTERNAL_FACTOR: &[&str] = &[
    "third party",
    "third-party",
    "provider",
    "supplier",
    "carrier",
    "transit",
    "peering",
    "interconnect",
    "upstream isp",
    "isp",
    "operator network",
    "fibre cut",
    "fiber cut",
    "power outage",
    "power cut",
    "power failure",
    "attack",
    "ddos",
    "botnet",
    "flood of requests",
    "credential stuffing",
    "rights holder",
    "external",
    "vendor",
    "bgp",
    "weather",
    "storm",
    "satellite",
    "utility",
    "data centre power",
    "datacenter power",
    "fournisseur",
    "prestataire",
    "operateur",
    "attaque",
    "coupure de courant",
    "coupure electrique",
    "coupure de fibre",
    "ayant droit",
    "tiers",
    "interconnexion",
    "orage",
    "panne d'electricite",
    "alimentation electrique",
    "fournisseur d'acces",
];

/// Counts the phrases of each class in a text; letters with accents count as those without.
pub fn hints(text: &str) -> Hints {
    let text = plain(text);
    Hints {
        content: count(&text, CONTENT),
        technical: count(&text, TECHNICAL),
        human_error: count(&text, HUMAN_ERROR),
        technical_fault: count(&text, TECHNICAL_FAULT),
        external_factor: count(&text, EXTERNAL_FACTOR),
    }
}

fn count(text: &str, phrases: &[&str]) -> u32 {
    let found = phrases.iter().filter(|phrase| begins_a_word(text, phrase)).count();
    u32::try_from(found).unwrap_or(u32::MAX)
}

/// Whether a phrase occurs at the beginning of a word; what follows may be an ending.
fn begins_a_word(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase)
        .any(|(at, _)| text[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric()))
}

/// Lower case, without the accents of French.
fn plain(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            '’' => '\'',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_certificate_is_a_mistake_in_both_languages() {
        assert!(hints("The certificate expired at midnight").human_error > 0);
        assert!(hints("Le certificat est expiré depuis minuit").human_error > 0);
    }

    #[test]
    fn rights_are_content() {
        let hints = hints("Geo-blocking rule of the rights holder");
        assert!(hints.content > 0 && hints.external_factor > 0);
    }

    #[test]
    fn a_phrase_inside_a_word_does_not_count() {
        assert_eq!(hints("brights").content, 0);
        assert_eq!(hints(""), Hints::default());
    }
}
