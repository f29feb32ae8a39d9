//! Numbers, percentages, points, money, intervals and lists as text.
//!
//! In: finite numbers (a number that is not finite is printed as "not known" by the callers, never here). Out: text with the
//! separators of ICU4X and the units, signs and spaces of the typographic rules. Percent, unit and currency patterns of
//! ICU4X are experimental, so they are built from the decimal format. It does not decide what to show.

use fixed_decimal::{Decimal, FloatPrecision};
use icu_decimal::DecimalFormatter;
use icu_decimal::options::DecimalFormatterOptions;
use icu_list::ListFormatter;
use icu_list::options::ListFormatterOptions;

use super::{Language, Locale, MINUS, NB};

/// A value and its interval, rounded to what the interval supports.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rounded {
    /// The value.
    pub value: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
    /// Decimals to print.
    pub decimals: u8,
}

/// Below this, counts keep their units digit whatever their interval is: 988 reads better than 990.
const KEEP_UNITS_BELOW: f64 = 1_000.0;
/// Decimals printed at most.
const MOST_DECIMALS: i32 = 4;

/// Rounds `value` and its interval to one significant digit of half the interval's width. An empty interval leaves whole
/// numbers whole and other numbers with one decimal.
pub fn round_to_interval(value: f64, low: f64, high: f64) -> Rounded {
    let half = (high - low).abs() / 2.0;
    let mut exponent = if half > 0.0 && half.is_finite() {
        floor_log10(half)
    } else if value.fract() == 0.0 {
        0
    } else {
        -1
    };
    if value.abs() < KEEP_UNITS_BELOW {
        exponent = exponent.min(0);
    }
    let exponent = exponent.max(-MOST_DECIMALS);
    let round = |number: f64| round_at(number, exponent);
    Rounded { value: round(value), low: round(low), high: round(high), decimals: u8::try_from(-exponent).unwrap_or(0) }
}

impl Locale {
    /// A number with grouping and exactly `decimals` decimals, minus as U+2212.
    pub fn number(&self, value: f64, decimals: u8) -> String {
        decimal(self.language(), value, decimals)
    }

    /// A whole number with grouping.
    pub fn integer(&self, value: f64) -> String {
        self.number(value, 0)
    }

    /// A ratio as a percentage: `0.184` is `18.4%`, `18,4 %`. A ratio that is not 0 or 1 is not printed as 0% or 100%.
    pub fn percent(&self, ratio: f64, decimals: u8) -> String {
        let step = 0.1_f64.powi(i32::from(decimals));
        let percent = ratio * 100.0;
        let shown = if ratio > 0.0 && percent < step / 2.0 {
            format!("<{NB}{}", self.number(step, decimals))
        } else if ratio < 1.0 && percent > 100.0 - step / 2.0 {
            format!(">{NB}{}", self.number(100.0 - step, decimals))
        } else {
            self.number(percent, decimals)
        };
        format!("{shown}{}", self.percent_sign())
    }

    /// A difference of two ratios in points, signed: `+3.1 points`.
    pub fn points(&self, difference: f64, decimals: u8) -> String {
        let value = difference * 100.0;
        let unit = if self.is_plural(value, decimals) { "points" } else { "point" };
        format!("{}{NB}{unit}", self.signed(value, decimals))
    }

    /// A number with its sign, except zero.
    pub fn signed(&self, value: f64, decimals: u8) -> String {
        let text = self.number(value, decimals);
        let is_zero = !text.contains(|digit: char| ('1'..='9').contains(&digit));
        if value > 0.0 && !is_zero { format!("+{text}") } else { text }
    }

    /// An amount of money; whole amounts and amounts from 100 on have no decimals. Currencies without a symbol of their own
    /// keep their code.
    pub fn currency(&self, amount: f64, currency: &str) -> String {
        let decimals = if amount.fract() == 0.0 || amount.abs() >= 100.0 { 0 } else { 2 };
        let number = self.number(amount, decimals);
        let symbol = match currency {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "$",
            other => other,
        };
        match self.language() {
            Language::French => format!("{number}{NB}{symbol}"),
            Language::English if symbol.chars().count() > 1 => format!("{symbol}{NB}{number}"),
            Language::English => match number.strip_prefix(MINUS) {
                Some(size) => format!("{MINUS}{symbol}{size}"),
                None => format!("{symbol}{number}"),
            },
        }
    }

    /// The interval of a cell: `12–18`, `−6 to +17` when a bound is negative.
    pub fn interval(&self, low: f64, high: f64, decimals: u8) -> String {
        if low < 0.0 {
            return format!("{}{}{}", self.signed(low, decimals), self.to_word(), self.signed(high, decimals));
        }
        self.span(&self.number(low, decimals), &self.number(high, decimals))
    }

    /// The interval of a ratio as percentages: `12–18%`, `12–18 %`.
    pub fn percent_interval(&self, low: f64, high: f64, decimals: u8) -> String {
        format!("{}{}", self.interval(low * 100.0, high * 100.0, decimals), self.percent_sign())
    }

    /// Two formatted bounds with an en dash, spaced when a bound holds a space; one of them when they are equal.
    pub fn span(&self, low: &str, high: &str) -> String {
        if low == high {
            low.to_owned()
        } else if low.contains([NB, ' ']) || high.contains([NB, ' ']) {
            format!("{low}{NB}–{NB}{high}")
        } else {
            format!("{low}–{high}")
        }
    }

    /// Large numbers in words: `1.99 million`, `1,99 million`; under a million as [`Locale::integer`].
    pub fn compact(&self, value: f64) -> String {
        let millions = value / 1_000_000.0;
        if millions.abs() < 1.0 {
            return self.integer(value);
        }
        let decimals = if millions.abs() < 10.0 { 2 } else { 1 };
        let plural = self.language() == Language::French && self.is_plural(millions, decimals);
        format!("{}{NB}million{}", self.number(millions, decimals), if plural { "s" } else { "" })
    }

    /// True when a number takes the plural: in English all but exactly 1, in French from 2 on.
    pub fn is_plural(&self, value: f64, decimals: u8) -> bool {
        match self.language() {
            Language::English => decimals > 0 || (value.abs() - 1.0).abs() >= 0.5,
            Language::French => round_at(value.abs(), -i32::from(decimals)) >= 2.0,
        }
    }

    fn percent_sign(&self) -> &'static str {
        match self.language() {
            Language::English => "%",
            Language::French => "\u{a0}%",
        }
    }

    fn to_word(&self) -> &'static str {
        match self.language() {
            Language::English => " to ",
            Language::French => " à ",
        }
    }
}

/// The formatters of one language. They are not shared between threads: their data may be reference counted.
struct Formatters {
    decimals: Option<DecimalFormatter>,
    lists: Option<ListFormatter>,
}

thread_local! {
    static ENGLISH: Formatters = Formatters::new(Language::English);
    static FRENCH: Formatters = Formatters::new(Language::French);
}

impl Formatters {
    fn new(language: Language) -> Self {
        let icu = language.icu();
        Self {
            decimals: DecimalFormatter::try_new(icu.clone().into(), DecimalFormatterOptions::default()).ok(),
            lists: ListFormatter::try_new_and(icu.into(), ListFormatterOptions::default()).ok(),
        }
    }

    fn with<T>(language: Language, use_them: impl FnOnce(&Self) -> T) -> T {
        match language {
            Language::English => ENGLISH.with(use_them),
            Language::French => FRENCH.with(use_them),
        }
    }
}

/// True when the data of `language` are part of the build.
pub(super) fn is_available(language: Language) -> bool {
    Formatters::with(language, |all| all.decimals.is_some() && all.lists.is_some())
}

pub(super) fn decimal(language: Language, value: f64, decimals: u8) -> String {
    let precision = FloatPrecision::Magnitude(-i16::from(decimals));
    let Ok(number) = Decimal::try_from_f64(value, precision) else {
        return value.to_string();
    };
    let text = Formatters::with(language, |all| {
        all.decimals.as_ref().map_or_else(|| number.to_string(), |formatter| formatter.format(&number).to_string())
    });
    let is_zero = !text.contains(|digit: char| ('1'..='9').contains(&digit));
    match text.strip_prefix(['-', MINUS]) {
        Some(size) if is_zero => size.to_owned(),
        Some(size) => format!("{MINUS}{size}"),
        None => text,
    }
}

pub(super) fn list(language: Language, items: &[String]) -> String {
    Formatters::with(language, |all| {
        all.lists.as_ref().map_or_else(|| items.join(", "), |formatter| formatter.format(items.iter()).to_string())
    })
}

fn round_at(value: f64, exponent: i32) -> f64 {
    if exponent >= 0 {
        let step = 10_f64.powi(exponent);
        (value / step).round() * step
    } else {
        let scale = 10_f64.powi(-exponent);
        (value * scale).round() / scale
    }
}

fn floor_log10(value: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "the logarithm of a finite f64 lies between -324 and 308")]
    let exponent = (libm::log10(value) + 1e-9).floor() as i32;
    exponent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both() -> (Locale, Locale) {
        (Locale::new("en", None).unwrap(), Locale::new("fr", None).unwrap())
    }

    #[test]
    fn groups_and_separates_as_each_language_does() {
        let (english, french) = both();
        assert_eq!(english.number(1_234_567.5, 1), "1,234,567.5");
        assert_eq!(french.number(1_234_567.5, 1), "1\u{202f}234\u{202f}567,5");
        assert_eq!(french.integer(1250.0), "1\u{202f}250");
        assert_eq!(french.integer(-12.0), "\u{2212}12");
        assert_eq!(english.number(-0.01, 1), "0.0");
    }

    #[test]
    fn percentages_have_the_space_of_the_language_and_never_hide_a_rest() {
        let (english, french) = both();
        assert_eq!(english.percent(0.184, 1), "18.4%");
        assert_eq!(french.percent(0.184, 1), "18,4\u{a0}%");
        assert_eq!(english.percent(0.0001, 1), "<\u{a0}0.1%");
        assert_eq!(english.percent(0.9999, 0), ">\u{a0}99%");
        assert_eq!(english.percent(1.0, 0), "100%");
    }

    #[test]
    fn differences_of_percentages_are_points() {
        let (english, french) = both();
        assert_eq!(english.points(0.031, 1), "+3.1\u{a0}points");
        assert_eq!(french.points(-0.031, 1), "\u{2212}3,1\u{a0}points");
        assert_eq!(french.points(0.015, 1), "+1,5\u{a0}point");
        assert_eq!(english.points(0.01, 0), "+1\u{a0}point");
    }

    #[test]
    fn money_stands_where_the_language_puts_it() {
        let (english, french) = both();
        assert_eq!(english.currency(12_480.0, "EUR"), "€12,480");
        assert_eq!(french.currency(12_480.0, "EUR"), "12\u{202f}480\u{a0}€");
        assert_eq!(english.currency(0.04, "EUR"), "€0.04");
        assert_eq!(english.currency(-5.0, "GBP"), "\u{2212}£5");
        assert_eq!(english.currency(120.0, "CHF"), "CHF\u{a0}120");
    }

    #[test]
    fn intervals_use_an_en_dash_or_words() {
        let (english, french) = both();
        assert_eq!(english.interval(12.0, 18.0, 0), "12–18");
        assert_eq!(english.interval(-6.0, 17.0, 0), "\u{2212}6 to +17");
        assert_eq!(french.interval(-6.0, 17.0, 0), "\u{2212}6 à +17");
        assert_eq!(french.percent_interval(0.12, 0.18, 0), "12–18\u{a0}%");
    }

    #[test]
    fn rounds_to_what_the_interval_supports() {
        let rounded = round_to_interval(39_284.0, 38_390.0, 40_211.0);
        assert_eq!((rounded.value, rounded.low, rounded.high), (39_300.0, 38_400.0, 40_200.0));
        let ratio = round_to_interval(61.3, 52.2, 71.9);
        assert_eq!((ratio.value, ratio.low, ratio.high, ratio.decimals), (61.0, 52.0, 72.0, 0));
        let small = round_to_interval(1.31, 1.21, 1.42);
        assert_eq!((small.value, small.decimals), (1.3, 1));
        assert_eq!(round_to_interval(988.0, 925.0, 1051.0).value, 988.0);
        assert_eq!(round_to_interval(5.0, 5.0, 5.0).decimals, 0);
    }

    #[test]
    fn millions_are_named_and_agree_in_french() {
        let (english, french) = both();
        assert_eq!(english.compact(1_990_000.0), "1.99\u{a0}million");
        assert_eq!(french.compact(1_990_000.0), "1,99\u{a0}million");
        assert_eq!(french.compact(2_500_000.0), "2,50\u{a0}millions");
        assert_eq!(english.compact(39_300.0), "39,300");
    }
}
