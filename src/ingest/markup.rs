//! Text of what tools hand out as HTML: bodies of messages, and texts in which only `&`, `<` and
//! `>` are written as entities.
//!
//! In: a text with markup. Out: the words, a line for each block. It is no HTML parser: what is
//! no tag stays, an unknown entity stays, and nothing is ever made into markup.

/// Longest entity, `&` and `;` included.
const LONGEST_ENTITY: usize = 10;

/// Tags behind which a new line begins.
const BLOCKS: &[&str] = &["br", "p", "div", "li", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote"];

/// The text without tags and entities; spaces and empty lines are collapsed.
pub fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match tag(rest) {
            Some((name, length)) => {
                if BLOCKS.iter().any(|block| block.eq_ignore_ascii_case(name)) {
                    out.push('\n');
                }
                rest = behind(name, &rest[length..]);
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    let text = unescaped(&out);
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The text with entities replaced by what they stand for.
pub fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((character, end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Name and length of the tag at the front.
fn tag(text: &str) -> Option<(&str, usize)> {
    let inner = text[1..].trim_start_matches('/');
    let is_tag = inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!');
    let end = text.find('>').filter(|_| is_tag)?;
    let name = inner.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    Some((name, end + 1))
}

/// What follows a tag; style sheets and scripts are passed over.
fn behind<'t>(name: &str, rest: &'t str) -> &'t str {
    let closing = match name {
        "style" => "</style",
        "script" => "</script",
        _ => return rest,
    };
    rest.find(closing).map_or(rest, |at| &rest[at..])
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hexadecimal = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
        let code = hexadecimal.unwrap_or_else(|| number.parse()).ok()?;
        return char::from_u32(code).filter(|c| *c == '\n' || !c.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "hellip" => '…',
        "rsquo" => '’',
        "lsquo" => '‘',
        "laquo" => '«',
        "raquo" => '»',
        "eacute" => 'é',
        "Eacute" => 'É',
        "egrave" => 'è',
        "ecirc" => 'ê',
        "agrave" => 'à',
        "acirc" => 'â',
        "ccedil" => 'ç',
        "ocirc" => 'ô',
        "ucirc" => 'û',
        "ugrave" => 'ù',
        "icirc" => 'î',
        "iuml" => 'ï',
        "euro" => '€',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_lines_and_tags_are_gone() {
        let html = "<p>Écran noir<br/>sur la <b>chaîne&nbsp;1</b></p>\n<div class=\"x\">&Eacute;cran</div>";
        assert_eq!(plain(html), "Écran noir\nsur la chaîne 1\nÉcran");
        assert_eq!(plain("<style>p { color: red }</style><p>Hi</p>"), "Hi");
    }

    #[test]
    fn what_is_no_markup_stays() {
        assert_eq!(plain("5 < 7 & a<b? <3 &foo; &#x110000; R&D;"), "5 < 7 & a<b? <3 &foo; &#x110000; R&D;");
        assert_eq!(plain("cut <b"), "cut <b");
        assert_eq!(plain(""), "");
    }

    #[test]
    fn entities_are_replaced_once() {
        assert_eq!(unescaped("&lt;script&gt; &amp;amp; &#39;&#x27; &éé;"), "<script> &amp; '' &éé;");
        assert_eq!(unescaped("&#0;&#10;"), "&#0;\n");
    }
}
