//! Model Markdown: the one form of a document from which all editions are made.
//!
//! It is GitHub flavoured Markdown plus what Markdown lacks:
//!
//! | form | meaning | in plain Markdown |
//! |--|--|--|
//! | `:::kicker`, `:::lead` | line above the title, verdict sentence | paragraph |
//! | `:::class`, `:::keys`, `:::meta` around a table | classification, key figures, facts about the document | table |
//! | `:::table stack`, `plain` or `scroll` | caption paragraph, then a table; how it behaves on a telephone | both |
//! | `:::figure NAME` around a caption | chart `NAME` of the context | image with alt text |
//! | `:::side TITLE` | side note | quote |
//! | `:::hand` | words written by people | the same |
//! | `:::evidence` around `:::entry N` | evidence list; the first paragraph of an entry is its summary | headings `E1`, ... |
//! | `[E3](#e3)` | reference to evidence | raised link |
//!
//! Characters of the private use area, listed in [`mark`], carry what is smaller than a block. [`escape`] removes them from
//! inputs, so only templates can set them. In: text. Out: text that is safe inside model Markdown. No HTML is made here.

/// The marks of model Markdown.
pub mod mark {
    /// Text from an input begins; it is isolated from the direction of its surroundings and not linted.
    pub const INPUT: char = '\u{e000}';
    /// Text from an input ends.
    pub const INPUT_END: char = '\u{e001}';
    /// The second line of a table cell begins; it ends with the cell.
    pub const SUB: char = '\u{e002}';
    /// A verdict in the customers' favour begins.
    pub const GOOD: char = '\u{e003}';
    /// A verdict against us begins.
    pub const BAD: char = '\u{e004}';
    /// A verdict ends.
    pub const VERDICT_END: char = '\u{e005}';
    /// The name of a graphic inside a cell begins.
    pub const GRAPHIC: char = '\u{e006}';
    /// The name of a graphic ends.
    pub const GRAPHIC_END: char = '\u{e007}';
    /// The id of a heading begins.
    pub const ID: char = '\u{e008}';
    /// The id of a heading ends.
    pub const ID_END: char = '\u{e009}';
    /// The range all marks lie in.
    pub const ALL: std::ops::RangeInclusive<char> = '\u{e000}'..='\u{e00f}';
}

/// Invisible, inserted where a platform would turn text into a link or a mention.
const WORD_JOINER: char = '\u{2060}';

/// Makes one line of text inert in Markdown: no emphasis, link, image, HTML, formula, mention, table cell or block. Marks,
/// control characters and changes of writing direction are removed, line breaks become spaces. The text is not shortened.
pub fn escape(text: &str) -> String {
    let line = one_line(text);
    let characters: Vec<char> = line.chars().collect();
    let mut escaped = String::with_capacity(line.len() + 8);
    let mut is_start = true;
    for (index, &character) in characters.iter().enumerate() {
        let next = characters.get(index + 1).copied();
        if needs_backslash(character, next, is_start) || follows_www(&characters, index) {
            escaped.push('\\');
        }
        escaped.push(character);
        if character == '@' {
            escaped.push(WORD_JOINER);
        }
        is_start = is_start && character.is_ascii_digit();
    }
    escaped
}

/// [`escape`], between the marks that tell text from inputs.
pub fn escape_input(text: &str) -> String {
    format!("{}{}{}", mark::INPUT, escape(text), mark::INPUT_END)
}

/// A code span that holds `text` as it is, on one line. Inside a table, bars must be escaped: set `is_cell`.
pub fn code_span(text: &str, is_cell: bool) -> String {
    let mut line = one_line(text);
    if is_cell {
        line = line.replace('|', "\\|");
    }
    if line.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&line, '`') + 1);
    if line.starts_with('`') || line.ends_with('`') {
        format!("{fence} {line} {fence}")
    } else {
        format!("{fence}{line}{fence}")
    }
}

/// A fenced block that holds `text` as it is.
pub fn code_block(text: &str, language: &str) -> String {
    let clean: String = text
        .chars()
        .filter(|&character| {
            (character == '\n' || character == '\t' || !character.is_control()) && !is_hidden(character)
        })
        .collect();
    let clean: Vec<String> = clean.lines().map(quiet_directive).collect();
    let clean = clean.join("\n");
    let fence = "`".repeat(longest_run(&clean, '`').max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", clean.trim_end())
}

/// A line that would close a directive around the block is moved out of its reach.
fn quiet_directive(line: &str) -> String {
    if line.trim_start().starts_with(":::") { format!("    {line}") } else { line.to_owned() }
}

/// At most `limit` characters of `text`, an ellipsis in place of the rest.
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Text without any mark, for places that know none.
pub fn strip_marks(text: &str) -> String {
    text.chars().filter(|character| !mark::ALL.contains(character)).collect()
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        let is_space = character.is_whitespace() && character != '\u{a0}' && character != '\u{202f}';
        if is_space || character.is_control() {
            if !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !is_hidden(character) {
            line.push(character);
        }
    }
    line.trim_matches(' ').to_owned()
}

/// Marks, and characters that change how their surroundings are read.
fn is_hidden(character: char) -> bool {
    mark::ALL.contains(&character)
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn needs_backslash(character: char, next: Option<char>, is_start: bool) -> bool {
    match character {
        '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' | '#' | '^' => true,
        '!' => next == Some('['),
        ':' => is_start || next == Some('/') || next == Some(':'),
        '.' | ')' => is_start && next.is_none_or(|character| character == ' '),
        '-' | '+' | '=' => is_start,
        _ => false,
    }
}

/// True at the dot of `www.`, which GitHub turns into a link.
fn follows_www(characters: &[char], index: usize) -> bool {
    characters[index] == '.'
        && index >= 3
        && characters[index - 3..index].iter().all(|letter| letter.eq_ignore_ascii_case(&'w'))
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_ordinary_words_alone() {
        assert_eq!(escape("licence-gateway, region 7.2 (North)"), "licence-gateway, region 7.2 (North)");
        assert_eq!(escape(""), "");
    }

    #[test]
    fn takes_the_life_out_of_markup() {
        assert_eq!(escape("<script>x</script>"), "\\<script\\>x\\</script\\>");
        assert_eq!(escape("![a](javascript:b)"), "\\!\\[a\\](javascript:b)");
        assert_eq!(escape("$x$ a|b *c* _d_"), "\\$x\\$ a\\|b \\*c\\* \\_d\\_");
    }

    #[test]
    fn no_line_of_an_input_begins_a_block() {
        for text in ["# a", "- a", "1. a", "12) a", "> a", ":::hand", "=== a", "```"] {
            let escaped = escape(text);
            assert!(escaped.contains('\\'), "{escaped}");
        }
        assert_eq!(escape("a\n\n# b\r\n:::evidence"), "a \\# b \\:\\::evidence");
    }

    #[test]
    fn addresses_are_not_turned_into_links_or_mentions() {
        assert_eq!(escape("http://a.example www.b.example"), "http\\://a.example www\\.b.example");
        assert_eq!(escape("@ops"), "@\u{2060}ops");
    }

    #[test]
    fn marks_and_direction_changes_are_removed() {
        assert_eq!(escape("a\u{e001}b\u{202e}c\u{200b}"), "abc");
    }

    #[test]
    fn code_keeps_backticks_and_bars() {
        assert_eq!(code_span("a`b", false), "``a`b``");
        assert_eq!(code_span("`a`", false), "`` `a` ``");
        assert_eq!(code_span("a|b", true), "`a\\|b`");
        assert_eq!(code_block("a\n```\nb", "sql"), "````sql\na\n```\nb\n````");
    }

    #[test]
    fn shortening_marks_the_cut() {
        assert_eq!(shorten("abcdef", 4), "abc…");
        assert_eq!(shorten("abc", 4), "abc");
    }
}
