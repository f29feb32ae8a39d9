//! The search for a place where a label stands at its curve and hides nothing.
//!
//! In: lines of text, wished places, the curves and what is taken. Out: the first wished
//! place that is free, else the nearest free one, else none. It draws nothing.

use super::label::{Anchor, Area, Places, block_area};
use super::series::touches;

/// Distance of the places that are tried when no wished one is free, in pixels.
const GRID: f64 = 6.0;
/// What a label under an upright line costs, as a distance in pixels.
const CROSSING_COST: f64 = 80.0;

/// What is in the way in a plot.
#[derive(Debug, Clone)]
pub struct Plot {
    /// The plot; labels stay inside.
    pub area: Area,
    /// The curves in pixels.
    pub curves: Vec<Vec<(f64, f64)>>,
    /// Places of upright lines, which a label should not cross.
    pub uprights: Vec<f64>,
    /// Labels that stand already.
    pub places: Places,
}

/// A wished place: base line of the first line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wish {
    /// In pixels from the left.
    pub x: f64,
    /// In pixels from the top.
    pub y: f64,
    /// Which end of the text stands there.
    pub anchor: Anchor,
}

impl Plot {
    /// The best place for a label, which is then taken: a wished one, else the nearest
    /// free one within `reach` pixels of the first wish. None when nothing is free.
    pub fn settle(&mut self, lines: &[String], bold: bool, wishes: &[Wish], reach: f64) -> Option<Wish> {
        let first = *wishes.first()?;
        if lines.is_empty() {
            return None;
        }
        let wished = self.best(lines, bold, wishes.iter().copied(), |_| 0.0).filter(|(_, cost)| *cost < CROSSING_COST);
        let found = wished.or_else(|| {
            let distance = |wish: &Wish| (wish.x - first.x).hypot(wish.y - first.y);
            self.best(lines, bold, self.grid().filter(|wish| distance(wish) <= reach), distance)
        });
        let (wish, _) = found?;
        self.places.take(block_area(lines, bold, wish.x, wish.y, wish.anchor).grown(3.0));
        Some(wish)
    }

    /// True when nothing is in the way of the rectangle.
    pub fn is_free(&self, area: &Area) -> bool {
        let near = area.grown(4.0);
        self.area.encloses(area) && self.places.is_free(area) && !touches(&self.curves, &near)
    }

    fn best(
        &self,
        lines: &[String],
        bold: bool,
        wishes: impl Iterator<Item = Wish>,
        cost: impl Fn(&Wish) -> f64,
    ) -> Option<(Wish, f64)> {
        let mut best: Option<(Wish, f64)> = None;
        for wish in wishes {
            let area = block_area(lines, bold, wish.x, wish.y, wish.anchor);
            let total = cost(&wish) + self.crossed(&area) as f64 * CROSSING_COST;
            if best.as_ref().is_none_or(|(_, least)| total < *least) && self.is_free(&area) {
                best = Some((wish, total));
            }
        }
        best
    }

    fn crossed(&self, area: &Area) -> usize {
        self.uprights.iter().filter(|x| (area.left - 3.0..=area.right + 3.0).contains(*x)).count()
    }

    fn grid(&self) -> impl Iterator<Item = Wish> + '_ {
        let steps =
            |length: f64| (0..1000_u32).map(move |index| f64::from(index) * GRID).take_while(move |at| *at < length);
        let area = self.area;
        steps(area.height()).flat_map(move |down| {
            steps(area.width()).map(move |right| Wish {
                x: area.left + right,
                y: area.top + down,
                anchor: Anchor::Start,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(curves: Vec<Vec<(f64, f64)>>) -> Plot {
        Plot { area: Area::new(0.0, 0.0, 200.0, 100.0), curves, uprights: vec![], places: Places::default() }
    }

    #[test]
    fn a_wish_in_the_way_of_the_curve_is_not_granted() {
        let mut plot = plot(vec![vec![(0.0, 50.0), (200.0, 50.0)]]);
        let wish = Wish { x: 100.0, y: 52.0, anchor: Anchor::Middle };
        let granted = plot.settle(&["label".to_owned()], false, &[wish], 200.0).unwrap();
        assert!((granted.y - 50.0).abs() > 6.0);
    }

    #[test]
    fn two_labels_with_one_wish_stand_apart() {
        let mut plot = plot(vec![]);
        let wish = Wish { x: 100.0, y: 50.0, anchor: Anchor::Start };
        let one = plot.settle(&["label".to_owned()], false, &[wish], 200.0).unwrap();
        let other = plot.settle(&["label".to_owned()], false, &[wish], 200.0).unwrap();
        assert_ne!(one, other);
    }

    #[test]
    fn a_label_larger_than_the_plot_has_no_place() {
        let wish = Wish { x: 0.0, y: 50.0, anchor: Anchor::Start };
        assert!(plot(vec![]).settle(&["w".repeat(90)], false, &[wish], 200.0).is_none());
        assert!(plot(vec![]).settle(&[], false, &[wish], 200.0).is_none());
    }
}
