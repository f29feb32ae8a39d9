use super::*;
use crate::ingest::formats::sample;
use crate::ingest::sources::testing::{read, reasons, rows_of};

fn name_of(path: &str, text: &str) -> Option<&'static str> {
    let sample = sample::build(path, text.into(), true, None);
    super::super::SOURCES
        .iter()
        .filter(|source| source.name().starts_with("tidy_") || source.name().starts_with("mapped_"))
        .find(|source| source.recognise(&sample).is_some())
        .map(|source| source.name())
}

#[test]
fn takes_the_table_with_most_columns() {
    assert_eq!(name_of("x.csv", "time,channel,viewers,total,bad\n"), Some("tidy_sli_counts"));
    assert_eq!(name_of("x.csv", "time,entity,metric,value\n"), Some("tidy_metric_samples"));
    assert_eq!(name_of("x.csv", "source,target\n"), Some("tidy_dependencies"));
    assert_eq!(name_of("x.csv", "time,entity,name,severity,acknowledged_at,resolved_at\n"), Some("tidy_alerts"));
    assert_eq!(
        name_of("x.ndjson", "{\"time\":1,\"total\":2}\n{\"time\":1,\"bad\":2,\"isp\":\"a\"}\n"),
        Some("tidy_sli_counts")
    );
}

#[test]
fn takes_names_in_french_last() {
    assert_eq!(name_of("x.csv", "Horodatage;Région;Tentatives;Échecs\n"), Some("mapped_sli_counts"));
    assert_eq!(name_of("x.csv", "Heure;Canal;Message;Prochain point\n"), Some("mapped_public_messages"));
}

#[test]
fn guesses_nothing_from_two_common_names() {
    assert_eq!(name_of("x.csv", "time,name,colour,size\n"), None);
    assert_eq!(name_of("alerts.csv", "time,name,colour,size\n"), Some("tidy_alerts"));
    assert_eq!(name_of("x.csv", "a,b\n"), None);
}

#[test]
fn reads_counts_with_dimensions_and_refuses_impossible_ones() {
    let text = "time;Région;CDN;total;bad;note\n2026-01-05T19:00:00Z;Nord;par-1;27;1;x\n\
                2026-01-05T19:01:00Z;Nord;par-1;3;4;\n2026-01-05T19:02:00Z;Nord;par-1;-3;0;\n;Nord;par-1;3;0;\n";
    let piece = read(&SLI_COUNTS, "sli.csv", text);
    let rows = rows_of(&piece, "sli_counts");
    assert_eq!(rows, ["time=2026-01-05T19:00:00Z total=27 bad=1 cdn=par-1 note=x region=Nord"]);
    assert_eq!(
        reasons(&piece),
        [
            "expected at most `total` = 3 in `bad`, found 4",
            "expected a count, found `-3` in `total`",
            "expected a value in `time`, found none",
        ]
    );
}

#[test]
fn complaints_store_no_person_as_a_dimension() {
    let text = "date,canal,auteur,message,Nom,E-mail,user_id,Appareil\n\
        2026-01-05T19:00:00Z,forum,viewer_1,no sound,Ada Morvane,a@mail.example,u1,tv\n";
    let piece = read(mapped("complaints").unwrap(), "x.csv", text);
    let rows = rows_of(&piece, "complaints");
    assert!(rows[0].ends_with("body=no sound device=tv") && rows[0].contains("author_key="), "{}", rows[0]);
    assert!(piece.people.contains(&"Ada Morvane".to_owned()));
}

#[test]
fn reads_json_lines_with_late_dimensions() {
    let text = "{\"time\":\"2026-01-05T19:00:00Z\",\"total\":27,\"bad\":0,\"isp\":null}\n\
                {\"time\":\"2026-01-05T19:01:00Z\",\"total\":5,\"bad\":1,\"isp\":\"Orvea\",\"tier\":2}\n[1]\n";
    let piece = read(&SLI_COUNTS, "sli.ndjson", text);
    assert_eq!(rows_of(&piece, "sli_counts")[1], "time=2026-01-05T19:01:00Z total=5 bad=1 isp=Orvea tier=2");
}

#[test]
fn refuses_a_file_that_lacks_a_fixed_column() {
    let sample = sample::build("x.csv", "when,n\n2026-01-05,3\n".into(), true, None);
    let header = ["when".to_owned(), "n".to_owned()];
    let columns = [("time".to_owned(), "moment".to_owned())];
    let file = FileContext {
        sample: &sample,
        layout: &Layout::Csv { header: Some(0), extra: 0 },
        header: &header,
        zone: &jiff::tz::TimeZone::UTC,
        decimal: None,
        columns: &columns,
    };
    assert_eq!(
        mapped("sli_counts").unwrap().reader(&file).err(),
        Some("expected a column `moment`, found none".into())
    );
}
