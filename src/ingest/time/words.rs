//! Words that occur in written times: months, days of the week, zones and fillers, English and
//! French. Comparing ignores case and the accents of French months; a final dot is cut before.
//! Comes in: one word without digits. Goes out: its number, offset or nothing.

/// Number of a month, 1 to 12: full name or abbreviation.
pub(super) fn month(word: &str) -> Option<i64> {
    let plain = plain(word);
    let word = plain.as_str();
    let number = match word {
        "may" | "mai" => 5,
        "march" | "mars" | "mar" | "mrz" => 3,
        "juin" | "june" | "jun" => 6,
        "juillet" | "juil" | "jul" | "july" => 7,
        "aout" | "aou" | "aug" | "august" => 8,
        _ => match word.get(..3)? {
            "jan" if among(word, &["jan", "janv", "january", "janvier"]) => 1,
            "feb" | "fev" if among(word, &["feb", "february", "fev", "fevr", "fevrier"]) => 2,
            "apr" | "avr" if among(word, &["apr", "april", "avr", "avril"]) => 4,
            "sep" if among(word, &["sep", "sept", "september", "septembre"]) => 9,
            "oct" if among(word, &["oct", "october", "octobre"]) => 10,
            "nov" if among(word, &["nov", "november", "novembre"]) => 11,
            "dec" if among(word, &["dec", "december", "decembre"]) => 12,
            _ => return None,
        },
    };
    Some(number)
}

/// Whether a word names a day of the week.
pub(super) fn is_weekday(word: &str) -> bool {
    let plain = plain(word);
    let days = [
        "mon",
        "monday",
        "tue",
        "tues",
        "tuesday",
        "wed",
        "wednesday",
        "thu",
        "thur",
        "thurs",
        "thursday",
        "fri",
        "friday",
        "sat",
        "saturday",
        "sun",
        "sunday",
        "lun",
        "lundi",
        "mar",
        "mardi",
        "mer",
        "mercredi",
        "jeu",
        "jeudi",
        "ven",
        "vendredi",
        "sam",
        "samedi",
        "dim",
        "dimanche",
    ];
    among(&plain, &days)
}

/// Seconds east of UTC of a zone abbreviation with one usual meaning.
pub(crate) fn zone_offset(word: &str) -> Option<i32> {
    let minutes = match word.to_ascii_uppercase().as_str() {
        "Z" | "UTC" | "GMT" | "WET" | "TU" => 0,
        "CET" | "MEZ" | "HNEC" | "BST" | "WEST" => 60,
        "CEST" | "MESZ" | "HAEC" | "EET" | "SAST" => 120,
        "EEST" | "MSK" => 180,
        "JST" | "KST" => 540,
        "AEST" => 600,
        "EDT" => -240,
        "EST" | "CDT" => -300,
        "CST" | "MDT" => -360,
        "MST" | "PDT" => -420,
        "PST" => -480,
        _ => return None,
    };
    Some(minutes * 60)
}

/// Whether a word may stand between date and time and says nothing.
pub(super) fn is_filler(word: &str) -> bool {
    among(&plain(word), &["t", "at", "a", "le", "the", "on", "of", "de", "er", "st", "nd", "rd", "th"])
}

fn among(word: &str, words: &[&str]) -> bool {
    words.contains(&word)
}

/// Lower case without the accents French months have.
fn plain(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .map(|c| match c {
            'é' | 'è' => 'e',
            'û' => 'u',
            'à' => 'a',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_months_of_both_languages() {
        let words = ["janv", "Févr", "MARS", "April", "mai", "june", "juil", "Août", "sept", "octobre", "Nov", "déc"];
        for (at, word) in words.iter().enumerate() {
            assert_eq!(month(word), i64::try_from(at + 1).ok(), "{word}");
        }
        assert_eq!(month("décombres"), None);
        assert_eq!(month(""), None);
        assert_eq!(month("éé"), None);
    }

    #[test]
    fn knows_zones_weekdays_and_fillers() {
        assert_eq!(zone_offset("cest"), Some(7200));
        assert_eq!(zone_offset("mars"), None);
        assert!(is_weekday("Sat") && is_weekday("mardi") && !is_weekday("noon"));
        assert!(is_filler("à") && is_filler("T") && !is_filler("Z"));
    }
}
