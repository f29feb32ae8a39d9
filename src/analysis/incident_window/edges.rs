//! Where a stretch of failures begins and ends, to a part of a bucket.
//!
//! In: counts of one group and a rough first and last bucket; out: edges with the range they may lie in. It
//! does not decide whether there is an incident.
//!
//! An edge is the change point of a Poisson likelihood with known level before (E. S. Page, "Continuous
//! inspection schemes", Biometrika 41, 1954, doi:10.1093/biomet/41.1-2.100: a maximal partial sum): each bucket
//! weighs `b ln q - e (q - 1)`, once for a small rise `q`, so that the foot of a slow ramp counts, and once for half the
//! rise of the stretch in logarithms, so that a few failures among few attempts do; the outer edge is taken. Buckets that add less than
//! [`DOUBT`] to the sum are as likely quiet: the edge lies inside them, its range spans them. The share of the
//! first bucket that was hit is its excess rate over that of the next one. Cost O(length of the stretch).

use super::scan::weight;

/// Half the 95 % point of chi-square with one degree of freedom: what a likelihood must lose to count.
pub(super) const DOUBT: f64 = 1.92;
/// Farthest a ramp may reach beyond the rough stretch, in buckets.
const FARTHEST: usize = 45;
/// Evidence, in log-likelihood, that splits a stretch into waves or says that it has ended.
const EVIDENCE: f64 = 6.9;
/// Longest gap in the data, in buckets, that is taken to be a part of a shorter stretch: a day of minutes.
const LONGEST_GAP: usize = 1440;
/// Fewest quiet buckets between two waves.
const SHORTEST_QUIET: usize = 5;

/// Position of an edge, counted in buckets from the first one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub(super) at: f64,
    pub(super) earliest: f64,
    pub(super) latest: f64,
}

/// Counts of one group; buckets that cannot be used are zero.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    pub(super) total: Vec<f64>,
    pub(super) bad: Vec<f64>,
    pub(super) expected: Vec<f64>,
    pub(super) dispersion: f64,
    /// Buckets without any row at all.
    pub(super) is_gap: Vec<bool>,
}

impl Counts {
    /// Failures over expected failures from `first` to `last`, inside.
    pub(super) fn rise(&self, first: usize, last: usize) -> f64 {
        let (bad, expected) = (sum(&self.bad[first..=last]), sum(&self.expected[first..=last]));
        if expected > 0.0 { bad / expected } else { 1.0 }
    }

    /// Failures beyond the expected ones, per event.
    pub(super) fn excess_rate(&self, first: usize, last: usize) -> f64 {
        let excess = sum(&self.bad[first..=last]) - sum(&self.expected[first..=last]);
        excess / sum(&self.total[first..=last]).max(1.0)
    }

    /// Stretch grown or cut at both sides to where failures are no longer elevated, within `low..=high`.
    pub(super) fn reach(&self, first: usize, last: usize, low: usize, high: usize) -> (usize, usize) {
        let middle = usize::midpoint(first, last);
        let from = first.saturating_sub(FARTHEST).max(low);
        let to = (last + FARTHEST).min(high);
        let rises = [self.range_rise(first, last), self.edge_rise(first, last)];
        let sharp = self.rise(first, last).max(1.25);
        let mut start = self.outermost((from..=middle).rev(), sharp).1.unwrap_or(first);
        let mut end = self.outermost(middle..=to, sharp).1.unwrap_or(last);
        for rise in rises {
            let foot = self.outermost((from..=middle).rev(), rise).1.filter(|&foot| foot < start);
            start = foot.filter(|&foot| self.is_ramp(foot..start, rise)).unwrap_or(start);
            let foot = self.outermost(middle..=to, rise).1.filter(|&foot| foot > end);
            end = foot.filter(|&foot| self.is_ramp(end + 1..foot + 1, rise)).unwrap_or(end);
        }
        (start, end)
    }

    /// Whether the buckets beyond a sharp edge are elevated by more than chance allows among all the edges that could be.
    fn is_ramp(&self, range: std::ops::Range<usize>, rise: f64) -> bool {
        let gain: f64 = range.map(|index| weight(self.bad[index], self.expected[index], rise)).sum();
        gain / self.dispersion > DOUBT + libm::log(FARTHEST as f64)
    }

    /// Start of a stretch that [`Counts::reach`] gave, to a part of its first bucket, with its range.
    pub(super) fn start(&self, first: usize, last: usize) -> Edge {
        let from = first.saturating_sub(FARTHEST);
        let walk = (from..=usize::midpoint(first, last)).rev();
        let far = self.outermost(walk, self.range_rise(first, last)).0.unwrap_or(first);
        let share = self.share_hit(first, (first + 1).min(last));
        let gap = self.gap_before(first, last);
        let at = if gap < first && share > 0.5 { gap as f64 } else { first as f64 + 1.0 - share };
        let earliest = far.min(first).min(gap) as f64;
        let quarter = self.first_at_quarter(first..=last, first, last);
        Edge { at, earliest, latest: (quarter as f64 + 1.0).max(at) }
    }

    /// Mirror image of [`Counts::start`].
    pub(super) fn end(&self, first: usize, last: usize) -> Edge {
        let to = (last + FARTHEST).min(self.bad.len() - 1);
        let walk = usize::midpoint(first, last)..=to;
        let far = self.outermost(walk, self.range_rise(first, last)).0.unwrap_or(last);
        let share = self.share_hit(last, last.saturating_sub(1).max(first));
        let gap = self.gap_after(first, last);
        let at = if gap > last && share > 0.5 { gap as f64 + 1.0 } else { last as f64 + share };
        let latest = far.max(last).max(gap) as f64 + 1.0;
        let quarter = self.first_at_quarter((first..=last).rev(), first, last);
        Edge { at, earliest: (quarter as f64).min(at), latest: latest.max(at) }
    }

    /// Stretches of the stretch, cut at quiet spells that are certain.
    pub(super) fn waves(&self, first: usize, last: usize) -> Vec<(usize, usize)> {
        let rise = self.rise(first, last).sqrt().max(1.25);
        let (mut best, mut sum, mut from) = (None, 0.0_f64, first);
        for index in first..=last {
            if sum <= 0.0 {
                (sum, from) = (0.0, index);
            }
            sum -= weight(self.bad[index], self.expected[index], rise) / self.dispersion;
            if sum > best.map_or(EVIDENCE, |(score, _, _)| score) && index + 1 - from >= SHORTEST_QUIET {
                best = Some((sum, from, index));
            }
        }
        match best {
            Some((_, from, to)) if from > first && to < last => {
                let mut waves = self.waves(first, from - 1);
                waves.extend(self.waves(to + 1, last));
                waves
            }
            _ => vec![(first, last)],
        }
    }

    /// Whether what follows `last` shows that the failures are over.
    pub(super) fn has_ended(&self, first: usize, last: usize) -> bool {
        let recent = first.max((last + 1).saturating_sub(10));
        let rise = self.rise(recent, last).max(1.25);
        let quiet: f64 =
            (last + 1..self.bad.len()).map(|index| -weight(self.bad[index], self.expected[index], rise)).sum();
        quiet / self.dispersion > DOUBT
    }

    /// Rise that edges are judged by: small, yet not below what the stretch itself shows.
    fn edge_rise(&self, first: usize, last: usize) -> f64 {
        self.rise(first, last).sqrt().clamp(1.25, 2.0)
    }

    /// Rise that the ranges are judged by: half way, in logarithms, to what the stretch shows.
    fn range_rise(&self, first: usize, last: usize) -> f64 {
        self.rise(first, last).sqrt().max(1.25)
    }

    /// Walking outwards, the outermost and innermost bucket at which the sum is as good as its best.
    fn outermost(&self, walk: impl Iterator<Item = usize>, rise: f64) -> (Option<usize>, Option<usize>) {
        let mut sums = Vec::new();
        let mut sum = 0.0;
        for index in walk {
            sum += weight(self.bad[index], self.expected[index], rise) / self.dispersion;
            sums.push((index, sum));
        }
        let best = sums.iter().map(|(_, sum)| *sum).fold(f64::NEG_INFINITY, f64::max);
        let is_good = |(_, sum): &&(usize, f64)| *sum >= best - DOUBT;
        let outer = sums.iter().rev().find(is_good).map(|found| found.0);
        let inner = sums.iter().find(is_good).map(|found| found.0);
        (outer, inner)
    }

    /// Share of bucket `edge` that was hit, by the excess rate of the bucket further inside.
    fn share_hit(&self, edge: usize, inside: usize) -> f64 {
        let (edge_rate, inside_rate) = (self.excess_rate(edge, edge), self.excess_rate(inside, inside));
        if edge == inside || inside_rate <= 0.0 { 1.0 } else { (edge_rate / inside_rate).clamp(0.02, 1.0) }
    }

    /// First bucket of the walk whose excess rate reaches a quarter of the stretch's.
    fn first_at_quarter(&self, mut walk: impl Iterator<Item = usize>, first: usize, last: usize) -> usize {
        let quarter = 0.25 * self.excess_rate(first, last);
        walk.find(|&index| self.excess_rate(index, index) >= quarter).unwrap_or(first)
    }

    /// First bucket of the gap in the data that ends at the stretch, or `first`. Data that vanish where failures begin
    /// are taken to be a part of it.
    fn gap_before(&self, first: usize, last: usize) -> usize {
        let run = (0..first).rev().take_while(|&index| self.is_gap[index]).count();
        if self.is_missed(run, first, last) { first - run } else { first }
    }

    /// Last bucket of the gap in the data that begins after the stretch, or `last`.
    fn gap_after(&self, first: usize, last: usize) -> usize {
        let run = (last + 1..self.is_gap.len()).take_while(|&index| self.is_gap[index]).count();
        if self.is_missed(run, first, last) { last + run } else { last }
    }

    /// Whether a gap of `run` buckets is longer than chance leaves in data this sparse, and no pause between two exports.
    fn is_missed(&self, run: usize, first: usize, last: usize) -> bool {
        let length = last + 1 - first;
        let mean = sum(&self.total[first..=last]) / length as f64;
        run >= 2 && run <= LONGEST_GAP.max(length) && mean * run as f64 >= 10.0
    }
}

fn sum(values: &[f64]) -> f64 {
    values.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(bad: Vec<f64>) -> Counts {
        let length = bad.len();
        let is_gap = vec![false; length];
        Counts { total: vec![100.0; length], bad, expected: vec![1.0; length], dispersion: 1.0, is_gap }
    }

    #[test]
    fn places_the_edges_inside_partly_hit_buckets() {
        let mut bad = vec![1.0; 40];
        bad[10..20].fill(41.0);
        bad[10] = 11.0;
        bad[19] = 31.0;
        let counts = counts(bad);
        let (start, end) = (counts.start(10, 19), counts.end(10, 19));
        assert!((start.at - 10.75).abs() < 1e-9, "{start:?}");
        assert!((end.at - 19.75).abs() < 1e-9, "{end:?}");
        assert!(start.earliest <= start.at && start.at <= start.latest);
    }

    #[test]
    fn follows_a_slow_ramp_to_its_foot() {
        let mut bad = vec![1.0; 60];
        for (index, value) in bad.iter_mut().enumerate().skip(20).take(20) {
            *value = 1.0 + 2.0 * (index as f64 - 19.0);
        }
        let counts = counts(bad);
        let (first, _) = counts.reach(26, 39, 0, 59);
        assert!((20..=22).contains(&first), "{first}");
        assert!(counts.start(first, 39).latest > 22.0);
    }

    #[test]
    fn takes_a_gap_beside_failures_for_a_part_of_them() {
        let mut bad = vec![1.0; 40];
        bad[10..20].fill(41.0);
        let mut counts = counts(bad);
        for values in [&mut counts.total, &mut counts.bad, &mut counts.expected] {
            values[6..10].fill(0.0);
        }
        counts.is_gap[6..10].fill(true);
        assert_eq!(counts.start(10, 19).at, 6.0);
        assert_eq!(counts.end(10, 19).at, 20.0);
    }

    #[test]
    fn takes_no_pause_of_days_between_exports_for_a_part_of_them() {
        let mut bad = vec![1.0; 2000];
        bad[10..20].fill(41.0);
        let mut counts = counts(bad);
        for values in [&mut counts.total, &mut counts.bad, &mut counts.expected] {
            values[20..1990].fill(0.0);
        }
        counts.is_gap[20..1990].fill(true);
        assert_eq!(counts.end(10, 19).at, 20.0);
    }

    #[test]
    fn cuts_a_stretch_at_a_certain_quiet_spell() {
        let mut bad = vec![30.0; 50];
        bad[20..30].fill(1.0);
        assert_eq!(counts(bad).waves(0, 49), [(0, 19), (30, 49)]);
        assert_eq!(counts(vec![30.0; 50]).waves(0, 49), [(0, 49)]);
    }

    #[test]
    fn knows_whether_the_failures_are_over() {
        let mut bad = vec![30.0; 20];
        assert!(!counts(bad.clone()).has_ended(5, 19));
        bad.extend([1.0; 5]);
        assert!(counts(bad).has_ended(5, 19));
    }
}
