//! What a complaint is about: that the service fails, or something else.
//!
//! In: the text of a complaint and the category its source gave it. Out: a [`Subject`]. It counts nothing.
//!
//! A storm of complaints about prices is no outage, so complaints can mark one only by what they say. The lists hold
//! general words of English and French, and fewer of German, Spanish, Italian, Portuguese and Dutch, for not getting what
//! one asked for, and for the matters of a customer desk that are none of it; no names. Words that speak of failing win: who
//! asks for a refund because nothing works reports an outage. A text in another language, or without words, says nothing. O(length of the text).

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
    "not work",
    "not play",
    "not load",
    "not start",
    "not open",
    "not connect",
    "not log in",
    "not respond",
    "stopped working",
    "nothing works",
    "nothing plays",
    "cannot",
    "ca not",
    "can not",
    "unable to",
    "is down",
    "are down",
    "down again",
    "went down",
    "service down",
    "site down",
    "app down",
    "outage",
    "black screen",
    "blank screen",
    "screen is black",
    "no picture",
    "no sound",
    "no image",
    "no signal",
    "frozen",
    "freez",
    "stuck",
    "buffering",
    "keeps loading",
    "loading forever",
    "endless loading",
    "spinning",
    "error",
    "crash",
    "closes by itself",
    "closes itself",
    "failed",
    "fails",
    "failing",
    "failure",
    "unavailable",
    "not available",
    "interrupted",
    "cuts out",
    "keeps cutting",
    "disconnect",
    "kicked out",
    "timed out",
    "timeout",
    "blacked out",
    "blackout",
    "broken",
    "unwatchable",
    "lagging",
    "stutter",
    "marche plus",
    "marche pas",
    "marche toujours pas",
    "ne marche",
    "fonctionne plus",
    "fonctionne pas",
    "ne fonctionne",
    "panne",
    "ecran noir",
    "plus d'image",
    "pas d'image",
    "plus de son",
    "pas de son",
    "plus rien",
    "plus de signal",
    "image figee",
    "fige",
    "coupe toutes",
    "coupure",
    "ca coupe",
    "erreur",
    "impossible de",
    "impossible d'",
    "plante",
    "se ferme tou",
    "ne se lance",
    "ne se charge",
    "ne charge",
    "ne demarre",
    "ne s'ouvre",
    "rond qui tourne",
    "ca tourne",
    "tourne dans le vide",
    "indisponible",
    "non disponible",
    "pas disponible",
    "inaccessible",
    "bloque",
    "saccade",
    "ca rame",
    "deconnect",
    "hors service",
    "interrompu",
    "plus acces",
    "pas acces",
    // German
    "geht nicht",
    "funktioniert nicht",
    "lauft nicht",
    "ladt nicht",
    "startet nicht",
    "lasst sich nicht",
    "kein bild",
    "kein ton",
    "kein signal",
    "kein empfang",
    "keine verbindung",
    "schwarzer bildschirm",
    "bildschirm schwarz",
    "bleibt schwarz",
    "bricht",
    "storung",
    "ausfall",
    "ausgefallen",
    "fehler",
    "hangt sich",
    "eingefroren",
    "ruckelt",
    "sturzt ab",
    "abgesturzt",
    "nicht erreichbar",
    "nicht verfugbar",
    // Spanish
    "no funciona",
    "no carga",
    "no puedo",
    "no se puede",
    "no se ve",
    "no se abre",
    "no conecta",
    "no arranca",
    "pantalla negra",
    "sin imagen",
    "sin sonido",
    "sin senal",
    "sin servicio",
    "se corta",
    "se congela",
    "caido",
    "caida",
    "fallo",
    "fallando",
    "averia",
    // Italian
    "non funziona",
    "non carica",
    "non si vede",
    "non si apre",
    "non riesco",
    "schermo nero",
    "senza audio",
    "si blocca",
    "bloccat",
    "guasto",
    "disservizio",
    // Portuguese
    "nao funciona",
    "nao carrega",
    "nao abre",
    "nao consigo",
    "tela preta",
    "ecra preto",
    "sem imagem",
    "sem som",
    "sem sinal",
    "travou",
    "travando",
    "fora do ar",
    "erro ",
    // Dutch
    "werkt niet",
    "doet het niet",
    "laadt niet",
    "start niet",
    "geen beeld",
    "geen geluid",
    "geen signaal",
    "zwart scherm",
    "een storing",
    "loopt vast",
    "foutmelding",
    "hapert",
];
const OTHER: &[&str] = &[
    "price",
    "pricing",
    "expensive",
    "charged",
    "bill",
    "invoice",
    "refund",
    "subscription",
    "cancel",
    "contract",
    "payment",
    "paid twice",
    "discount",
    "subtitle",
    "interface",
    "menu",
    "design",
    "advert",
    "delivery",
    "prix",
    "trop cher",
    "moins cher",
    "plus cher",
    "factur",
    "prelev",
    "rembours",
    "abonnement",
    "resili",
    "contrat",
    "paiement",
    "euros",
    "tarif",
    "promo",
    "sous-titre",
    "sous titre",
    "publicite",
    "livraison",
    // German
    "preis",
    "zu teuer",
    "abgebucht",
    "rechnung",
    "kundig",
    "vertrag",
    "untertitel",
    // Spanish
    "precio",
    "muy caro",
    "cobrad",
    "subtitul",
    // Italian
    "prezzo",
    "fattura",
    "addebit",
    "disdett",
    "sottotitol",
    // Portuguese
    "preco",
    "cobranca",
    "fatura",
    // Dutch
    "prijs",
    "te duur",
    "opzeg",
    "ondertitel",
];
/// Matters that sound like failing and are those of a home or of a customer's account.
const ELSEWHERE: &[&str] = &[
    "wifi",
    "wi-fi",
    "telecommande",
    "remote control",
    "my remote",
    "batteries",
    "volume key",
    "touche volume",
    "impossible de resilier",
    "impossible de payer",
    "unable to cancel",
    "unable to pay",
];

/// What `body` and `theme` speak of.
pub fn subject(body: &str, theme: &str) -> Subject {
    let text = plain(&format!(" {body} \n {theme}"));
    let begins = |at: usize| text[..at].ends_with(' ');
    let has = |list: &[&str]| list.iter().any(|phrase| text.match_indices(phrase).any(|(at, _)| begins(at)));
    if has(ELSEWHERE) {
        Subject::Other
    } else if has(FAILING) {
        Subject::Failing
    } else if has(OTHER) {
        Subject::Other
    } else {
        Subject::Unknown
    }
}

/// Lower case without accents, words apart by spaces; `n't` is written out.
fn plain(text: &str) -> String {
    let letter = |letter: char| match letter {
        'à' | 'â' | 'ä' | 'á' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' | 'í' | 'ì' => 'i',
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' => 'o',
        'ù' | 'û' | 'ü' | 'ú' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        '\'' | '\u{2019}' | '\u{2BC}' => '\'',
        '-' => '-',
        other if other.is_alphanumeric() => other,
        _ => ' ',
    };
    let plain: String = text.to_lowercase().chars().map(letter).collect();
    plain.replace("n't", " not").replace("cant ", "cannot ").replace("wont ", "wo not ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_failing_from_other_matters_in_several_languages() {
        for (body, subject_is) in [
            ("Black screen since nine", Subject::Failing),
            ("Rien ne marche plus ce soir, remboursez-moi", Subject::Failing),
            ("Écran noir", Subject::Failing),
            ("\u{ab}It doesn\u{2019}t work\u{bb}", Subject::Failing),
            ("Quel beau programme", Subject::Unknown),
            ("L’appli plante", Subject::Failing),
            ("You charged me twice", Subject::Other),
            ("La facture est trop élevée", Subject::Other),
            ("My wifi keeps cutting", Subject::Other),
            ("Warum geht es nicht?", Subject::Unknown),
            ("Schwarzer Bildschirm im Livestream", Subject::Failing),
            ("No puedo ver ningún canal", Subject::Failing),
            ("Il fallait y penser", Subject::Unknown),
            ("Vertrag kündigen, zu teuer", Subject::Other),
            ("Nada funciona, serviço fora do ar", Subject::Failing),
            ("Hvorfor virker det ikke?", Subject::Unknown),
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
