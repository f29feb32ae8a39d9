//! Which complaints speak of the incident, by words learned from the complaints themselves.
//!
//! In: the complaints with their texts, and when the incident began. Out: for each the probability that the incident
//! caused it, and how many complaints of before, whose cause is known, the same words would have blamed on it.
//!
//! Those before the start speak of other matters; those after it of other matters or of the incident. The two
//! vocabularies and the share of the incident in each quarter of an hour are found by expectation and maximisation on a
//! naive Bayes mixture one part of which is held by the labelled side (Nigam, `McCallum`, Thrun and Mitchell 2000, "Text
//! classification from labeled and unlabeled documents using EM"; for positive and unlabelled examples Liu, Lee, Yu and
//! Li 2002). A word's share in either part is drawn towards its share in all complaints, which is the informative
//! Dirichlet prior of Monroe, Colaresi and Quinn 2008 ("Fightin' Words"), here worth one complaint. No list of words
//! and no language is built in. The search begins where the numbers of complaints put it: the share above the rate of
//! before.
//!
//! A complaint without words has the share of its quarter of an hour. Without complaints from before there is nothing to
//! learn from, and nothing is returned. Cost: O(rounds x words), at most `ROUNDS` rounds; the words of all complaints
//! are held in memory.

mod words;

use std::collections::BTreeMap;

use self::words::Vocabulary;

const MINUTE: i64 = 60_000_000;
/// Complaints may come this much before the measured start: their clocks and that of the measurement differ.
const LEEWAY: i64 = 5 * MINUTE;
/// In which the share of the incident among complaints is taken to be constant.
const QUARTER: i64 = 15 * MINUTE;
/// Complaints that the prior of a word is worth.
const PRIOR: f64 = 1.0;
const ROUNDS: usize = 100;
const SETTLED: f64 = 1e-4;

/// One complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint<'a> {
    /// When it was made, microseconds.
    pub time: i64,
    /// What was written.
    pub text: Option<&'a str>,
    /// Category in its source.
    pub theme: Option<&'a str>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Topics {
    /// For each complaint, in the order given: the probability that the incident caused it. 0 before it began.
    pub related: Vec<f64>,
    /// Complaints from before the incident.
    pub earlier: usize,
    /// Of these, those that their words alone would have blamed on it (without what they themselves taught).
    pub mistaken: usize,
}

/// Tells the complaints of an incident that began at `start` from others. `None` without complaints from before.
pub fn related(complaints: &[Complaint<'_>], start: i64) -> Option<Topics> {
    let begin = start - LEEWAY;
    // Sums are made in the order of time, whatever the order of the rows.
    let mut order: Vec<usize> = (0..complaints.len()).collect();
    order.sort_by_key(|&at| complaints[at]);
    let earlier = order.partition_point(|&at| complaints[at].time < begin);
    if earlier == 0 {
        return None;
    }
    let texts = Vocabulary::new(order.iter().map(|&at| complaints[at]));
    let times: Vec<i64> = order.iter().map(|&at| complaints[at].time).collect();
    let mut mixture = Mixture::new(&texts, &times, earlier, begin);
    for _ in 0..ROUNDS {
        if mixture.improve() < SETTLED {
            break;
        }
    }
    let mut probabilities = vec![0.0; complaints.len()];
    for (&at, &share) in order[earlier..].iter().zip(&mixture.related) {
        probabilities[at] = share;
    }
    Some(Topics { related: probabilities, earlier, mistaken: mixture.mistaken() })
}

/// The two vocabularies, and what they say of each complaint after the start.
struct Mixture<'a> {
    texts: &'a Vocabulary,
    /// Complaints from before the start come first.
    earlier: usize,
    /// Index of the quarter of an hour of each later complaint.
    quarters: Vec<usize>,
    /// Share of the incident in each quarter of an hour.
    shares: Vec<f64>,
    /// Probability of each later complaint.
    related: Vec<f64>,
    /// Complaints of either kind that hold a word, and complaints of either kind.
    counts: [Vec<f64>; 2],
    totals: [f64; 2],
}

const OTHER: usize = 0;
const INCIDENT: usize = 1;

impl<'a> Mixture<'a> {
    fn new(texts: &'a Vocabulary, times: &[i64], earlier: usize, begin: i64) -> Self {
        let usual = earlier as f64 * QUARTER as f64 / (begin - times[0]).max(QUARTER) as f64;
        let mut numbers: BTreeMap<i64, usize> = BTreeMap::new();
        for time in &times[earlier..] {
            *numbers.entry((time - begin) / QUARTER).or_default() += 1;
        }
        let places: BTreeMap<i64, usize> =
            numbers.keys().enumerate().map(|(place, &quarter)| (quarter, place)).collect();
        let shares: Vec<f64> = numbers.values().map(|&n| (1.0 - usual / n as f64).clamp(0.02, 0.98)).collect();
        let quarters: Vec<usize> = times[earlier..].iter().map(|time| places[&((time - begin) / QUARTER)]).collect();
        let related = quarters.iter().map(|&quarter| shares[quarter]).collect();
        let none = vec![0.0; texts.len()];
        Self { texts, earlier, quarters, shares, related, counts: [none.clone(), none], totals: [0.0; 2] }
    }

    /// One round: vocabularies from probabilities, probabilities from vocabularies. The largest change of one.
    fn improve(&mut self) -> f64 {
        self.learn();
        let mut change: f64 = 0.0;
        let mut sums = vec![(0.0, 0.0); self.shares.len()];
        for (later, &quarter) in self.quarters.iter().enumerate() {
            let share = self.shares[quarter];
            let odds = libm::log(share / (1.0 - share)) + self.odds(self.earlier + later, 0.0);
            let probability = 1.0 / (1.0 + libm::exp(-odds));
            change = change.max((probability - self.related[later]).abs());
            self.related[later] = probability;
            sums[quarter].0 += probability;
            sums[quarter].1 += 1.0;
        }
        for (share, (related, all)) in self.shares.iter_mut().zip(sums) {
            *share = (related + 0.5) / (all + 1.0);
        }
        change
    }

    fn learn(&mut self) {
        for counts in &mut self.counts {
            counts.fill(0.0);
        }
        self.totals = [0.0; 2];
        for complaint in 0..self.texts.complaints() {
            let related = complaint.checked_sub(self.earlier).map_or(0.0, |later| self.related[later]);
            for (part, weight) in [(OTHER, 1.0 - related), (INCIDENT, related)] {
                self.totals[part] += weight;
                for &word in self.texts.words(complaint) {
                    self.counts[part][word] += weight;
                }
            }
        }
    }

    /// Logarithm of the odds that a complaint's words give the incident, when `itself` of it is taken out of the others.
    fn odds(&self, complaint: usize, itself: f64) -> f64 {
        let evidence = |&word: &usize| {
            let prior = PRIOR * self.texts.share(word);
            let share =
                |part: usize, less: f64| (self.counts[part][word] - less + prior) / (self.totals[part] - less + PRIOR);
            libm::log(share(INCIDENT, 0.0) / share(OTHER, itself))
        };
        self.texts.words(complaint).iter().map(evidence).sum()
    }

    /// Earlier complaints that would be taken for those of the incident in an average quarter of an hour of it.
    fn mistaken(&self) -> usize {
        let later = self.related.len() as f64;
        let share = (self.related.iter().sum::<f64>() + 0.5) / (later + 1.0);
        let prior = libm::log(share / (1.0 - share));
        (0..self.earlier).filter(|&complaint| prior + self.odds(complaint, 1.0) > 0.0).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BILLS: [&str; 3] = ["my invoice is wrong", "the invoice doubled", "too expensive for this"];
    const OUTAGE: [&str; 3] = ["black screen on every channel", "the screen stays black", "channel will not start"];

    /// A complaint about bills every ten minutes; from minute 600 on also one about the outage every minute, for an hour.
    fn evening() -> Vec<Complaint<'static>> {
        let bills = (0..90).zip(BILLS.into_iter().cycle()).map(|(n, text)| (10 * n, text));
        let outage = (0..60).zip(OUTAGE.into_iter().cycle()).map(|(n, text)| (600 + n, text));
        let all = bills.chain(outage);
        all.map(|(minute, text)| Complaint { time: minute * MINUTE, text: Some(text), theme: None }).collect()
    }

    #[test]
    fn words_tell_the_two_matters_apart() {
        let complaints = evening();
        let found = related(&complaints, 600 * MINUTE).unwrap();
        for (complaint, &probability) in complaints.iter().zip(&found.related) {
            let is_outage = OUTAGE.contains(&complaint.text.unwrap());
            assert!(if is_outage { probability > 0.95 } else { probability < 0.05 }, "{complaint:?}: {probability}");
        }
        assert_eq!((found.earlier, found.mistaken), (60, 0));
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let mut complaints = evening();
        let found = related(&complaints, 600 * MINUTE).unwrap();
        complaints.reverse();
        let mut turned = related(&complaints, 600 * MINUTE).unwrap().related;
        turned.reverse();
        assert_eq!(turned, found.related);
    }

    #[test]
    fn a_complaint_without_words_has_the_share_of_its_time() {
        let mut complaints = evening();
        complaints.push(Complaint { time: 605 * MINUTE, text: None, theme: None });
        complaints.push(Complaint { time: 800 * MINUTE, text: Some(" ?! "), theme: None });
        let found = related(&complaints, 600 * MINUTE).unwrap().related;
        let [during, after] = found[found.len() - 2..] else { unreachable!() };
        assert!(during > 0.8 && after < 0.4, "{during} {after}");
    }

    #[test]
    fn a_category_counts_as_a_word() {
        let mut complaints = evening();
        for complaint in &mut complaints {
            let is_outage = OUTAGE.contains(&complaint.text.unwrap());
            (complaint.text, complaint.theme) = (None, Some(if is_outage { "picture" } else { "bills" }));
        }
        let found = related(&complaints, 600 * MINUTE).unwrap().related;
        assert!((found.iter().sum::<f64>() - 60.0).abs() < 3.0, "{found:?}");
    }

    #[test]
    fn nothing_without_complaints_from_before() {
        assert_eq!(related(&[], 0), None);
        assert_eq!(related(&evening(), 0), None);
    }

    #[test]
    fn nothing_that_happened_before_is_blamed_on_the_incident() {
        let found = related(&evening(), 2_000 * MINUTE).unwrap();
        assert!(found.related.iter().all(|&probability| probability == 0.0));
    }
}
