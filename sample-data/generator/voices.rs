//! What viewers write: complaints about the incident a few minutes after it is felt, those of any
//! day, and the texts that a program must not trust.

use crate::clock;
use crate::random::Random;
use crate::story::{self, minute};

/// One complaint before it is written in the form of a tool.
#[derive(Debug, Clone)]
pub(crate) struct Complaint {
    /// Seconds since 1970 UTC.
    pub instant: i64,
    pub is_outage: bool,
    pub is_french: bool,
    pub text: String,
    pub provider: &'static str,
    pub region: &'static str,
    pub device: &'static str,
}

/// Where a complaint is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Button,
    Social,
    Ticket,
}

const OUTAGE_FRENCH: &[&str] = &[
    "Écran noir sur le décodeur depuis {h}, impossible de lancer le derby",
    "Le décodeur affiche « licence indisponible », le match commence dans quelques minutes",
    "Impossible de lancer la chaîne du match sur la box, ça tourne dans le vide",
    "Message d’erreur L-204 sur le décodeur, j’ai redémarré trois fois",
    "Toujours pas d’image sur le décodeur alors que le match a commencé",
    "On a raté le but à cause de votre panne, c’est honteux",
    "Ça marche sur mon téléphone mais pas sur le décodeur du salon",
    "Plus rien sur la box depuis {h}, région Nord, vous avez une panne ?",
];
const OUTAGE_ENGLISH: &[&str] = &[
    "Set-top box says licence unavailable since {h}, derby is about to start",
    "Cannot start the match on the box, it just keeps loading",
    "Error L-204 on the decoder, rebooted twice, still nothing",
    "Works on my phone, not on the box. Missed the first goal.",
];
const ROUTINE_FRENCH: &[&str] = &[
    "Le son est décalé sur la chaîne 4",
    "Comment modifier mon adresse de facturation ?",
    "Le guide des programmes met du temps à s’ouvrir",
    "Je ne retrouve pas mon enregistrement de jeudi",
    "Les sous-titres sont trop petits sur la tablette",
    "Ma télécommande ne répond plus très bien",
    "Trop de publicité avant les replays",
];
const ROUTINE_ENGLISH: &[&str] =
    &["Subtitles are missing on channel 7", "How do I change my password?", "The picture was a bit soft last night"];

/// Texts that must come out as text: markup, a link with a script, a formula.
pub(crate) const HOSTILE: [&str; 4] = [
    "<script>document.title='derby-planted-1'</script> écran noir sur le décodeur",
    "[voir la preuve](javascript:alert('derby-planted-2')) plus de derby chez moi",
    "=HYPERLINK(\"https://planted-3.example/\",\"remboursement du match\")",
    "#panic(\"derby-planted-4\") *gras* _ital_ $x$ le décodeur est bloqué",
];

/// Personal data of invented people; the cards are numbers that networks reserve for tests.
pub(crate) const PERSONAL: [(&str, &str, &str); 10] = [
    (
        "e-mail",
        "mireille.castanou@courriel.example",
        "Écran noir depuis 20h50, répondez à mireille.castanou@courriel.example",
    ),
    ("phone", "06 39 98 14 27", "Rappelez-moi au 06 39 98 14 27, le décodeur est en panne et mon père rate le derby"),
    ("phone", "01 99 00 52 83", "Aucune image, joignable au 01 99 00 52 83 toute la soirée"),
    (
        "card",
        "4242 4242 4242 4242",
        "Remboursez le match sur la carte 4242 4242 4242 4242, c’est la moindre des choses",
    ),
    ("card", "5555555555554444", "J’ai payé le match avec 5555555555554444 et je n’ai rien vu"),
    ("e-mail", "y.delarochevigne@poste.example", "Write to y.delarochevigne@poste.example when the box works again"),
    ("phone", "+33 6 39 98 40 61", "My number is +33 6 39 98 40 61, call me about the refund"),
    ("e-mail", "theo+match@lamaison.example", "Le décodeur reste noir, merci de prévenir theo+match@lamaison.example"),
    ("phone", "0639986052", "tel 0639986052 svp, plus rien sur la box du salon"),
    ("card", "4000 0566 5566 5556", "Carte 4000 0566 5566 5556 débitée, match non vu, remboursement attendu"),
];

/// Complaints of one place, in the order of time. `share` is its part of all complaints.
pub(crate) fn complaints(place: Place, share: f64) -> Vec<Complaint> {
    let mut random = Random::new(&format!("voices {place:?}"));
    let (mut felt, mut routine) = (0.0, 0.5);
    let mut found = Vec::new();
    for at in 0..story::MINUTES {
        let (more_felt, more_routine) = story::complaint_rate(at);
        felt += more_felt * share;
        routine += more_routine * share;
        // The first one of the incident comes by the button, at 20:49:07.
        if at == minute(20, 49) && place == Place::Button {
            found.push(outage(clock::at(20, 49, 7), &mut random));
            felt = 0.0;
        }
        while felt >= 1.0 {
            felt -= 1.0;
            found.push(outage(clock::START + at * 60 + random.between(10, 59), &mut random));
        }
        while routine >= 1.0 {
            routine -= 1.0;
            found.push(ordinary(clock::START + at * 60 + random.between(0, 59), &mut random));
        }
    }
    found.sort_by_key(|one| one.instant);
    found
}

fn outage(instant: i64, random: &mut Random) -> Complaint {
    let is_french = random.happens(0.85);
    let text = random.pick(if is_french { OUTAGE_FRENCH } else { OUTAGE_ENGLISH });
    let since = clock::local_parts(instant - 60 * random.between(2, 9));
    let text = text.replace("{h}", &format!("{}h{:02}", since.hour, since.minute));
    let is_north = random.happens(0.93);
    Complaint {
        instant,
        is_outage: true,
        is_french,
        text,
        provider: if random.happens(0.58) { "Lumifibre" } else { "Kerlan Telecom" },
        region: if is_north { "Nord" } else { random.pick(&["Est", "Ouest", "Sud"]) },
        device: if random.happens(0.93) { "Décodeur" } else { random.pick(&["Téléviseur connecté", "Mobile"]) },
    }
}

fn ordinary(instant: i64, random: &mut Random) -> Complaint {
    let is_french = random.happens(0.85);
    Complaint {
        instant,
        is_outage: false,
        is_french,
        text: (random.pick(if is_french { ROUTINE_FRENCH } else { ROUTINE_ENGLISH })).to_owned(),
        provider: if random.happens(0.58) { "Lumifibre" } else { "Kerlan Telecom" },
        region: random.pick(&["Nord", "Sud", "Est", "Ouest"]),
        device: random.pick(&["Décodeur", "Téléviseur connecté", "Mobile", "Ordinateur"]),
    }
}

/// Puts the given texts in place of those of complaints of the incident, spread over it.
pub(crate) fn replace(complaints: &mut [Complaint], texts: &[&str]) {
    let outage: Vec<usize> = (0..complaints.len()).filter(|at| complaints[*at].is_outage).collect();
    let step = (outage.len() / (texts.len() + 1)).max(1);
    for (nth, text) in texts.iter().enumerate() {
        if let Some(at) = outage.get((nth + 1) * step) {
            (*text).clone_into(&mut complaints[*at].text);
        }
    }
}
