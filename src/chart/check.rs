//! What every drawing must be, for the tests of the kinds: sound XML with finite places,
//! and labels that neither touch each other nor leave the picture.
//!
//! In: SVG text or a canvas. Out: a failed assertion that names the text. Test code only.

use super::Variant;
use super::canvas::Canvas;
use super::series::{Bucket, Series};
use super::time_axis::TimeScale;
use super::value_axis::ValueFormat;

/// One minute in microseconds.
pub(super) const MINUTE: i64 = 60_000_000;
/// Text as an attacker or a careless tool would write it.
pub(super) const HOSTILE: &str =
    "<script>alert(\"x\")</script> & 'y' \u{202E}\u{0}\u{7}\n]]>&#x41; with words that never end";

/// Both variants.
pub(super) const VARIANTS: [Variant; 2] = [Variant::Wide, Variant::Narrow];

/// Fails unless the text is well-formed, holds no foreign element and only finite places.
pub(super) fn sound(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    for (index, part) in svg.split('<').enumerate().skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or_else(|| panic!("tag {index} is not closed: {part}"));
        assert!(!text.contains('>'), "a bare > in {text}");
        sound_entities(text);
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        let known = ["svg", "title", "desc", "line", "polyline", "polygon", "rect", "circle", "text"];
        assert!(known.contains(&name), "unexpected element {name}");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else {
            sound_attributes(tag, name);
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    assert!(!svg.chars().any(|c| (c.is_control() && c != '\n') || ('\u{202A}'..='\u{202E}').contains(&c)));
}

/// Fails when two texts overlap or one leaves the picture.
pub(super) fn labels_apart(canvas: &Canvas, variant: Variant) {
    let areas = canvas.text_areas();
    for (index, (area, text)) in areas.iter().enumerate() {
        assert!(area.left >= -0.5 && area.right <= variant.width() + 0.5, "{text} leaves the picture: {area:?}");
        for (other, other_text) in &areas[..index] {
            assert!(!area.grown(-1.0).overlaps(&other.grown(-1.0)), "{text} is on {other_text}");
        }
    }
}

/// A scale of `minutes` from zero with ticks at every tenth of it.
pub(super) fn time(minutes: i64) -> TimeScale {
    let ticks: Vec<(i64, String)> =
        (1..5).map(|index| (index * minutes * MINUTE / 5, format!("2{index}:00"))).collect();
    TimeScale { start: 0, end: minutes * MINUTE, narrow_ticks: ticks[1..3].to_vec(), ticks }
}

/// A series of one value per minute.
pub(super) fn per_minute(values: impl IntoIterator<Item = Option<f64>>) -> Series {
    let bucket = |(index, value): (usize, Option<f64>)| Bucket {
        at: i64::try_from(index).unwrap() * MINUTE,
        value,
        low: value.map(|value| value * 0.9),
        high: value.map(|value| value * 1.1),
    };
    Series { bucket: MINUTE, buckets: values.into_iter().enumerate().map(bucket).collect() }
}

/// Series that have broken charts before: nothing, one point, zero, constant, gaps, far
/// too large, endless, ten thousand points.
pub(super) fn difficult_series() -> Vec<Series> {
    let gaps = (0..150).map(|index| if index % 7 == 3 { None } else { Some(f64::from(index)) });
    let mut many = per_minute((0..10_000).map(|index| Some(f64::from(index % 97))));
    many.bucket = MINUTE * 150 / 10_000;
    for (index, bucket) in many.buckets.iter_mut().enumerate() {
        bucket.at = i64::try_from(index).unwrap() * many.bucket;
    }
    vec![
        Series::default(),
        per_minute([Some(0.4)]),
        per_minute(vec![Some(0.0); 150]),
        per_minute(vec![Some(3.0); 150]),
        per_minute(gaps),
        per_minute([Some(1e300), Some(f64::NAN), Some(f64::INFINITY), None, Some(-5.0)]),
        many,
    ]
}

/// Words with a percent sign.
pub(super) fn percent() -> ValueFormat {
    ValueFormat::new(|value, has_unit| format!("{:.0}{}", value * 100.0, if has_unit { "%" } else { "" }))
}

fn sound_entities(text: &str) {
    for part in text.split('&').skip(1) {
        let entity = part.split(';').next().unwrap();
        assert!(["lt", "gt", "amp", "quot", "apos"].contains(&entity), "unknown entity in {text}");
    }
}

fn sound_attributes(tag: &str, name: &str) {
    let words = tag.trim_end_matches('/')[name.len()..].trim();
    let mut rest = words;
    while let Some((key, after)) = rest.split_once("=\"") {
        let (value, left) = after.split_once('"').expect("the value is closed");
        sound_entities(value);
        let is_place =
            ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "points"].contains(&key.trim());
        for number in value.split([' ', ',']).filter(|_| is_place) {
            assert!(number.parse::<f64>().is_ok_and(f64::is_finite), "{key} is {number} in {tag}");
        }
        rest = left;
    }
    assert!(rest.trim().is_empty(), "stray text in {tag}");
}
