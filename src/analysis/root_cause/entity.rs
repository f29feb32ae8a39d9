//! Tells when two names mean one entity.
//!
//! In: entity names as different tools write them. Out: keys that are equal for `Edge-Cache 1`, `edge_cache_1` and
//! `EDGE CACHE 1`; the name of the service a pod belongs to; and whether one name contains another. It knows no names.
//! O(length); an empty name has an empty key, which contains nothing.

/// The letters and digits of a name, in lower case, without accents.
pub fn key(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).map(plain).collect()
}

/// The name without the suffixes a scheduler gives its pods (`-5dc8d4f9fd-46997`); `None` when it has none.
pub fn service(name: &str) -> Option<&str> {
    let (rest, pod) = name.rsplit_once('-')?;
    let (base, set) = rest.rsplit_once('-')?;
    let is_pod = pod.len() == 5 && is_generated(pod);
    let is_set = (6..=10).contains(&set.len()) && is_generated(set) && set.bytes().any(|byte| byte.is_ascii_digit());
    (is_pod && is_set && !base.is_empty()).then_some(base)
}

/// Whether one of two keys contains the other; keys under three letters contain nothing.
pub fn overlaps(left: &str, right: &str) -> bool {
    left.len() >= 3 && right.len() >= 3 && (left.contains(right) || right.contains(left))
}

fn is_generated(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn plain(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        assert_eq!(key("Relais Côte-Nord_1"), key("relais cote nord 1"));
        assert_eq!(key(" - "), "");
    }

    #[test]
    fn finds_the_service_of_a_pod_and_only_of_a_pod() {
        assert_eq!(service("checkout-5dc8d4f9fd-46997"), Some("checkout"));
        assert_eq!(service("edge-cache-north"), None);
        assert_eq!(service(""), None);
    }

    #[test]
    fn short_keys_overlap_with_nothing() {
        assert!(overlaps("cdnauriga", "auriga"));
        assert!(!overlaps("a", "cdna"));
    }
}
