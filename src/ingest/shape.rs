//! Where the records of a JSON export stand: many tools give the same objects one a line, in an
//! array, inside an envelope, or alone.
//!
//! In: the sample of a file, the places inside an envelope, and a test for one record. Out: the
//! layout under which records are found. It does not look into the records beyond that test.

use serde_json::Value;

use super::source::{Layout, Sample};

/// How many objects are looked at: the first may be a broken or a foreign one.
const LOOKED_AT: usize = 5;

/// The layout when an object of the sample passes `is_record`. `envelope` has paths of the form
/// `"name[]"`, which are answered as a whole, so that all of them are read.
pub fn layout_of(
    sample: &Sample,
    envelope: &'static [&'static str],
    is_record: impl Fn(&Value) -> bool,
) -> Option<Layout> {
    if sample.ndjson.iter().take(LOOKED_AT).any(&is_record) {
        return Some(Layout::Ndjson);
    }
    // Pages of an API, one a line or in a row, are several documents.
    let first = first_document(sample);
    let json = sample.json.as_ref().or(sample.ndjson.first()).or(first.as_ref())?;
    if holds(json, &is_record) {
        return Some(Layout::Json { paths: &["[]"] });
    }
    if is_record(json) {
        return Some(Layout::Json { paths: &[""] });
    }
    let in_envelope =
        envelope.iter().filter_map(|path| json.get(path.trim_end_matches("[]"))).any(|list| holds(list, &is_record));
    in_envelope.then_some(Layout::Json { paths: envelope })
}

/// An identifier, which some tools write as a number; empty when it is neither.
pub fn identifier(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The text of a value; empty when it is not a text.
pub fn text(value: &Value) -> &str {
    value.as_str().map_or("", str::trim)
}

/// The first of several documents in a row, each over several lines, as when pages of an API are
/// appended to one file.
fn first_document(sample: &Sample) -> Option<Value> {
    if sample.json.is_some() || !sample.ndjson.is_empty() || !sample.text.trim_start().starts_with('{') {
        return None;
    }
    serde_json::Deserializer::from_str(&sample.text).into_iter().next()?.ok()
}

fn holds(list: &Value, is_record: &impl Fn(&Value) -> bool) -> bool {
    list.as_array().is_some_and(|items| items.iter().take(LOOKED_AT).any(is_record))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_pen(value: &Value) -> bool {
        value["pen"].is_string()
    }

    fn layout(text: &str) -> Option<Layout> {
        let sample = Sample { json: serde_json::from_str(text).ok(), ..Sample::default() };
        layout_of(&sample, &["pens[]"], is_pen)
    }

    #[test]
    fn finds_records_in_every_wrapping() {
        assert_eq!(layout(r#"[{"pen":"a"}]"#), Some(Layout::Json { paths: &["[]"] }));
        assert_eq!(layout(r#"{"pen":"a"}"#), Some(Layout::Json { paths: &[""] }));
        assert_eq!(layout(r#"{"pens":[{"pen":"a"}]}"#), Some(Layout::Json { paths: &["pens[]"] }));
        assert_eq!(layout(r#"{"pens":[]}"#), None);
        assert_eq!(layout("[]"), None);
        assert_eq!(layout("17"), None);
    }

    #[test]
    fn looks_past_a_foreign_first_line() {
        let ndjson = vec![serde_json::json!({}), serde_json::json!({"pen": "a"})];
        let sample = Sample { ndjson, ..Sample::default() };
        assert_eq!(layout_of(&sample, &[], is_pen), Some(Layout::Ndjson));
    }

    #[test]
    fn finds_records_in_several_documents_in_a_row() {
        let pages = |text: &str| layout_of(&Sample { text: text.into(), ..Sample::default() }, &["pens[]"], is_pen);
        assert_eq!(pages("{\n \"pen\": \"a\"\n}\n{\n \"pen\""), Some(Layout::Json { paths: &[""] }));
        assert_eq!(pages("{\"pens\": [{\n \"pen\": \"a\"}]}\n{"), Some(Layout::Json { paths: &["pens[]"] }));
        assert_eq!(pages("{pen} a\n"), None);
    }

    #[test]
    fn identifiers_are_texts_or_numbers() {
        assert_eq!(identifier(&serde_json::json!(88001)), "88001");
        assert_eq!(identifier(&serde_json::json!(" x ")), "x");
        assert_eq!(identifier(&Value::Null), "");
    }

    macro_rules! exports {
        ($($source:ident::$name:ident $file:literal),* $(,)?) => {
            [$((
                &crate::ingest::sources::$source::$name as &dyn crate::ingest::source::Source,
                &include_bytes!(concat!("../../tests/ingest/", stringify!($source), "/input.", $file))[..],
            )),*]
        };
    }

    #[test]
    fn each_export_is_taken_by_its_own_source_alone() {
        let exports = exports![
            zendesk_tickets::ZendeskTickets "json", brandwatch_mentions::BrandwatchMentions "csv",
            mention_mentions::MentionMentions "json", outage_button::OutageButton "csv",
            meltwater_mentions::MeltwaterMentions "csv", listening_mentions::ListeningMentions "csv",
            x_posts::XPosts "json", x_archive::XArchive "js", intercom_conversations::IntercomConversations "json",
            freshdesk_tickets::FreshdeskTickets "csv",
            surveymonkey_answers::SurveymonkeyAnswers "csv", google_forms_answers::GoogleFormsAnswers "csv",
            typeform_answers::TypeformAnswers "csv", statuspage_incidents::StatuspageIncidents "json",
            statuspage_history::StatuspageHistory "json", pagerduty_webhooks::PagerdutyWebhooks "ndjson",
            incidentio_csv::IncidentioCsv "csv",
            pagerduty_incidents::PagerdutyIncidents "json", opsgenie_alerts::OpsgenieAlerts "json",
            alertmanager_webhooks::AlertmanagerWebhooks "ndjson", slack_messages::SlackMessages "json",
            github_deployments::GithubDeployments "json", argocd_applications::ArgocdApplications "json",
            jira_issues::JiraIssues "csv", incidentio_incidents::IncidentioIncidents "json",
            firehydrant_incidents::FirehydrantIncidents "json", rootly_incidents::RootlyIncidents "json",
            datadog_incidents::DatadogIncidents "json", kubernetes_events::KubernetesEvents "json",
            jira_issues::JiraIssues "csv", qualtrics_answers::QualtricsAnswers "csv",
        ];
        for (owner, bytes) in exports {
            let (decoded, ..) = match bytes {
                [0xff, 0xfe, ..] => encoding_rs::UTF_16LE.decode(bytes),
                _ if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8.decode(bytes),
                _ => encoding_rs::WINDOWS_1252.decode(bytes),
            };
            let text = decoded.into_owned();
            let sample = crate::ingest::sources::testing::sample("export", &text);
            for (other, _) in exports {
                let is_taken = other.recognise(&sample).is_some();
                assert_eq!(is_taken, other.name() == owner.name(), "{} by {}", owner.name(), other.name());
            }
        }
    }
}
