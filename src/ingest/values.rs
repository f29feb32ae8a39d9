//! Plain values as exports write them: null tokens, numbers of both conventions, booleans, and
//! the names of columns.
//!
//! Comes in: the text of one cell, or a sample of a column. Goes out: a typed value, or the
//! reason why it is none (`expected a number, found ...`). Percentages keep their number (`97.2%`
//! is 97.2). Does not read times (see `time`) and does not convert units.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::ingest::assume::{Choice, Evidence, Kind, Reading, Usual};

/// Whether a text stands for "no value": empty or a token that exporters write for it. `none` in
/// lower case is a value (an offer of nothing), `None` is not.
#[inline]
pub fn is_null(text: &str) -> bool {
    let Some(first) = text.bytes().next() else { return true };
    // Nearly all values begin with a sign that no token begins with.
    if first.is_ascii_alphanumeric() && !matches!(first, b'n' | b'N' | b'u') {
        return false;
    }
    matches!(
        text.trim(),
        "" | "-"
            | "--"
            | "–"
            | "—"
            | "null"
            | "NULL"
            | "Null"
            | "None"
            | "N/A"
            | "n/a"
            | "#N/A"
            | "NaN"
            | "nan"
            | "undefined"
            | "(not set)"
    )
}

/// How the numbers of one column are written.
///
/// A value that reads one way only is read so (`1.5`, `1 234,5`, `1,234,567`). What is ambiguous
/// follows the column: `1,234` is 1.234 when its values prove a decimal comma, else 1234; `1.234`
/// is 1234 when they prove a decimal comma, else 1.234. What they leave open is told, see
/// `assume`.
#[derive(Debug, Clone)]
pub struct NumberFormat {
    decimal: Arc<Choice>,
    unit: Option<String>,
}

impl NumberFormat {
    /// Decides the decimal separator (unless the user fixed it: `.` or `,`) and the unit glued to
    /// the numbers. Samples that are null or no number are ignored.
    pub fn learn(samples: &[&str], decimal: Option<char>) -> Self {
        let numbers: Vec<Written<'_>> = samples.iter().filter_map(|text| Written::split(text)).collect();
        let unit = numbers.iter().find(|number| !number.unit.is_empty() && scale(number.unit).is_none());
        let unit = unit.map(|number| number.unit.to_owned());
        let format = Self { decimal: Choice::new(Kind::Decimals), unit };
        match decimal {
            Some('.') => format.decimal.fix(Reading::First),
            Some(',') => format.decimal.fix(Reading::Second),
            _ => {
                for number in &numbers {
                    format.note(number);
                }
                let reason = "as commas before three digits usually separate thousands";
                let usual = Usual { reading: Reading::First, reason, is_strong: false };
                format.decimal.learned(!numbers.is_empty(), usual);
            }
        }
        format
    }

    /// The unit glued to the numbers of the samples, as written (`%`, `ms`).
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// The number of a value; `Ok(None)` for null tokens. A value in another unit than the column
    /// is an error, since nothing is converted; the suffixes `k`, `M`, `Mil`, `Bil`, `Md` multiply.
    pub fn parse(&self, text: &str) -> Result<Option<f64>, String> {
        let is_settled = self.decimal.is_settled();
        if self.decimal.reading() == Reading::First
            && (is_settled || !text.contains('.'))
            && let Some(number) = plain(text)
        {
            return Ok(Some(number));
        }
        if is_null(text) {
            return Ok(None);
        }
        let reason = || format!("expected a number, found `{}`", text.trim().chars().take(40).collect::<String>());
        let written = Written::split(text).ok_or_else(reason)?;
        if !is_settled {
            self.note(&written);
        }
        let factor = scale(written.unit);
        if let Some(unit) = &self.unit
            && !written.unit.is_empty()
            && factor.is_none()
            && unit != written.unit
        {
            return Err(format!("expected a number in `{unit}`, found `{}`", text.trim()));
        }
        let column = if self.decimal.reading() == Reading::First { '.' } else { ',' };
        let number = written.number(column).ok_or_else(reason)?;
        Ok(Some(number * factor.unwrap_or(1.0)))
    }

    /// Learns from a number which separator is the decimal one.
    fn note(&self, number: &Written<'_>) {
        let is_sound = |decimal| number.number(decimal).is_some();
        match number.proven_decimal() {
            Some('.') if is_sound('.') => self.decimal.note(Evidence::Only(Reading::First)),
            Some(_) if is_sound(',') => self.decimal.note(Evidence::Only(Reading::Second)),
            Some(_) => {}
            None if number.count(',') > 0 || number.count('.') > 0 && self.decimal.doubts_points() => {
                self.decimal.note(Evidence::Either(None));
            }
            None => {}
        }
    }
}

/// A whole number, also with groups of three (`1 234`, `7,124`, `1.234.567`) or zero decimals
/// (`5.0`, `5,00`). `1.234` is refused: whether it is whole depends on who wrote it.
pub fn integer(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let written = Written::split(text).filter(|written| written.unit.is_empty())?;
    let decimal = written.proven_decimal().or_else(|| written.digits.contains('.').then_some('.'));
    let (whole, zeros) = decimal.and_then(|sign| written.digits.split_once(sign)).unwrap_or((written.digits, "0"));
    let group = if decimal == Some(',') { '.' } else { ',' };
    let is_whole = is_grouped(whole, |c| c == group || is_space(c) || matches!(c, '\'' | '’'));
    if zeros.bytes().any(|byte| byte != b'0') || !is_whole {
        return None;
    }
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let number: i64 = digits.parse().ok()?;
    Some(if written.is_negative { -number } else { number })
}

/// A truth value in English, French or as a digit.
pub fn boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(&["true", "yes", "oui", "vrai", "1", "y"]) {
        Some(true)
    } else if is(&["false", "no", "non", "faux", "0", "n"]) {
        Some(false)
    } else {
        None
    }
}

/// A name in snake case: lower case, accents removed, words (also of camelCase) joined by `_`.
/// Empty when the name has neither letter nor digit.
pub fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.nfd().filter(|c| !is_combining_mark(*c) && *c != '\u{feff}').collect();
    let mut out = String::with_capacity(name.len());
    for (at, &c) in letters.iter().enumerate() {
        if !c.is_alphanumeric() {
            push_gap(&mut out);
            continue;
        }
        let before = at.checked_sub(1).map(|at| letters[at]);
        let is_word_start = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || (before.is_uppercase() && letters.get(at + 1).is_some_and(|next| next.is_lowercase()))
            });
        if is_word_start {
            push_gap(&mut out);
        }
        match c {
            'œ' | 'Œ' => out.push_str("oe"),
            'æ' | 'Æ' => out.push_str("ae"),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    out
}

/// The name of a dimension: what vendors call region, network, cache network, device, version and
/// channel gets its canonical name, any other keeps its own in snake case.
pub fn dimension_name(name: &str) -> String {
    let own = snake_case(name);
    let canonical = match own.as_str() {
        "region"
        | "regions"
        | "geo"
        | "geo_region"
        | "region_name"
        | "region_code"
        | "client_region"
        | "viewer_region"
        | "user_region"
        | "subdivision"
        | "state_province"
        | "departement"
        | "region_administrative" => "region",
        "isp"
        | "isp_name"
        | "operator"
        | "operateur"
        | "fai"
        | "asn_org"
        | "as_org"
        | "asn_organization"
        | "as_name"
        | "asn_name"
        | "network_operator"
        | "client_isp"
        | "viewer_isp"
        | "fournisseur_d_acces"
        | "fournisseur"
        | "carrier"
        | "provider_network"
        | "access_provider" => "isp",
        "cdn" | "cdn_name" | "cdn_provider" | "cdn_vendor" | "video_cdn" | "reseau_de_diffusion" => "cdn",
        "device"
        | "devices"
        | "device_type"
        | "device_category"
        | "device_name"
        | "platform"
        | "plateforme"
        | "appareil"
        | "type_d_appareil"
        | "type_appareil"
        | "terminal"
        | "equipement"
        | "device_family"
        | "client_device"
        | "viewer_device"
        | "viewer_device_category"
        | "player_device" => "device",
        "app_version"
        | "version"
        | "version_app"
        | "version_application"
        | "application_version"
        | "version_de_l_application"
        | "version_de_l_appli"
        | "client_version"
        | "player_app_version"
        | "app_release"
        | "build_version" => "app_version",
        "channel" | "channel_name" | "channel_id" | "chaine" | "nom_de_la_chaine" | "tv_channel" | "live_channel"
        | "station" => "channel",
        _ => return own,
    };
    canonical.to_owned()
}

/// A cell without the `'` that spreadsheet guards put before `=`, `+`, `-` and `@`.
pub fn formula_guard_stripped(text: &str) -> &str {
    match text.as_bytes() {
        [b'\'', b'=' | b'+' | b'-' | b'@', ..] => &text[1..],
        _ => text,
    }
}

/// A number cut into its parts.
#[derive(Debug, Clone, Copy)]
struct Written<'t> {
    is_negative: bool,
    /// Digits, separators and exponent.
    digits: &'t str,
    unit: &'t str,
}

impl<'t> Written<'t> {
    fn split(text: &'t str) -> Option<Self> {
        let text = formula_guard_stripped(text.trim()).trim();
        let (is_negative, text) = match text.chars().next()? {
            sign @ ('-' | '−') => (true, &text[sign.len_utf8()..]),
            '+' => (false, &text[1..]),
            _ => (false, text),
        };
        let text = text.trim_start_matches(['€', '$', '£']).trim_start();
        if !text.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
            return None;
        }
        let end = text
            .char_indices()
            .find(|(_, c)| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’') || is_space(*c)))
            .map_or(text.len(), |(at, _)| at);
        let end = end + exponent(&text[end..]);
        let (digits, unit) = (text[..end].trim_end(), text[end..].trim());
        let is_unit = unit.chars().count() <= 12 && !unit.chars().any(|c| c.is_ascii_digit());
        let has_digit = digits.bytes().any(|byte| byte.is_ascii_digit());
        (is_unit && has_digit).then_some(Self { is_negative, digits, unit })
    }

    /// The decimal separator when the number can be read one way only.
    fn proven_decimal(&self) -> Option<char> {
        let (points, commas) = (self.count('.'), self.count(','));
        match (points, commas) {
            (0, 0) => None,
            (_, 0) => self.proven_by(points, '.', ','),
            (0, _) => self.proven_by(commas, ',', '.'),
            _ if self.digits.rfind(',') > self.digits.rfind('.') => Some(','),
            _ => Some('.'),
        }
    }

    fn proven_by(&self, count: usize, sign: char, other: char) -> Option<char> {
        if count > 1 {
            return Some(other);
        }
        let (before, after) = self.digits.split_once(sign)?;
        let is_group = after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
        (!is_group).then_some(sign)
    }

    fn count(&self, sign: char) -> usize {
        self.digits.chars().filter(|c| *c == sign).count()
    }

    fn number(&self, column: char) -> Option<f64> {
        let decimal = self.proven_decimal().unwrap_or(column);
        let (whole, fraction) = self.digits.split_once(decimal).unwrap_or((self.digits, ""));
        let (digits, power) = match whole.find(['e', 'E']) {
            Some(at) => whole.split_at(at),
            None => (whole, ""),
        };
        let group = if decimal == '.' { ',' } else { '.' };
        if !is_grouped(digits, |c| c == group || is_space(c) || matches!(c, '\'' | '’')) {
            return None;
        }
        let mut text: String = digits.chars().filter(char::is_ascii_digit).collect();
        text.push_str(power);
        if !fraction.is_empty() {
            text.push('.');
            text.push_str(fraction);
        }
        let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
        Some(if self.is_negative { -number } else { number })
    }
}

/// What a suffix multiplies by, when it does.
fn scale(unit: &str) -> Option<f64> {
    match unit {
        "k" | "K" => Some(1e3),
        "M" | "Mil" => Some(1e6),
        "Bil" | "Md" => Some(1e9),
        _ => None,
    }
}

/// A number in the notation of programs, without any allocation.
fn plain(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_number = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse().ok().filter(|number: &f64| is_number && number.is_finite())
}

/// Length of an exponent such as `e-5` or `E+26` at the front, else 0.
fn exponent(text: &str) -> usize {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return 0 };
    let signless = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let digits = signless.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 { 0 } else { text.len() - signless.len() + digits }
}

/// Whether digits are plain, or cut into groups of three by the separators.
fn is_grouped(digits: &str, is_separator: impl Fn(char) -> bool) -> bool {
    let mut groups = digits.split(&is_separator);
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().unwrap_or("");
    let mut count = 0;
    let rest = groups.all(|group| {
        count += 1;
        group.len() == 3 && is_digits(group)
    });
    is_digits(first) && rest && (count == 0 || (1..=3).contains(&first.len()))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

fn push_gap(out: &mut String) {
    if !out.is_empty() && !out.ends_with('_') {
        out.push('_');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(samples: &[&str], text: &str) -> Option<f64> {
        NumberFormat::learn(samples, None).parse(text).unwrap()
    }

    #[test]
    fn reads_both_conventions() {
        for (text, expected) in [
            ("1 234,5", 1234.5),
            ("1\u{202f}234,5", 1234.5),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1,234,567", 1_234_567.0),
            ("1.234.567", 1_234_567.0),
            ("97.2%", 97.2),
            ("97,2 %", 97.2),
            ("1.25 s", 1.25),
            ("3.4 Mb/s", 3.4),
            ("-0,5", -0.5),
            ("−12", -12.0),
            ("'-12", -12.0),
            ("1.5e3", 1500.0),
            ("1.2 k", 1200.0),
            ("€4.50", 4.5),
            (".5", 0.5),
            ("0,123", 0.123),
        ] {
            assert_eq!(number(&[], text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_ambiguous_follows_the_column() {
        assert_eq!(number(&[], "1,234"), Some(1234.0));
        assert_eq!(number(&["0,5"], "1,234"), Some(1.234));
        assert_eq!(number(&["0,5"], "1.234"), Some(1234.0));
        assert_eq!(number(&["0.5"], "1.234"), Some(1.234));
        let fixed = NumberFormat::learn(&["0.5"], Some(','));
        assert_eq!(fixed.parse("1,234"), Ok(Some(1.234)));
    }

    #[test]
    fn a_number_in_another_unit_is_refused() {
        let format = NumberFormat::learn(&["900 ms"], None);
        assert_eq!(format.unit(), Some("ms"));
        assert_eq!(format.parse("12 ms"), Ok(Some(12.0)));
        assert_eq!(format.parse("1.2 s"), Err("expected a number in `ms`, found `1.2 s`".into()));
    }

    #[test]
    fn null_tokens_are_null_and_words_are_errors() {
        let format = NumberFormat::learn(&[], None);
        for text in ["", " ", "-", "--", "N/A", "NaN", "(not set)"] {
            assert_eq!(format.parse(text), Ok(None), "{text}");
        }
        for text in ["abc", "inf", "1,23,4", "12 34", "1e999", "1.2.3,4,5", "€"] {
            assert!(format.parse(text).is_err(), "{text}");
        }
        assert!(is_null("undefined") && !is_null("none") && !is_null("0"));
    }

    #[test]
    fn whole_numbers_and_booleans() {
        assert_eq!(integer(" 7,124 "), Some(7124));
        assert_eq!(integer("-1 234"), Some(-1234));
        assert_eq!(integer("5.0"), Some(5));
        assert_eq!(integer("5,00"), Some(5));
        assert_eq!(integer("1.234.567"), Some(1_234_567));
        assert_eq!(integer("1.234,0"), Some(1234));
        assert_eq!(integer("1'234"), Some(1234));
        for text in ["", "5.5", "5,5", "1.234", "1,2,3", "1e3", "12 ms", "99999999999999999999"] {
            assert_eq!(integer(text), None, "{text}");
        }
        assert_eq!(boolean("VRAI"), Some(true));
        assert_eq!(boolean("Non"), Some(false));
        assert_eq!(boolean("peut-être"), None);
    }

    #[test]
    fn names_become_snake_case() {
        for (name, expected) in [
            ("Région", "region"),
            ("deviceType", "device_type"),
            ("CDNName", "cdn_name"),
            ("average.duration", "average_duration"),
            ("  Taux d'erreur (%) ", "taux_d_erreur"),
            ("Cœur", "coeur"),
            ("@timestamp", "timestamp"),
            ("%", ""),
        ] {
            assert_eq!(snake_case(name), expected, "{name}");
        }
    }

    #[test]
    fn vendor_names_become_dimensions() {
        for (name, expected) in [
            ("Opérateur", "isp"),
            ("asn_org", "isp"),
            ("deviceType", "device"),
            ("géo", "region"),
            ("Chaîne", "channel"),
            ("app version", "app_version"),
            ("Player Name", "player_name"),
        ] {
            assert_eq!(dimension_name(name), expected, "{name}");
        }
    }

    #[test]
    fn formula_guards_are_stripped() {
        assert_eq!(formula_guard_stripped("'=1"), "=1");
        assert_eq!(formula_guard_stripped("'tis"), "'tis");
        assert_eq!(formula_guard_stripped(""), "");
    }
}
