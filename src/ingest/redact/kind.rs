//! The kinds of personal data, their names in pseudonyms and in the `keep` list of a case.

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Person,
    Handle,
    Email,
    Phone,
    Ip,
    Card,
    Iban,
    Customer,
    Secret,
}

impl Kind {
    /// All kinds.
    pub(super) const ALL: [Self; 9] = [
        Self::Person,
        Self::Handle,
        Self::Email,
        Self::Phone,
        Self::Ip,
        Self::Card,
        Self::Iban,
        Self::Customer,
        Self::Secret,
    ];

    /// What its pseudonyms begin with.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Handle => "handle",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Ip => "ip",
            Self::Card => "card",
            Self::Iban => "iban",
            Self::Customer => "customer",
            Self::Secret => "secret",
        }
    }

    /// The kind whose pseudonyms begin with a word.
    pub(super) fn of_prefix(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.prefix() == word)
    }

    /// The kind a user names in `keep`: its prefix, also in the plural, and some usual words.
    pub(super) fn named(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase().replace([' ', '-'], "_");
        let singular = word.strip_suffix('s').unwrap_or(&word);
        Self::of_prefix(singular).or(match singular {
            "name" | "people" | "author" => Some(Self::Person),
            "account" | "username" => Some(Self::Handle),
            "e_mail" | "mail" => Some(Self::Email),
            "ip_addres" | "ip_address" | "ip_addresse" => Some(Self::Ip),
            "customer_id" | "client" => Some(Self::Customer),
            _ => None,
        })
    }

    /// One bit, for sets of kinds.
    pub(super) fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

/// A piece of text that is personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// First byte.
    pub start: usize,
    /// Byte behind the last.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// Index of the known person it names.
    pub person: Option<usize>,
}

impl Span {
    /// A span of a kind.
    pub(super) fn new(start: usize, end: usize, kind: Kind) -> Self {
        Self { start, end, kind, person: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_may_name_kinds_loosely() {
        assert_eq!(Kind::named("IPs"), Some(Kind::Ip));
        assert_eq!(Kind::named("ip addresses"), Some(Kind::Ip));
        assert_eq!(Kind::named("customer_id"), Some(Kind::Customer));
        assert_eq!(Kind::named("names"), Some(Kind::Person));
        assert_eq!(Kind::named("colour"), None);
    }
}
