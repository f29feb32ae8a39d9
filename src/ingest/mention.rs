//! What complaints and mentions of all tools have in common: the words for the channel, the
//! sentiment, reposts, and the names of free dimensions.
//!
//! In: words of a tool. Out: the words of table `complaints`. It does not judge the text.

use super::source::fold;
use super::values::dimension_name;
use crate::schema::complaints;

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
        "web widget" | "web messenger" | "native messaging" | "chat" | "messaging" => "chat",
        "mobile" | "mobile sdk" | "ios" | "android" | "mobile app" => "mobile app",
        "voice" | "phone" | "phone call (inbound)" | "phone call inbound" | "telephone" => "phone",
        other => other,
    };
    plain.to_owned()
}

/// The sentiment in one word; what is not known stays as it is, in lower case.
pub fn sentiment(word: &str) -> String {
    match fold(word).as_str() {
        "-1" | "negative" | "negatif" => "negative".into(),
        "0" | "neutral" | "neutre" => "neutral".into(),
        "1" | "positive" | "positif" => "positive".into(),
        other => other.to_owned(),
    }
}

/// The language as a short code where the tool gives one (`FR` and `fr-FR` are `fr`).
pub fn language(word: &str) -> String {
    let folded = fold(word);
    match folded.as_str() {
        "french" | "francais" => "fr".into(),
        "english" | "anglais" => "en".into(),
        _ => folded.split(['-', '_']).next().unwrap_or_default().to_owned(),
    }
}

/// Whether a text or the kind of an entry says that it repeats someone else's.
pub fn is_repost(entry_type: &str, body: &str) -> bool {
    let entry = fold(entry_type);
    matches!(entry.as_str(), "share" | "retweet" | "retweeted" | "repost" | "reblog") || body.starts_with("RT @")
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
    value.chars().count() <= 60 && !is_number && !value.contains(['@', '\n'])
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
    fn dimensions_never_hide_a_fixed_column() {
        assert_eq!(dimension("Channel").as_deref(), Some("tv_channel"));
        assert_eq!(dimension("Body").as_deref(), Some("source_body"));
        assert_eq!(dimension("").as_deref(), None);
    }
}
