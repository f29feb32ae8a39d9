//! Tells whether a text names an entity.
//!
//! In: a text of people and a name as some tool writes it. Out: whether the words of the name follow each other in the
//! text, whatever the case, the accents and what joins them: `rights-schedule` is named by "the rights schedule" and by
//! `RIGHTS_SCHEDULE`, not by "schedule". A name written in one word is found in parts and the other way round
//! (`edgecache` and "edge cache"). O(words of the text × letters of the name); an empty name or text names nothing, nor
//! does a name of fewer than three letters.

use super::entity;

/// Whether `text` names `name`.
pub fn mentions(text: &str, name: &str) -> bool {
    let wanted = entity::key(name);
    if wanted.chars().count() < 3 {
        return false;
    }
    let words: Vec<String> =
        text.split(|letter: char| !letter.is_alphanumeric()).map(entity::key).filter(|word| !word.is_empty()).collect();
    (0..words.len()).any(|start| follows(&words[start..], &wanted))
}

/// Whether whole words from the first one on make up what is wanted.
fn follows(words: &[String], wanted: &str) -> bool {
    let mut rest = wanted;
    for word in words {
        let Some(left) = rest.strip_prefix(word.as_str()) else {
            return false;
        };
        if left.is_empty() {
            return true;
        }
        rest = left;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_joints_do_not_matter() {
        assert!(mentions("Identified: the Rights Schedule published too early", "rights-schedule"));
        assert!(mentions("cause: rights_schedule", "rights-schedule"));
        assert!(mentions("panne chez Télécom Nord", "Telecom-Nord"));
        assert!(mentions("the edge cache is full", "edgecache"));
    }

    #[test]
    fn parts_of_words_and_of_names_do_not_count() {
        assert!(!mentions("the author left", "auth"));
        assert!(!mentions("schedule import", "rights-schedule"));
        assert!(!mentions("", "auth") && !mentions("auth", "") && !mentions("a b", "ab"));
    }
}
