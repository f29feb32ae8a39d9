//! Names that columns of listening tools go by, and when a header is that of mentions.
//!
//! Names are as [`named`] gives them. Earlier names of a kind win over later ones; a name belongs
//! to one kind only.

use crate::ingest::mention::named;

/// What a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    /// Position in [`KINDS`], and that of its name there: the lower, the better.
    Known(usize, usize),
    /// A free dimension of this name.
    Free(String),
    /// Personal, a link, or a count.
    Nothing,
}

pub(super) const TIME: usize = 0;
pub(super) const CLOCK: usize = 1;
pub(super) const TEXT: usize = 2;
pub(super) const TITLE: usize = 3;
pub(super) const SENTIMENT: usize = 4;
pub(super) const LINK: usize = 5;
pub(super) const PLATFORM: usize = 6;
pub(super) const SOURCE: usize = 7;
pub(super) const AUTHOR: usize = 8;
pub(super) const FULL_NAME: usize = 9;
pub(super) const LANGUAGE: usize = 10;
pub(super) const ID: usize = 11;
pub(super) const THEME: usize = 12;
pub(super) const ENTRY: usize = 13;
pub(super) const REPOST: usize = 14;
pub(super) const BOT: usize = 15;
pub(super) const IS_BOT: usize = 16;
pub(super) const IS_DELETED: usize = 17;
pub(super) const COUNT: usize = 18;

/// Names of each kind.
#[rustfmt::skip]
pub(super) const KINDS: [&[&str]; 19] = [
    &[
        "published at", "published", "published date", "publication date", "publish date", "published on", "date published",
        "posted at", "posted", "post date", "date posted", "posted on", "date de publication", "date publication",
        "publie le", "publiee le", "created at", "created", "created time", "creation date", "date created",
        "date de creation", "cree le", "date time", "datetime", "date et heure", "date heure", "date (utc)", "date",
        "timestamp", "horodatage", "found at",
    ],
    &["time", "heure", "hour"],
    &[
        "full text", "texte integral", "text", "texte", "content", "contenu", "message", "post text", "post content",
        "mention text", "mention content", "mention", "tweet", "body", "snippet", "extrait", "verbatim", "post",
        "description", "commentaire", "comment",
    ],
    &["title", "headline", "titre", "subject", "objet"],
    &["sentiment", "tone", "polarity", "tonalite", "polarite", "ton", "sentiment label", "sentiment automatique"],
    &[
        "url", "link", "permalink", "lien", "permalien", "post url", "post link", "mention url", "original url",
        "source url", "lien du message", "adresse url",
    ],
    &[
        "platform", "plateforme", "social network", "network", "reseau", "reseau social", "page type", "source type",
        "media type", "type de source", "type de media", "channel", "canal", "social channel", "media", "content source",
    ],
    &["source", "source name", "nom de la source", "domain", "domaine", "site", "outlet", "site web"],
    &[
        "author", "auteur", "author username", "author handle", "author name", "author screen name", "nom de l'auteur",
        "username", "user name", "screen name", "handle", "account", "account name", "pseudo", "compte",
        "nom d'utilisateur", "user", "utilisateur", "influencer", "influenceur", "profile", "profil", "sender", "from",
        "author id", "user id", "identifiant de l'auteur",
    ],
    &["full name", "author full name", "display name", "author display name", "nom complet", "nom affiche", "name", "nom"],
    &["language", "langue", "lang", "language code", "code langue"],
    &["resource id", "mention id", "post id", "message id", "document id", "tweet id", "uuid", "guid", "id", "identifiant"],
    &["topic", "theme", "thematique", "category", "categorie", "sujet", "topics", "themes"],
    &[
        "entry type", "thread entry type", "engagement type", "post type", "mention type", "message type", "content type",
        "type de publication", "type de mention", "type de message", "type",
    ],
    &["is repost", "is retweet", "is share", "retweet", "repost", "est un partage"],
    &["account type", "author type", "type de compte"],
    &["is bot", "bot", "automated", "est un robot"],
    &["is deleted", "deleted", "supprime"],
    &[
        "likes", "like count", "favorites", "favourites", "shares", "share count", "comments", "comment count", "reach",
        "followers", "follower count", "impressions", "engagement", "engagements", "interactions", "retweets",
        "retweet count", "reposts", "replies", "reply count", "quotes", "views", "view count", "influence score", "ave",
        "j'aime", "partages", "nombre de partages", "commentaires", "nombre de commentaires", "portee", "abonnes",
        "nombre d'abonnes", "vues", "nombre de vues", "mentions j'aime", "reponses", "audience",
    ],
];

/// Columns of logs, commits, surveys and tables of other kinds.
const FOREIGN: &[&str] = &[
    "level",
    "log level",
    "severity",
    "severity text",
    "host",
    "hostname",
    "logger",
    "trace id",
    "status code",
    "commit",
    "sha",
    "repository",
    "branch",
    "respondent id",
    "requester",
    "issue key",
    "ticket id",
    "milestone",
    "entity",
    "metric",
    "value",
    "total",
    "bad",
    "actor role",
    "score",
    "query id",
    "hit sentence",
    "alert id",
];

/// The kind of a canonical column that a user mapped.
pub(super) fn canonical(column: &str) -> Option<usize> {
    Some(match column {
        "time" => TIME,
        "complaint_id" => ID,
        "channel" => PLATFORM,
        "author_key" => AUTHOR,
        "body" => TEXT,
        "language" => LANGUAGE,
        "sentiment" => SENTIMENT,
        "theme" => THEME,
        _ => return None,
    })
}

/// Whether the names of columns are those of mentions: when, what, and what only listening tools
/// tell. A form has no sentiment, a log no platform, a list of messages no author with a link.
pub(super) fn are_mentions<'n>(header: impl Iterator<Item = &'n String>) -> bool {
    let names: Vec<String> = header.map(|name| named(name)).collect();
    let has = |kind: usize| names.iter().any(|name| KINDS[kind].contains(&name.as_str()));
    // `channel` may be that of a status message.
    let has_platform = names
        .iter()
        .any(|name| KINDS[PLATFORM].contains(&name.as_str()) && !matches!(name.as_str(), "channel" | "canal"));
    if !has(TIME) || !has(TEXT) || names.iter().any(|name| FOREIGN.contains(&name.as_str())) {
        return false;
    }
    let is_told = [LINK, PLATFORM, SOURCE, AUTHOR, LANGUAGE, COUNT].into_iter().any(has);
    (has(SENTIMENT) && is_told)
        || (has_platform && has(AUTHOR) && [LINK, COUNT, LANGUAGE].into_iter().any(has))
        || (has(LINK) && has(AUTHOR) && (has(COUNT) || (has(LANGUAGE) && has(SOURCE))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_belongs_to_one_kind_and_is_as_it_is_compared() {
        for (kind, names) in KINDS.iter().enumerate() {
            for name in *names {
                assert_eq!(named(name), *name);
                assert!(KINDS[..kind].iter().all(|other| !other.contains(name)), "{name}");
            }
        }
    }
}
