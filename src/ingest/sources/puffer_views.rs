//! Daily data of Stanford Puffer (CSV): playback events of the clients, into table `sli_counts`,
//! and what the servers sent and clients acknowledged, into `metric_samples`.
//!
//! Vendor: <https://puffer.stanford.edu/data-description/>. Three lines of `client_buffer`:
//! ```text
//! time (ns GMT),session_id,index,expt_id,channel,event,buffer,cum_rebuf
//! 1795377848002000000,aB3+invented/Token=,0,601,nbc,init,0,0
//! 1795377848911000000,aB3+invented/Token=,0,601,nbc,startup,2.002,0.412
//! ```
//! A stream, which is one channel watched in one session, is a view. It counts in the minute of
//! its `init`, as bad when no later event says that it ever played; a stream that was on before
//! the file begins does not count. Stalls are metric `rebuffer`, the number of events in a
//! minute. The other files, which have a row for each chunk, become means over a minute, each in
//! the unit of the file. Rows come grouped by server and not sorted, so both wait for the end of
//! the file. Sessions leave no trace. Does not read `expt_settings` and `stream_stats`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::ingest::rows::Rows;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time;
use crate::ingest::values::NumberFormat;
use crate::schema::{metric_samples, sli_counts};

const MINUTE: i64 = 60_000_000;

/// What numbers are multiplied by before they are added up as whole ones, so that a mean does
/// not depend on the order in which the rows were read.
const SCALE: f64 = 1e6;

/// Measured columns and their units.
const MEASURES: &[(&str, &str)] = &[
    ("size", "bytes"),
    ("ssim_index", ""),
    ("cwnd", "packets"),
    ("in_flight", "packets"),
    ("min_rtt", "us"),
    ("rtt", "us"),
    ("delivery_rate", "bytes/s"),
    ("buffer", "s"),
];

/// Daily data of Puffer.
#[derive(Debug)]
pub struct PufferViews;

impl Source for PufferViews {
    fn name(&self) -> &'static str {
        "puffer_views"
    }

    fn about(&self) -> &'static str {
        "Daily data of Stanford Puffer (CSV): `client_buffer`, `video_sent`, `video_acked`, `video_size`, `ssim`"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["sli_counts", "metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let header = sample.csv_header(&["time (ns GMT)", "channel"])?;
        Some(Layout::Csv { header: Some(header), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let at = |name: &str| file.column(name, &[name]);
        let time = at("time (ns GMT)").ok_or("expected a column `time (ns GMT)`, found none")?;
        let event = at("event");
        let measures = MEASURES.iter().filter(|_| event.is_none());
        Ok(Box::new(Reader {
            time,
            channel: at("channel"),
            stream: [at("session_id"), at("index")],
            event,
            measures: measures.filter_map(|(name, unit)| Some((at(name)?, *name, *unit))).collect(),
            numbers: NumberFormat::learn(&[], Some('.')),
            found: Mutex::default(),
        }))
    }
}

#[derive(Debug)]
struct Reader {
    time: usize,
    channel: Option<usize>,
    stream: [Option<usize>; 2],
    event: Option<usize>,
    measures: Vec<(usize, &'static str, &'static str)>,
    numbers: NumberFormat,
    found: Mutex<Found>,
}

/// What the records said so far.
#[derive(Debug, Default)]
struct Found {
    streams: BTreeMap<u128, Stream>,
    /// Stalls by minute and channel.
    stalls: BTreeMap<(i64, String), i64>,
    /// Sum and count of a measure by minute and channel.
    means: BTreeMap<(i64, String, &'static str, &'static str), (i128, i64)>,
}

/// One channel watched in one session.
#[derive(Debug, Default)]
struct Stream {
    channel: String,
    began: Option<i64>,
    started: Option<i64>,
    /// Whether any event shows a picture.
    has_played: bool,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        if out.is_rehearsal() {
            return Ok(());
        }
        let record = record.csv()?;
        if let Err(reason) = self.row(record) {
            let session: Vec<usize> = self.stream[0].into_iter().collect();
            out.reject(reason, &record.without(&session));
        }
        Ok(())
    }

    fn finish(&self, out: &mut Rows) {
        let Ok(mut found) = self.found.lock() else { return };
        let found = std::mem::take(&mut *found);
        let mut views: BTreeMap<(i64, String, bool), i64> = BTreeMap::new();
        for stream in found.streams.into_values() {
            // The record of its beginning may be broken; the one of its picture shows it too.
            let Some(began) = stream.began.or(stream.started) else { continue };
            *views.entry((minute(began), stream.channel, !stream.has_played)).or_default() += 1;
        }
        for ((at, channel, is_bad), count) in views {
            let mut row = out.row(&sli_counts::TABLE);
            row.time(sli_counts::TIME, Some(at))
                .int(sli_counts::TOTAL, Some(count))
                .int(sli_counts::BAD, Some(if is_bad { count } else { 0 }))
                .text(sli_counts::ERROR_KIND, if is_bad { "exit before start" } else { "" })
                .dimension("channel", &channel);
            row.finish();
        }
        for ((at, channel), count) in found.stalls {
            sample(at, &channel, ("rebuffer", "count", ""), count as f64, out);
        }
        for ((at, channel, name, unit), (sum, count)) in found.means {
            sample(at, &channel, (name, "avg", unit), sum as f64 / SCALE / count as f64, out);
        }
    }
}

impl Reader {
    fn row(&self, record: &CsvRecord) -> Result<(), String> {
        let written = record.field(self.time);
        let at = time::epoch(written).ok_or_else(|| format!("expected epoch nanoseconds, found `{written}`"))?;
        let channel = self.channel.map_or("", |at| record.field(at));
        match self.event {
            Some(event) => self.event(at, channel, record.field(event), record),
            None => self.chunk(at, channel, record),
        }
    }

    fn event(&self, at: i64, channel: &str, event: &str, record: &CsvRecord) -> Result<(), String> {
        let [session, index] = self.stream.map(|at| at.map_or("", |at| record.field(at)));
        if session.is_empty() {
            return Err("expected a value in `session_id`, found none".into());
        }
        let kind = fold(event);
        if !["init", "startup", "play", "timer", "rebuffer"].contains(&kind.as_str()) {
            return Err(format!("expected init, startup, play, timer or rebuffer in `event`, found `{event}`"));
        }
        // The sessions of a day need not be kept as texts.
        let hash = blake3::hash(format!("{session}\n{index}").as_bytes());
        let (low, _) = hash.as_bytes().split_first_chunk::<16>().expect("a hash has 32 bytes");
        let mut found = self.found.lock().map_err(|_| "expected the records before to be readable")?;
        let stream = found.streams.entry(u128::from_le_bytes(*low)).or_default();
        let earliest = |known: Option<i64>| Some(known.map_or(at, |known| known.min(at)));
        match kind.as_str() {
            "init" => stream.began = earliest(stream.began),
            "startup" => stream.started = earliest(stream.started),
            _ => {}
        }
        stream.has_played |= matches!(kind.as_str(), "startup" | "play" | "rebuffer");
        if stream.channel.is_empty() {
            channel.clone_into(&mut stream.channel);
        }
        if kind == "rebuffer" {
            *found.stalls.entry((minute(at), channel.to_owned())).or_default() += 1;
        }
        Ok(())
    }

    fn chunk(&self, at: i64, channel: &str, record: &CsvRecord) -> Result<(), String> {
        let mut values = Vec::with_capacity(self.measures.len());
        for (column, name, unit) in &self.measures {
            let number = self.numbers.parse(record.field(*column)).map_err(|reason| format!("{reason} in `{name}`"))?;
            values.extend(number.map(|number| (*name, *unit, scaled(number))));
        }
        let mut found = self.found.lock().map_err(|_| "expected the records before to be readable")?;
        for (name, unit, value) in values {
            let mean = found.means.entry((minute(at), channel.to_owned(), name, unit)).or_default();
            mean.0 += value;
            mean.1 += 1;
        }
        Ok(())
    }
}

fn sample(at: i64, channel: &str, (name, statistic, unit): (&str, &str, &str), value: f64, out: &mut Rows) {
    let mut row = out.row(&metric_samples::TABLE);
    row.time(metric_samples::TIME, Some(at))
        .text(metric_samples::ENTITY, "puffer")
        .text(metric_samples::METRIC, name)
        .text(metric_samples::STATISTIC, statistic)
        .float(metric_samples::VALUE, Some(value))
        .text(metric_samples::UNIT, unit)
        .dimension("channel", channel);
    row.finish();
}

fn minute(at: i64) -> i64 {
    at - at.rem_euclid(MINUTE)
}

#[expect(clippy::cast_possible_truncation, reason = "an i128 holds any measure, and a cast of one beyond it saturates")]
fn scaled(number: f64) -> i128 {
    (number * SCALE).round() as i128
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const HEADER: &str = "time (ns GMT),session_id,index,expt_id,channel,event,buffer,cum_rebuf\n";

    #[test]
    fn a_stream_counts_in_the_minute_in_which_it_began() {
        let text = format!(
            "{HEADER}1795377850161000000,a+/=,0,1,nbc,rebuffer,0,0.4\n1795377848911000000,a+/=,0,1,nbc,startup,2.002,0.412\n\
             1795377848002000001,a+/=,0,1,nbc,init,0,0\n1795377848002000000,a+/=,1,1,cbs,init,0,0\n\
             1795377858002000000,a+/=,1,1,cbs,timer,0,0\n1795377910000000000,b,0,1,nbc,timer,9,0\n\
             soon,b,0,1,nbc,init,9,0\n1795377848002000000,b,0,1,nbc,explode,9,0\n"
        );
        let piece = read(&PufferViews, "client_buffer_2026-11-22T11_2026-11-23T11.csv", &text);
        assert_eq!(
            rows_of(&piece, "sli_counts"),
            [
                "time=2026-11-22T20:04:00Z total=1 bad=1 error_kind=exit before start channel=cbs",
                "time=2026-11-22T20:04:00Z total=1 bad=0 channel=nbc",
            ]
        );
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            ["time=2026-11-22T20:04:00Z entity=puffer metric=rebuffer statistic=count value=1.0 channel=nbc"]
        );
        assert_eq!(
            reasons(&piece),
            [
                "expected epoch nanoseconds, found `soon`",
                "expected init, startup, play, timer or rebuffer in `event`, found `explode`",
            ]
        );
    }

    #[test]
    fn chunks_become_means_of_a_minute() {
        let text = "time (ns GMT),format,channel,video_ts,ssim_index\n1795377848002000000,1280x720-22,nbc,0,0.98\n\
                    1795377849002000000,1280x720-22,nbc,0,0.96\n1795377849002000000,1280x720-22,nbc,0,x\n";
        let piece = read(&PufferViews, "ssim_2026-11-22T11_2026-11-23T11.csv", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            ["time=2026-11-22T20:04:00Z entity=puffer metric=ssim_index statistic=avg value=0.97 channel=nbc"]
        );
        assert_eq!(reasons(&piece), ["expected a number, found `x` in `ssim_index`"]);
    }
}
