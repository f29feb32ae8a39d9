//! What a complaint is about: that the service fails, or something else.
//!
//! In: the text of a complaint and the category its source gave it. Out: a [`Subject`]. It counts nothing.
//!
//! A storm of complaints about prices is no outage, so complaints can mark one only by what they say. The lists hold
//! general words of English and French for not getting what one asked for, and for the matters of a customer desk that are
//! none of it; no names. Words that speak of failing win: who asks for a refund because nothing works reports an outage.
//! A text in another language, or without words, says nothing. O(length of the text).

/// What a complaint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The service fails.
    Failing,
    /// Prices, contracts, taste, equipment at home.
    Other,
    /// Not to be told.
    Unknown,
}

const FAILING: &[&str] = &[
    "not work", "n't work", "stopped working", "doesn t work", "won t", "can't", "cannot", "can not", "unable to", "is down",
    "down again", "are down", "went down", "service down", "site down", "app down", "outage", "black screen", "blank screen", "screen is black",
    "no picture", "no sound", "no image", "no signal", "frozen", "freez", "stuck", "buffering", "keeps loading", "loading forever",
    "endless loading", "spinning", "error", "crash", "closes by itself", "closes itself", "failed", "fails", "failing", "failure",
    "unavailable", "not available", "interrupted", "cuts out", "keeps cutting", "disconnect", "kicked out", "timed out", "timeout",
    "blacked out", "blackout", "nothing plays", "won't play", "won't load", "won't start", "won't open", "not loading", "doesn't load",
    "broken", "unwatchable", "lagging", "stutter", "not responding",
    "marche plus", "marche pas", "marche toujours pas", "fonctionne plus", "fonctionne pas", "en panne", "panne", "ecran noir",
    "plus d'image", "pas d'image", "plus de son", "pas de son", "plus rien", "plus de signal", "image figee", "fige", "coupe toutes",
    "coupure", "ca coupe", "erreur", "impossible de lancer", "impossible de lire", "impossible de regarder", "impossible de se connecter",
    "impossible d'acceder", "impossible de me connecter", "impossible d'ouvrir", "plante", "se ferme toute", "se ferme tout",
    "ne se lance", "ne se charge", "ne charge", "ne demarre", "ne s'ouvre", "rond qui tourne", "ca tourne", "tourne dans le vide",
    "indisponible", "non disponible", "pas disponible", "n'est pas disponible", "inaccessible", "bloque", "saccade", "rame",
    "deconnect", "hors service", "interrompu", "plus acces", "pas acces",
];
const OTHER: &[&str] = &[
    "price", "expensive", "charged", "bill", "invoice", "refund", "subscription", "cancel", "contract", "payment", "paid twice",
    "discount", "remote control", "battery", "batteries", "subtitle", "interface", "menu", "design", "advert", "ads", "delivery",
    "prix", "cher", "facture", "facturation", "preleve", "prelevement", "rembours", "abonnement", "resili", "contrat", "paiement",
    "euros", "tarif", "promo", "telecommande", "pile", "sous-titre", "sous titre", "publicite", "livraison", "billing",
];
/// Matters that sound like failing and are those of a home.
const AT_HOME: &[&str] = &["wifi", "wi-fi", "telecommande", "remote control", "batteries", "volume key", "touche"];

/// What `body` and `theme` speak of.
pub fn subject(body: &str, theme: &str) -> Subject {
    let text = plain(&format!("{body} \n {theme}"));
    let has = |list: &[&str]| list.iter().any(|phrase| text.contains(phrase));
    if has(AT_HOME) {
        Subject::Other
    } else if has(FAILING) {
        Subject::Failing
    } else if has(OTHER) {
        Subject::Other
    } else {
        Subject::Unknown
    }
}

/// Lower case, without accents, with plain apostrophes.
fn plain(text: &str) -> String {
    let letter = |letter: char| match letter {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        '\u{2019}' | '\u{2BC}' => '\'',
        '\u{A0}' | '\u{202F}' => ' ',
        other => other,
    };
    text.to_lowercase().chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_failing_from_other_matters_in_both_languages() {
        for (body, subject_is) in [
            ("Black screen since nine", Subject::Failing),
            ("Rien ne marche plus ce soir, remboursez-moi", Subject::Failing),
            ("Écran noir", Subject::Failing),
            ("L’appli plante", Subject::Failing),
            ("You charged me twice", Subject::Other),
            ("La facture est trop élevée", Subject::Other),
            ("My wifi keeps cutting", Subject::Other),
            ("Warum geht es nicht?", Subject::Unknown),
            ("", Subject::Unknown),
        ] {
            assert_eq!(subject(body, ""), subject_is, "{body}");
        }
    }

    #[test]
    fn reads_the_category_of_the_source_too() {
        assert_eq!(subject("", "Pas d'image"), Subject::Failing);
        assert_eq!(subject("please help", "Billing"), Subject::Other);
    }
}
