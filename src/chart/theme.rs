//! What all charts share in looks: colours, widths, margins.
//!
//! In: nothing. Out: the colour tokens with their light and dark values, and the
//! sizes of a chart in pixels. The files hold the light values; a page (or the
//! style of a stand-alone file) maps them to the dark ones by attribute. This
//! module draws nothing.

use super::Variant;

/// A colour of the page, by what it means and not by what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Token {
    /// The page itself; text on dark marks; what hides a line behind a label.
    Paper,
    /// The waves of the incident behind a chart.
    Sunk,
    /// Grid lines, bands, "no message".
    Grid,
    /// Zero line, tick marks, milestone line inside a plot, hatching.
    Rule,
    /// Text and first series.
    Ink,
    /// Secondary text and context bars.
    Ink2,
    /// Customers were hurt, or a promise was broken. Nothing else.
    Impact,
    /// Public messages; met, kept, effective.
    Comms,
    /// Complaint marks.
    People,
    /// Complaint bars.
    Ochre,
    /// A context line, never text.
    Quiet,
    /// Second step of a five-step scale.
    Step2,
    /// Middle step of a five-step scale.
    Step3,
    /// Fourth step of a five-step scale.
    Step4,
}

/// Every token, in the order in which style rules are written.
pub const TOKENS: [Token; 14] = [
    Token::Paper,
    Token::Sunk,
    Token::Grid,
    Token::Rule,
    Token::Ink,
    Token::Ink2,
    Token::Impact,
    Token::Comms,
    Token::People,
    Token::Ochre,
    Token::Quiet,
    Token::Step2,
    Token::Step3,
    Token::Step4,
];

/// Size of all chart text, in pixels.
pub const TEXT: f64 = 12.0;
/// Distance of two lines of text, in pixels.
pub const LINE_HEIGHT: f64 = 16.0;
/// Width of axes, grid, milestones and leaders.
pub const HAIR: f64 = 1.0;
/// Width of an expected line or a target.
pub const EXPECTED: f64 = 1.25;
/// Width of a context series, an interval, a bracket.
pub const CONTEXT: f64 = 1.5;
/// Width of the first series.
pub const MAIN: f64 = 2.0;

impl Token {
    /// Red, green and blue on a light page, as they stand in every file.
    pub const fn light(self) -> (u8, u8, u8) {
        split(self.values().0)
    }

    /// The light value as a style sheet writes it, capitals as in the files.
    pub fn light_hex(self) -> String {
        format!("#{:06X}", self.values().0)
    }

    /// The value on a dark page as a style sheet writes it.
    pub fn dark_hex(self) -> String {
        format!("#{:06X}", self.values().1)
    }

    const fn values(self) -> (u32, u32) {
        match self {
            Self::Paper => (0xFD_FC_FA, 0x15_18_1B),
            Self::Sunk => (0xF3_F0_EA, 0x1E_22_26),
            Self::Grid => (0xE7_E3_DB, 0x2C_32_37),
            Self::Rule => (0xBD_B8_AD, 0x4A_51_58),
            Self::Ink => (0x1D_21_25, 0xE6_E3_DD),
            Self::Ink2 => (0x55_5B_62, 0xA9_AF_B5),
            Self::Impact => (0xA8_32_1F, 0xF0_8A_74),
            Self::Comms => (0x1F_66_96, 0x74_B3_E3),
            Self::People => (0x8F_5E_00, 0xDD_AA_4A),
            Self::Ochre => (0xB0_7E_1C, 0xC2_92_3A),
            Self::Quiet => (0x7A_80_87, 0x8C_93_9A),
            Self::Step2 => (0xDD_A2_93, 0x8A_45_36),
            Self::Step3 => (0xCF_CB_C2, 0x4B_51_57),
            Self::Step4 => (0x93_B8_D3, 0x34_61_7F),
        }
    }
}

impl Variant {
    /// Width of a chart in pixels.
    pub const fn width(self) -> f64 {
        match self {
            Self::Wide => 720.0,
            Self::Narrow => 328.0,
        }
    }

    /// Left and right edge of the plot of a time chart, in pixels.
    pub const fn time_edges(self) -> (f64, f64) {
        match self {
            Self::Wide => (40.0, 708.0),
            Self::Narrow => (30.0, 320.0),
        }
    }

    /// The word the style sheet knows the variant by.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }

    /// True for the variant shown on a telephone.
    pub const fn is_narrow(self) -> bool {
        matches!(self, Self::Narrow)
    }
}

const fn split(value: u32) -> (u8, u8, u8) {
    let [_, red, green, blue] = value.to_be_bytes();
    (red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_values_are_told_apart_by_attribute() {
        let mut values: Vec<String> = TOKENS.iter().map(|token| token.light_hex()).collect();
        values.sort();
        values.dedup();
        assert_eq!(values.len(), TOKENS.len());
    }

    #[test]
    fn hex_is_in_capitals_with_leading_zeros() {
        assert_eq!(Token::People.light_hex(), "#8F5E00");
        assert_eq!(Token::Paper.dark_hex(), "#15181B");
    }
}
