//! The list of sources, in the order in which they are tried: the canonical tables by their exact
//! columns, then each tool, specific signatures before general ones, then what merely looks like
//! a table or a log. The first that recognises a file reads it.

use crate::ingest::source::Source;

pub mod access_log;
pub mod access_log_json;
mod account_fields;
pub mod akamai_datastream;
pub mod alertmanager_webhooks;
pub mod application_logs;
pub mod argocd_applications;
pub mod avplayer_log;
pub mod brandwatch_mentions;
pub mod cdn_request;
pub mod cloudfront_log;
pub mod cloudwatch_csv;
pub mod cloudwatch_logs;
pub mod cloudwatch_metrics;
pub mod cmcd;
pub mod cmcd_reports;
pub mod container_logs;
pub mod conviva_sessions;
pub mod datadog_event;
pub mod datadog_events;
pub mod datadog_incidents;
pub mod datadog_logs;
pub mod datadog_metrics;
pub mod ecs_logs;
pub mod error_log;
pub mod fastly_logs;
pub mod firehydrant_incidents;
pub mod freshdesk_tickets;
pub mod gcp_logs;
pub mod github_deployments;
pub mod google_forms_answers;
pub mod grafana_csv;
pub mod grafana_logs;
pub mod incident_notes;
pub mod incidentio_csv;
pub mod incidentio_incidents;
pub mod intercom_conversations;
pub mod jira_issues;
pub mod journald;
pub mod json_fields;
pub mod kubernetes_events;
pub mod listening_mentions;
pub mod log_event;
pub mod logfmt;
pub mod loki_logs;
pub mod meltwater_mentions;
pub mod mention_mentions;
pub mod metric_series;
pub mod mux_views;
pub mod newrelic_csv;
pub mod newrelic_nrql;
pub mod opsgenie_alerts;
pub mod otlp_logs;
pub mod otlp_metrics;
pub mod otlp_traces;
pub mod outage_button;
pub mod pagerduty_incidents;
pub mod pagerduty_webhooks;
pub mod prometheus_range;
pub mod puffer_views;
pub mod qualtrics_answers;
pub mod raw_lines;
pub mod rootly_incidents;
pub mod slack_messages;
pub mod statuspage_history;
pub mod statuspage_incidents;
pub mod surveymonkey_answers;
pub mod syslog;
#[cfg(test)]
pub mod testing;
pub mod tidy;
pub mod typeform_answers;
pub mod victoriametrics_csv;
pub mod victoriametrics_export;
pub mod x_archive;
pub mod x_posts;
pub mod zendesk_tickets;

/// Every source, in the order in which they are tried.
pub const SOURCES: &[&dyn Source] = &[
    &tidy::SLI_COUNTS,
    &tidy::METRIC_SAMPLES,
    &tidy::LOG_RECORDS,
    &tidy::DEPENDENCIES,
    &tidy::CHANGES,
    &tidy::ALERTS,
    &tidy::TIMELINE_EVENTS,
    &tidy::PUBLIC_MESSAGES,
    &tidy::COMPLAINTS,
    &tidy::SURVEY_ANSWERS,
    &tidy::OFFERS,
    &tidy::ACTIONS,
    &datadog_metrics::DatadogMetrics,
    &datadog_events::DatadogEvents,
    &datadog_logs::DatadogLogs,
    &newrelic_nrql::NewrelicNrql,
    &loki_logs::LokiLogs,
    &prometheus_range::PrometheusRange,
    &victoriametrics_export::VictoriametricsExport,
    &cloudwatch_metrics::CloudwatchMetrics,
    &cloudwatch_logs::CloudwatchLogs,
    &gcp_logs::GcpLogs,
    &akamai_datastream::AkamaiDatastream,
    &fastly_logs::FastlyLogs,
    &otlp_logs::OtlpLogs,
    &otlp_traces::OtlpTraces,
    &otlp_metrics::OtlpMetrics,
    &ecs_logs::EcsLogs,
    &journald::Journald,
    &mention_mentions::MentionMentions,
    &x_posts::XPosts,
    &x_archive::XArchive,
    &zendesk_tickets::ZendeskTickets,
    &intercom_conversations::IntercomConversations,
    &freshdesk_tickets::FreshdeskTickets,
    &statuspage_incidents::StatuspageIncidents,
    &statuspage_history::StatuspageHistory,
    &pagerduty_webhooks::PagerdutyWebhooks,
    &pagerduty_incidents::PagerdutyIncidents,
    &opsgenie_alerts::OpsgenieAlerts,
    &incidentio_incidents::IncidentioIncidents,
    &firehydrant_incidents::FirehydrantIncidents,
    &datadog_incidents::DatadogIncidents,
    &rootly_incidents::RootlyIncidents,
    &slack_messages::SlackMessages,
    &github_deployments::GithubDeployments,
    &argocd_applications::ArgocdApplications,
    &kubernetes_events::KubernetesEvents,
    &jira_issues::JiraIssues,
    &incidentio_csv::IncidentioCsv,
    &alertmanager_webhooks::AlertmanagerWebhooks,
    &mux_views::MuxViews,
    &puffer_views::PufferViews,
    &conviva_sessions::ConvivaSessions,
    &cloudfront_log::CloudfrontLog,
    &avplayer_log::AvplayerLog,
    &brandwatch_mentions::BrandwatchMentions,
    &meltwater_mentions::MeltwaterMentions,
    &qualtrics_answers::QualtricsAnswers,
    &surveymonkey_answers::SurveymonkeyAnswers,
    &typeform_answers::TypeformAnswers,
    &cloudwatch_csv::CloudwatchCsv,
    &newrelic_csv::NewrelicCsv,
    &grafana_csv::GrafanaCsv,
    &listening_mentions::ListeningMentions,
    &victoriametrics_csv::VictoriametricsCsv,
    &outage_button::OutageButton,
    &google_forms_answers::GoogleFormsAnswers,
    &grafana_logs::GrafanaLogs,
    &cmcd_reports::CmcdReports,
    &container_logs::ContainerLogs,
    &syslog::Syslog,
    &access_log_json::AccessLogJson,
    &access_log::AccessLog,
    &error_log::ErrorLog,
    &logfmt::Logfmt,
    &application_logs::ApplicationLogs,
    &tidy::MAPPED_SLI_COUNTS,
    &tidy::MAPPED_METRIC_SAMPLES,
    &tidy::MAPPED_LOG_RECORDS,
    &tidy::MAPPED_DEPENDENCIES,
    &tidy::MAPPED_CHANGES,
    &tidy::MAPPED_ALERTS,
    &tidy::MAPPED_TIMELINE_EVENTS,
    &tidy::MAPPED_PUBLIC_MESSAGES,
    &tidy::MAPPED_COMPLAINTS,
    &tidy::MAPPED_SURVEY_ANSWERS,
    &tidy::MAPPED_OFFERS,
    &tidy::MAPPED_ACTIONS,
    &raw_lines::RawLines,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Table;

    #[test]
    fn names_are_unique_and_tables_exist() {
        for (at, source) in SOURCES.iter().enumerate() {
            assert!(SOURCES[..at].iter().all(|other| other.name() != source.name()), "{}", source.name());
            assert!(!source.tables().is_empty() && source.tables().iter().all(|name| Table::named(name).is_some()));
        }
    }
}
