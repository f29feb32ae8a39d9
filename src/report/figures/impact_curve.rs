//! The impact curve: failing share of the slice that was hit and of all others, with complaints below.
//!
//! In: `impact_over_time`, `localisation`, `milestones`, `incident_window`, `complaints_over_time`. Out: a [`Figure`]. It
//! decides no peak of its own but the highest bucket that is drawn. Buckets of few attempts are summed into longer ones.

use super::super::ReportError;
use super::Figure;
use super::curve::{self, coarse, hit, in_time, share_between, shares, worst};
use super::scene::{Scene, thin, word};
use crate::catalog::rows::Row;
use crate::chart::impact_curve::Peak;
use crate::chart::{Alt, ImpactCurveChart, Kind, Text, Variant};

/// Name of the chart.
pub(super) const NAME: &str = "impact_curve";
const QUERY: &str = "impact_over_time";

/// Both series and the worst moment of the first.
struct Data {
    slice: Vec<Row>,
    others: Vec<Row>,
    bucket: i64,
    name: String,
    claims: usize,
    peak: Option<usize>,
}

/// Draws the figure.
pub(super) fn figure(scene: &Scene<'_>) -> Result<Figure, ReportError> {
    let data = Data::read(scene)?;
    if data.slice.is_empty() {
        return scene.empty(NAME, Kind::ImpactCurve, "chart-impact-voice", QUERY);
    }
    let chart = chart(scene, &data)?;
    Ok(Figure {
        caption: caption(scene, &data)?,
        note: scene.say("chart-impact-note", &[("bucket", word(scene.locale.duration(data.bucket as f64 / 1e6)))])?,
        wide: chart.draw(NAME, Variant::Wide),
        narrow: chart.draw(NAME, Variant::Narrow),
        title: chart.alt.title,
        description: chart.alt.description,
        columns: columns(scene, &data)?,
        rows: table(scene, &data),
        query: QUERY.to_owned(),
    })
}

impl Data {
    fn read(scene: &Scene<'_>) -> Result<Self, ReportError> {
        let shown = |row: &Row| row.int("time").is_some_and(|at| (scene.time.start..=scene.time.end).contains(&at));
        let rows = in_time(scene.results.rows(QUERY)).into_iter().filter(shown);
        let (slice, others): (Vec<Row>, Vec<Row>) = rows.partition(|row| row.text("segment") == Some("slice"));
        let (name, claims) = hit(scene)?;
        let bucket = curve::calm_bucket(&slice, scene.end - scene.start);
        let is_calm = bucket == curve::bucket(&slice);
        let (slice, others) = if is_calm { (slice, others) } else { (coarse(&slice, bucket), coarse(&others, bucket)) };
        let peak = worst(&slice, scene.start, scene.end.max(scene.start + 1));
        Ok(Self { slice, others, bucket, name, claims, peak })
    }

    /// Start and share of the worst moment.
    fn worst(&self) -> Option<(i64, f64)> {
        let row = &self.slice[self.peak?];
        Some((row.int("time")?, row.float("bad_ratio")?))
    }
}

fn chart(scene: &Scene<'_>, data: &Data) -> Result<ImpactCurveChart, ReportError> {
    Ok(ImpactCurveChart {
        alt: alt(scene, data)?,
        time: scene.time.clone(),
        waves: labelled_waves(scene)?,
        milestones: curve::milestones(scene, &[])?,
        title: scene.both("chart-impact-title", &[])?,
        slice: shares(&data.slice, data.bucket),
        slice_label: data.name.clone().into(),
        others: shares(&data.others, data.bucket),
        others_label: others_label(scene, data)?,
        format: scene.share_ticks(),
        peak: peak(scene, data)?,
        window: window(scene)?,
        complaints: curve::complaints(scene)?,
        no_data: scene.say("chart-no-data", &[])?,
        missing: String::new(),
    })
}

/// The waves, numbered when there are two or three.
pub(super) fn labelled_waves(scene: &Scene<'_>) -> Result<Vec<crate::chart::Wave>, ReportError> {
    let mut waves = scene.waves.clone();
    if (2..=3).contains(&waves.len()) {
        for (index, wave) in waves.iter_mut().enumerate() {
            wave.label = Some(scene.say("chart-wave", &[("n", word((index + 1).to_string()))])?);
        }
    }
    Ok(waves)
}

fn others_label(scene: &Scene<'_>, data: &Data) -> Result<Text, ReportError> {
    match share_between(&data.others, scene.start, scene.end) {
        Some(share) => scene.both("chart-others", &[("share", word(scene.share(share)))]),
        None => Ok(Text::default()),
    }
}

fn peak(scene: &Scene<'_>, data: &Data) -> Result<Option<Peak>, ReportError> {
    let (Some((at, value)), Some(index)) = (data.worst(), data.peak) else { return Ok(None) };
    let row = &data.slice[index];
    let first = scene.say("chart-peak", &[("share", word(scene.share(value))), ("time", word(scene.time(at)))])?;
    let interval = scene.share_interval(row.float("low"), row.float("high"));
    // An interval that rounds to the value itself says nothing.
    let second = interval.contains('–').then(|| format!("({interval})"));
    let lines = std::iter::once(first).chain(second).collect();
    Ok(Some(Peak { at: at + data.bucket / 2, value, lines }))
}

/// The bracket: the measured window, or the one the figures are for when none was measured.
fn window(scene: &Scene<'_>) -> Result<Option<(i64, i64, Text)>, ReportError> {
    let row = scene.results.row("incident_window");
    let measured = row.int("start_at");
    let start = measured.unwrap_or(scene.start);
    let end = if measured.is_some() { row.int("end_at") } else { Some(scene.end) };
    let words = match (measured, end) {
        (Some(_), Some(end)) => scene.both("chart-window", &[("duration", word(scene.short_span(start, end)))])?,
        (Some(_), None) => scene.both("chart-window-open", &[])?,
        (None, _) => scene.both("chart-window-declared", &[])?,
    };
    Ok(Some((start, end.unwrap_or(scene.end).max(start), words)))
}

fn caption(scene: &Scene<'_>, data: &Data) -> Result<String, ReportError> {
    let Some((at, share)) = data.worst() else { return scene.say("chart-impact-caption-none", &[]) };
    let arguments = [("share", word(scene.share(share))), ("time", word(scene.time(at)))];
    let [share, time] = arguments;
    match data.claims {
        0 => scene.say("chart-impact-caption-all", &[share, time]),
        1 => scene.say("chart-impact-caption", &[share, time, ("slice", word(data.name.as_str()))]),
        _ => scene.say("chart-impact-caption-many", &[share, time, ("slices", word(data.name.as_str()))]),
    }
}

fn alt(scene: &Scene<'_>, data: &Data) -> Result<Alt, ReportError> {
    let title = scene.say("chart-impact-voice", &[("place", word(scene.place()?))])?;
    let spoken =
        |share: Option<f64>| share.map_or_else(|| scene.say("not-known", &[]), |share| scene.spoken_share(share));
    let (at, top) = data.worst().map_or((scene.start, None), |(at, share)| (at, Some(share)));
    let mut sentences = vec![scene.say(
        "chart-impact-describe",
        &[
            ("duration", word(scene.span(scene.time.start, scene.time.end)?)),
            ("slice", word(data.name.as_str())),
            ("before", word(spoken(share_between(&data.slice, scene.time.start, scene.start - data.bucket))?)),
            ("start", word(scene.time(scene.start))),
            ("top", word(spoken(top)?)),
            ("at", word(scene.time(at))),
            ("after", word(spoken(share_between(&data.slice, scene.end, scene.time.end))?)),
            ("end", word(scene.time(scene.end))),
        ],
    )?];
    if let Some(share) = share_between(&data.others, scene.start, scene.end) {
        sentences.push(scene.say("chart-impact-describe-others", &[("share", word(scene.spoken_share(share)?))])?);
    }
    let complaints = in_time(scene.results.rows("complaints_over_time"));
    if let Some((at, most)) = curve::most_complaints(&complaints) {
        let arguments = [("n", word(scene.locale.integer(most))), ("time", word(scene.time(at)))];
        sentences.push(scene.say("chart-impact-describe-complaints", &arguments)?);
    }
    Ok(Alt { title, description: sentences.join(" ") })
}

fn columns(scene: &Scene<'_>, data: &Data) -> Result<Vec<String>, ReportError> {
    let mut columns = scene.heads(&["column-time"])?;
    columns.push(scene.say("chart-column-failing", &[("slice", word(data.name.as_str()))])?);
    columns.extend(scene.heads(&["chart-column-interval", "chart-column-attempts"])?);
    if !data.others.is_empty() {
        columns.extend(scene.heads(&["chart-column-others"])?);
    }
    Ok(columns)
}

fn table(scene: &Scene<'_>, data: &Data) -> Vec<Vec<String>> {
    let rows: Vec<&Row> = data.slice.iter().collect();
    let share = |row: &Row| row.float("bad_ratio").map_or_else(String::new, |share| scene.share(share));
    let line = |row: &Row| {
        let at = row.int("time").unwrap_or_default();
        let mut cells = vec![
            scene.time(at),
            share(row),
            scene.share_interval(row.float("low"), row.float("high")),
            row.float("total").map_or_else(String::new, |total| scene.locale.integer(total)),
        ];
        if !data.others.is_empty() {
            let other = data.others.iter().find(|other| other.int("time") == Some(at));
            cells.push(other.map_or_else(String::new, share));
        }
        cells
    };
    thin(rows, data.peak).into_iter().map(line).collect()
}
