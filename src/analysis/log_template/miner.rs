//! Learns the templates of many log lines and assigns lines to them.
//!
//! In: lines, one after the other (raw lines with their header, or bare messages). Out: [`Templates`], each with a
//! stable identifier (a hash of its pattern, so equal patterns have equal identifiers in any file and any order).
//! Two steps, as in two-pass frequency mining (Nagappan and Vouk, "Abstracting log lines to log event types for mining
//! software system logs", MSR 2010, doi:10.1109/MSR.2010.5463281) with the fixed-depth lookup of Drain (He et al.,
//! ICWS 2017, doi:10.1109/ICWS.2017.13) replaced by one hash of the masked line: lines are grouped by masked pattern
//! while they stream, then `merge` joins patterns in which one word varies.
//!
//! O(length) a line, without memory of its own on the way of a line whose pattern is known. What is held is bounded
//! whatever the input: 2 MiB of sample lines; `max_tokens` tokens in at most `max_patterns` masked patterns (some 64
//! bytes a token, 64 MB by default, and about three times that while `finish` joins); beyond, a new pattern is reduced
//! to its first word, and beyond twice `max_patterns` to one variable. No line gives no template; an empty line has the empty pattern. It does not count per window or
//! say what is new: that is SQL over the assigned identifiers.
//!
//! The promise: within the bounds, and while the file fits into the sample that tells the header, the order of the
//! lines does not matter, nor do the values of recognised variables. A part of a file gives the same templates as the
//! whole wherever no word was joined: that a plain word varies is known only from many lines.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use super::hash;
use super::headers::Headers;
use super::mask::{self, Token, TokenKind};
use super::merge::{self, Pattern};

/// What the miner may assume and use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Lines carry a header of unknown format (time, level, process) that is not part of the message; else at most
    /// some brackets before it.
    pub has_header: bool,
    /// Lines kept to learn the header from.
    pub sample_lines: usize,
    /// Most distinct masked patterns held in memory.
    pub max_patterns: usize,
    /// Most words, marks and variables of all patterns together.
    pub max_tokens: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { has_header: true, sample_lines: 4_000, max_patterns: 100_000, max_tokens: 1_000_000 }
    }
}

/// Bytes kept of a sample line: a message longer than its half is cut by the scanner anyway.
const SAMPLE_LINE: usize = 2 * mask::MESSAGE_LIMIT;
/// Bytes of all sample lines; when there are more, the header is told from those.
const SAMPLE_BYTES: usize = 2 << 20;

/// One message template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Sixteen hexadecimal digits, a hash of the pattern.
    pub id: String,
    /// The constant text, with `<*>` for every variable.
    pub pattern: String,
}

/// Learns templates from a stream of lines.
#[derive(Debug)]
pub struct Miner {
    options: Options,
    header: Option<Headers>,
    sample: Vec<String>,
    sample_bytes: usize,
    held_tokens: usize,
    groups: Groups,
    patterns: Vec<Pattern>,
    /// Number of the pattern of the lines for which there was no room.
    rest: Option<usize>,
    tokens: Vec<Token>,
}

impl Miner {
    /// A miner that has seen nothing.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            header: None,
            sample: Vec::new(),
            sample_bytes: 0,
            held_tokens: 0,
            groups: Groups::default(),
            patterns: Vec::new(),
            rest: None,
            tokens: Vec::new(),
        }
    }

    /// Takes one line into account.
    pub fn learn(&mut self, line: &str) {
        if let Some(header) = &self.header {
            let start = header.message_start(line);
            self.learn_message(&line.as_bytes()[start..]);
            return;
        }
        let kept = line.floor_char_boundary(SAMPLE_LINE);
        self.sample.push(line[..kept].to_string());
        self.sample_bytes += kept;
        if self.sample.len() >= self.options.sample_lines || self.sample_bytes >= SAMPLE_BYTES {
            self.settle_header();
        }
    }

    /// Ends learning: joins what belongs together.
    pub fn finish(mut self) -> Templates {
        if self.header.is_none() {
            self.settle_header();
        }
        let mut merged = self.patterns;
        merge::merge(&mut merged);
        let mut by_pattern = BTreeMap::new();
        let mut templates = Vec::new();
        let mut numbers = Vec::with_capacity(merged.len());
        for pattern in &merged {
            let text = pattern.text();
            let number = *by_pattern.entry(text.clone()).or_insert_with(|| {
                templates.push(Template { id: format!("{:016x}", hash::hash_bytes(text.as_bytes())), pattern: text });
                templates.len() - 1
            });
            numbers.push(number);
        }
        let by_hash: Groups = self.groups.iter().map(|(hash, group)| (*hash, numbers[*group])).collect();
        let mut families = Groups::default();
        for (pattern, number) in merged.iter().zip(&numbers) {
            families.entry(pattern.hash()).or_insert(*number);
        }
        let rest = self.rest.map(|group| numbers[group]);
        Templates { header: self.header.unwrap_or_default(), by_hash, families, rest, all: templates }
    }

    fn settle_header(&mut self) {
        let header =
            if self.options.has_header { Headers::detect(&self.sample) } else { Headers::of_messages(&self.sample) };
        for line in std::mem::take(&mut self.sample) {
            self.learn_message(&line.as_bytes()[header.message_start(&line)..]);
        }
        self.header = Some(header);
    }

    fn learn_message(&mut self, message: &[u8]) {
        mask::scan(message, &mut self.tokens);
        let hash = mask::hash(message, &self.tokens);
        if self.groups.contains_key(&hash) {
            return;
        }
        let held = self.held_tokens + self.tokens.len();
        if self.patterns.len() >= self.options.max_patterns || held > self.options.max_tokens {
            return self.learn_reduced(message);
        }
        self.held_tokens = held;
        self.groups.insert(hash, self.patterns.len());
        self.patterns.push(Pattern::new(message, &self.tokens));
    }

    /// Beyond the memory bound: the first word and a variable; beyond twice the bound, one pattern for all.
    fn learn_reduced(&mut self, message: &[u8]) {
        reduce(&mut self.tokens);
        let hash = mask::hash(message, &self.tokens);
        if self.groups.contains_key(&hash) {
            return;
        }
        if self.patterns.len() < 2 * self.options.max_patterns {
            self.groups.insert(hash, self.patterns.len());
        } else if self.rest.is_none() {
            self.tokens.drain(..self.tokens.len() - 1);
            self.rest = Some(self.patterns.len());
        } else {
            return;
        }
        self.patterns.push(Pattern::new(message, &self.tokens));
    }
}

/// The templates of a finished [`Miner`].
#[derive(Debug)]
pub struct Templates {
    header: Headers,
    by_hash: Groups,
    families: Groups,
    rest: Option<usize>,
    all: Vec<Template>,
}

impl Templates {
    /// Number of templates.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether no line was learned.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The template with this number.
    pub fn get(&self, number: usize) -> Option<&Template> {
        self.all.get(number)
    }

    /// The template of a line, or `None` for a message unlike any that was learned.
    pub fn assign(&self, line: &str) -> Option<usize> {
        self.assign_with(line, &mut Vec::new())
    }

    /// As [`Templates::assign`], with a token buffer that is used again from line to line.
    pub fn assign_with(&self, line: &str, tokens: &mut Vec<Token>) -> Option<usize> {
        let message = &line.as_bytes()[self.header.message_start(line)..];
        mask::scan(message, tokens);
        if let Some(number) = self.by_hash.get(&mask::hash(message, tokens)) {
            return Some(*number);
        }
        let pattern = Pattern::new(message, tokens);
        if let Some(number) = pattern.generalised().find_map(|wider| self.families.get(&wider)) {
            return Some(*number);
        }
        reduce(tokens);
        self.by_hash.get(&mask::hash(message, tokens)).copied().or(self.rest)
    }
}

fn reduce(tokens: &mut Vec<Token>) {
    let first = tokens.iter().position(|token| token.kind == TokenKind::Word).map_or(0, |index| index + 1);
    tokens.truncate(first);
    tokens.push(Token { kind: TokenKind::Variable, start: 0, end: 0 });
}

type Groups = HashMap<u64, usize, BuildHasherDefault<Identity>>;

/// The keys are hashes already.
#[derive(Debug, Default, Clone)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash::hash_bytes(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mine(lines: &[&str]) -> Templates {
        let mut miner = Miner::new(Options { has_header: false, ..Options::default() });
        for line in lines {
            miner.learn(line);
        }
        miner.finish()
    }

    #[test]
    fn groups_lines_that_differ_in_numbers() {
        let templates = mine(&["took 3 ms", "took 44 ms", "failed with 7"]);
        assert_eq!(templates.len(), 2);
        assert_eq!(templates.assign("took 5 ms"), templates.assign("took 3 ms"));
        assert_eq!(templates.assign("never seen before"), None);
    }

    #[test]
    fn joins_words_that_vary_and_assigns_new_ones() {
        let lines: Vec<String> = ["ada", "bob", "cyd", "dan", "eve", "fay"]
            .iter()
            .map(|name| format!("session closed for user {name}"))
            .collect();
        let templates = mine(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(templates.len(), 1);
        assert_eq!(templates.get(0).unwrap().pattern, "session closed for user <*>");
        assert_eq!(templates.assign("session closed for user gus"), Some(0));
    }

    #[test]
    fn identifiers_do_not_depend_on_order() {
        let (first, second) = (mine(&["a b 1", "c d 2"]), mine(&["c d 9", "a b 8"]));
        let id = |templates: &Templates, line| templates.get(templates.assign(line).unwrap()).unwrap().id.clone();
        assert_eq!(id(&first, "a b 5"), id(&second, "a b 5"));
        assert_eq!(id(&first, "c d 5"), id(&second, "c d 5"));
    }

    #[test]
    fn stays_within_its_memory_bound() {
        let mut miner = Miner::new(Options { has_header: false, max_patterns: 10, ..Options::default() });
        let word =
            |index: usize| -> String { index.to_string().bytes().map(|byte| char::from(byte - b'0' + b'k')).collect() };
        (0..500).for_each(|index| miner.learn(&format!("{} {}", word(index), word(index + 1))));
        assert!(miner.patterns.len() <= 21);
        let templates = miner.finish();
        assert!(templates.len() <= 21);
        assert!((0..500).all(|index| templates.assign(&format!("{} {}", word(index), word(index + 1))).is_some()));
    }

    #[test]
    fn holds_no_more_tokens_than_asked() {
        let mut miner = Miner::new(Options { has_header: false, max_tokens: 500, ..Options::default() });
        let word = |index: usize| format!("{index:b}").replace('0', "ka").replace('1', "lo");
        (0..300)
            .for_each(|index| miner.learn(&format!("{} is {} or {}", word(index), word(index + 7), word(index * 3))));
        assert!(miner.held_tokens <= 500 && miner.patterns.len() <= 60 + 300);
        let mut long = Miner::new(Options::default());
        (0..3).for_each(|_| long.learn(&"a b ".repeat(1 << 20)));
        assert!(long.sample_bytes <= 3 * SAMPLE_LINE);
        assert_eq!(long.finish().len(), 1);
    }

    /// The examples of Drain (He et al., ICWS 2017) and Spell (Du and Li, "Spell: Streaming Parsing of System Event
    /// Logs", ICDM 2016).
    #[test]
    fn finds_the_templates_of_published_examples() {
        let lines = [
            "081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_38865049 terminating",
            "081109 203807 222 INFO dfs.DataNode$PacketResponder: PacketResponder 0 for block blk_-6952295 terminating",
            "081109 204005 35 INFO dfs.FSNamesystem: Receive from node 4",
            "081109 204106 329 INFO dfs.FSNamesystem: Receive from node 11",
            "081109 204132 26 INFO dfs.DataNode: Temperature (41C) exceeds warning threshold",
            "081109 204324 34 INFO dfs.DataNode: Temperature (43C) exceeds warning threshold",
        ];
        let mut miner = Miner::new(Options::default());
        lines.iter().for_each(|line| miner.learn(line));
        let templates = miner.finish();
        let found = lines.map(|line| templates.get(templates.assign(line).unwrap()).unwrap().pattern.as_str());
        assert_eq!([found[0], found[1]], ["PacketResponder <*> for block <*> terminating"; 2]);
        assert_eq!([found[2], found[3]], ["Receive from node <*>"; 2]);
        assert_eq!([found[4], found[5]], ["Temperature (<*>) exceeds warning threshold"; 2]);
    }

    /// A line by its event and the values in it.
    fn line((event, value, word): (usize, u64, usize)) -> String {
        let word = ["ada", "bob", "cyd", "dan", "eve"][word];
        let message = match event {
            0 => format!("request {value:x}-{value} took {value} ms"),
            1 => format!("user {word} signed in from 192.0.2.{}:{value}", value % 256),
            2 => format!("cache {{size={value}, hot={}}} cleared", value % 2 == 0),
            3 => format!("open /srv/{word}/{value}.ts failed: no such file"),
            _ => "shutting down".to_string(),
        };
        format!("2031-10-18 18:01:{:02},{:03} INFO [worker-{}] {message}", value % 60, value % 1000, value % 7)
    }

    fn patterns(lines: &[String]) -> Vec<String> {
        let mut miner = Miner::new(Options::default());
        lines.iter().for_each(|line| miner.learn(line));
        let templates = miner.finish();
        let of = |line: &String| templates.get(templates.assign(line).unwrap()).unwrap().pattern.clone();
        lines.iter().map(of).collect()
    }

    fn events() -> impl Strategy<Value = Vec<(usize, u64, usize)>> {
        proptest::collection::vec((0..5_usize, 1_u64..1 << 40, 0..5_usize), 0..120)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_order_of_lines_does_not_matter(events in events(), turn in 0..120_usize) {
            let lines: Vec<String> = events.into_iter().map(line).collect();
            let mut turned = lines.clone();
            turned.rotate_left(turn.min(lines.len()));
            let mut expected = patterns(&lines);
            expected.rotate_left(turn.min(lines.len()));
            prop_assert_eq!(patterns(&turned), expected);
        }

        #[test]
        fn the_values_of_variables_do_not_matter(events in events(), added in 1_u64..1 << 30) {
            let lines: Vec<String> = events.iter().copied().map(line).collect();
            let renumbered: Vec<String> =
                events.into_iter().map(|(event, value, word)| line((event, value + added, word))).collect();
            prop_assert_eq!(patterns(&renumbered), patterns(&lines));
        }

        #[test]
        fn a_part_has_the_templates_of_the_whole(events in events(), cut in 0..120_usize) {
            // User names are words, which only many lines tell from the rest.
            let mut lines: Vec<String> = events.into_iter().filter(|(event, ..)| *event != 1).map(line).collect();
            // One line of each event, so that both parts tell the header from the same messages.
            let all: Vec<String> = [0, 2, 3, 4].iter().map(|event| line((*event, 7, 0))).collect();
            let whole = patterns(&lines.iter().chain(&all).cloned().collect::<Vec<_>>());
            let mut rest = lines.split_off(cut.min(lines.len()));
            let count = (lines.len(), rest.len());
            lines.extend(all.clone());
            rest.extend(all);
            prop_assert_eq!(&patterns(&lines)[..count.0], &whole[..count.0]);
            prop_assert_eq!(&patterns(&rest)[..count.1], &whole[count.0..count.0 + count.1]);
        }
    }

    #[test]
    fn nothing_learned_gives_no_template() {
        let templates = Miner::new(Options::default()).finish();
        assert!(templates.is_empty());
        assert_eq!(templates.assign("x"), None);
        assert_eq!(mine(&["", ""]).len(), 1);
    }
}
