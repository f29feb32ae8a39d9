//! What complaints and mentions of all tools have in common: the words for the channel, the
//! sentiment, reposts, and the names of free dimensions.
//!
//! In: words of a tool. Out: the words of table `complaints`. It does not judge the text.

use super::question::personal;
use super::source::{FileContext, fold};
use super::values::{dimension_name, is_null};
use crate::schema::complaints;

pub mod row;

/// Words in the name of a column that make its values those of a person or of a device.
const PERSONAL_WORDS: &[&str] = &[
    "author",
    "auteur",
    "user",
    "username",
    "utilisateur",
    "profile",
    "profil",
    "handle",
    "screen",
    "pseudo",
    "bio",
    "avatar",
    "picture",
    "photo",
    "account",
    "compte",
    "session",
    "uuid",
    "imei",
    "mac",
    "serial",
    "subscriber",
    "abonne",
    "email",
    "mail",
    "courriel",
    "phone",
    "telephone",
    "tel",
    "address",
    "adresse",
    "ip",
    "latitude",
    "longitude",
    "prenom",
    "requester",
    "demandeur",
    "caller",
    "appelant",
    "reporter",
];

/// Words for persons, whose name a column may hold.
const PERSONS: &[&str] =
    &["client", "customer", "contact", "titulaire", "viewer", "holder", "personne", "person", "agent"];

/// The channel in plain lower-case words: `twitter` is `x`, `mobile_sdk` is `mobile app`.
pub fn channel(word: &str) -> String {
    let folded = fold(&word.replace(['_', '-'], " "));
    let plain = match folded.as_str() {
        "" | "any channel" | "api" => "ticket",
        "twitter" | "x" | "x (twitter)" | "twitter dm" | "twitter like" | "twitter favorite" => "x",
        "forums" | "forum" => "forum",
        "blogs" | "blog" => "blog",
        "videos" | "video" => "video",
        "images" | "image" | "photo" => "image",
        "mail" | "e mail" | "email" | "courriel" => "e-mail",
        "web" | "web form" | "web service" | "help center post" => "web form",
        "portal" | "portail" | "feedback widget" => "web form",
        "web widget" | "web messenger" | "native messaging" | "chat" | "messaging" => "chat",
        "mobile" | "mobile sdk" | "ios" | "android" | "mobile app" => "mobile app",
        "voice" | "phone" | "phone call (inbound)" | "phone call inbound" | "telephone" => "phone",
        other => other,
    };
    plain.to_owned()
}

/// The channel of a listening tool, whose "web" is a page and no form.
pub fn platform(word: &str) -> String {
    let folded = fold(&word.replace(['_', '-'], " "));
    let name = folded.strip_prefix("www.").unwrap_or(&folded);
    match name {
        "" => "social network".to_owned(),
        "web" | "webpage" | "web page" | "website" | "site" | "site web" | "web site" => "web".to_owned(),
        "twitter.com" | "x.com" | "twitter / x" | "x/twitter" | "twitter/x" | "x (formerly twitter)" => "x".to_owned(),
        "facebook.com" | "instagram.com" | "reddit.com" | "youtube.com" | "tiktok.com" | "linkedin.com" => {
            name.trim_end_matches(".com").to_owned()
        }
        _ => channel(word),
    }
}

/// The sentiment in one word, empty when the tool did not rate it; what is not known stays as it
/// is, in lower case.
pub fn sentiment(word: &str) -> String {
    match fold(word).as_str() {
        "-1" | "-1.0" | "negative" | "negatif" => "negative".into(),
        "0" | "0.0" | "neutral" | "neutre" => "neutral".into(),
        "1" | "1.0" | "+1" | "positive" | "positif" => "positive".into(),
        "not rated" | "unrated" | "not scored" | "unknown" | "inconnu" | "non note" | "non evalue" | "n/a" | "none"
        | "null" | "-" => String::new(),
        other => other.to_owned(),
    }
}

/// The language as a short code where the tool gives one (`FR` and `fr-FR` are `fr`); empty when
/// the tool could not tell.
pub fn language(word: &str) -> String {
    let folded = fold(word);
    let code = match folded.as_str() {
        "french" | "francais" => "fr",
        "english" | "anglais" => "en",
        "german" | "allemand" | "deutsch" => "de",
        "spanish" | "espagnol" => "es",
        "italian" | "italien" => "it",
        "portuguese" | "portugais" => "pt",
        "dutch" | "neerlandais" => "nl",
        "arabic" | "arabe" => "ar",
        "und" | "unknown" | "undefined" | "inconnu" | "inconnue" | "n/a" | "-" => "",
        _ => folded.split(['-', '_']).next().unwrap_or_default(),
    };
    code.to_owned()
}

/// Whether a text or the kind of an entry says that it repeats someone else's.
pub fn is_repost(entry_type: &str, body: &str) -> bool {
    let entry = fold(entry_type);
    let is_named = matches!(
        entry.as_str(),
        "share" | "shared" | "reshare" | "retweet" | "retweeted" | "repost" | "reblog" | "partage" | "republication"
    );
    is_named || body.starts_with("RT @")
}

/// Whether a tool calls an account automatic.
pub fn is_bot(account_type: &str) -> bool {
    matches!(fold(account_type).as_str(), "bot" | "automated" | "automatique" | "robot")
}

/// An identifier that a spreadsheet turned into a number (`1.1499E+26`): many become equal, so
/// that it identifies nothing any more.
pub fn is_damaged(id: &str) -> bool {
    let Some((digits, power)) = id.trim().split_once(['E', 'e']) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        && digits.contains(['.', ','])
        && is_number(power.strip_prefix('+').unwrap_or(power))
}

/// The first of some values that is neither a null token nor a damaged identifier.
pub fn usable<'t>(ids: impl IntoIterator<Item = &'t str>) -> &'t str {
    let own = |id: &'t str| id.trim_matches(|c: char| c == '"' || c == '\'' || c.is_whitespace());
    ids.into_iter().map(own).find(|id| !is_null(id) && !is_damaged(id)).unwrap_or_default()
}

/// Name of a column for comparing: as [`fold`], and `_`, `-` count as spaces, `’` as `'`.
pub fn named(cell: &str) -> String {
    fold(&cell.replace(['_', '-'], " ").replace('\u{2019}', "'"))
}

/// Position of the first of these columns, compared by [`named`]; a mapping by the user for
/// `canonical` wins.
pub fn column(file: &FileContext<'_>, canonical: &str, names: &[&str]) -> Option<usize> {
    if let Some((_, mapped)) = file.columns.iter().find(|(name, _)| name == canonical) {
        return file.header.iter().position(|cell| fold(cell) == fold(mapped));
    }
    let header: Vec<String> = file.header.iter().map(|cell| named(cell)).collect();
    names.iter().find_map(|name| header.iter().position(|cell| cell == name))
}

/// Whether a column holds what identifies a person or a device, by its name.
pub fn is_personal(header: &str) -> bool {
    let name = named(header);
    let is_device = name.contains("device") && (name.ends_with(" id") || name.contains("identifi"));
    let is_place = matches!(dimension_name(header).as_str(), "region" | "isp" | "device" | "app_version" | "channel");
    if is_place && !is_device {
        return false;
    }
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    personal(header).is_some() || is_device || (has(&["name", "nom"]) && has(PERSONS)) || has(PERSONAL_WORDS)
}

/// Whether a custom field says what the complaint is about.
pub fn is_theme(label: &str) -> bool {
    matches!(
        named(label).as_str(),
        "category"
            | "categorie"
            | "issue"
            | "motif"
            | "theme"
            | "problem"
            | "probleme"
            | "reason"
            | "issue type"
            | "type de probleme"
    )
}

/// Subject and text as one: the text alone when it begins with the subject.
pub fn body(subject: &str, text: &str) -> String {
    let (subject, text) = (subject.trim(), text.trim());
    match (subject, text) {
        ("", only) | (only, "") => only.to_owned(),
        _ if text.starts_with(subject) => text.to_owned(),
        _ => format!("{subject}\n{text}"),
    }
}

/// Name of a free dimension of `complaints`; the column `channel` of an export that means a TV
/// channel is `tv_channel`, and no name hides a fixed column. `None` when nothing is left of it.
pub fn dimension(header: &str) -> Option<String> {
    let name = dimension_name(header);
    if name.is_empty() {
        return None;
    }
    if name == "channel" {
        return Some("tv_channel".into());
    }
    Some(if complaints::TABLE.column(&name).is_some() { format!("source_{name}") } else { name })
}

/// Whether a value may be stored as a free dimension, which is not searched for personal data:
/// a short word or number, no address, no telephone number, no sentence.
pub fn is_category(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let is_number = digits >= 9 && !value.chars().any(char::is_alphabetic);
    // Identifiers of devices and sessions: long runs of letters and digits.
    let is_key = |word: &str| word.len() >= 16 && word.chars().filter(char::is_ascii_digit).count() >= 4;
    let is_address = value.parse::<std::net::IpAddr>().is_ok() || value.contains("://") || value.starts_with("www.");
    let is_short = value.chars().count() <= 60 && !value.contains(['@', '\n']);
    is_short && !is_number && !is_address && !value.split_whitespace().any(is_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_plain_words() {
        assert_eq!(channel("Twitter"), "x");
        assert_eq!(channel("mobile_sdk"), "mobile app");
        assert_eq!(channel("Web form"), "web form");
        assert_eq!(channel(""), "ticket");
        assert_eq!(channel("Facebook"), "facebook");
    }

    #[test]
    fn a_text_that_repeats_its_subject_is_kept_once() {
        assert_eq!(body("No picture", "No picture since nine"), "No picture since nine");
        assert_eq!(body("No picture", "Since nine"), "No picture\nSince nine");
        assert_eq!(body("", ""), "");
    }

    #[test]
    fn reposts_are_told_by_type_or_by_text() {
        assert!(is_repost("Share", ""));
        assert!(is_repost("post", "RT @someone: hello"));
        assert!(!is_repost("post", "START @ nine"));
    }

    #[test]
    fn values_that_may_be_personal_are_no_categories() {
        assert!(is_category("Smart TV") && is_category("7.2.0") && is_category("01000"));
        assert!(!is_category("a@mail.example") && !is_category("+33 1 99 00 12 34") && !is_category(&"x".repeat(61)));
    }

    #[test]
    fn addresses_and_device_keys_are_no_categories() {
        for value in ["192.0.2.7", "2001:db8::7", "https://a.example/x", "9f1c2d3e-4b5a-4678-9abc-def012345678"] {
            assert!(!is_category(value), "{value}");
        }
        assert!(is_category("Provence-Alpes-Côte d'Azur") && is_category("Android 14 (SDK 34)"));
    }

    #[test]
    fn a_listening_tool_says_web_for_a_page() {
        assert_eq!(platform("web"), "web");
        assert_eq!(platform("Twitter.com"), "x");
        assert_eq!(platform("forums"), "forum");
        assert_eq!(platform(""), "social network");
    }

    #[test]
    fn what_was_not_rated_has_no_sentiment_and_no_language() {
        assert_eq!(sentiment("Not Rated"), "");
        assert_eq!(sentiment("Négatif"), "negative");
        assert_eq!(language("und"), "");
        assert_eq!((language("German").as_str(), language("fr_CA").as_str()), ("de", "fr"));
    }

    #[test]
    fn identifiers_that_a_spreadsheet_rounded_are_not_used() {
        assert!(is_damaged("1.1499E+26") && is_damaged("1,1499e26"));
        assert!(!is_damaged("114990000000000000000000001") && !is_damaged("3E4") && !is_damaged("a.bE+1"));
        assert_eq!(usable(["1.1E+26", " ", "\"1990000000000000001\""]), "1990000000000000001");
    }

    #[test]
    fn columns_of_persons_and_devices_are_told_by_name() {
        for name in [
            "Author Name",
            "user_id",
            "Nom",
            "X Author ID",
            "device_id",
            "Adresse IP",
            "Nom du client",
            "E-mail",
            "session_id",
        ] {
            assert!(is_personal(name), "{name}");
        }
        for name in
            ["Device", "Platform", "Region", "user_region", "Chaîne", "App version", "Motif de contact", "Abonnement"]
        {
            assert!(!is_personal(name), "{name}");
        }
    }

    #[test]
    fn dimensions_never_hide_a_fixed_column() {
        assert_eq!(dimension("Channel").as_deref(), Some("tv_channel"));
        assert_eq!(dimension("Body").as_deref(), Some("source_body"));
        assert_eq!(dimension("").as_deref(), None);
    }
}
