//! Argo CD applications with their deployment history (`argocd app list -o json`, `kubectl get
//! applications -o json`), into table `changes`.
//!
//! Vendor: <https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml>. Three
//! lines of it:
//! ```text
//! {"kind":"List","items":[{"kind":"Application","metadata":{"name":"origin"},
//!   "status":{"history":[{"id":0,"revision":"2f3ea1d7","deployedAt":"2026-11-21T19:17:19Z",
//!   "source":{"repoURL":"https://git.example/origin","targetRevision":"v7.1.0"}}]}}]}
//! ```
//! Times are UTC. One row is one entry of the history, which keeps the last ten by default; an
//! application without history has the operation that succeeded last. The last operation is told
//! when it failed, since it may have changed a part. Health is not read.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::{layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::schema::changes as table;

/// Applications of Argo CD.
#[derive(Debug)]
pub struct ArgocdApplications;

impl Source for ArgocdApplications {
    fn name(&self) -> &'static str {
        "argocd_applications"
    }

    fn about(&self) -> &'static str {
        "Applications of Argo CD with their deployment history, from `argocd app list -o json` or kubectl"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["changes"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &["items[]"], is_application)
    }

    fn reader(&self, _file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Applications { time: TimeFormat::iso(&TimeZone::UTC) }))
    }
}

struct Applications {
    time: TimeFormat,
}

impl RecordReader for Applications {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let application = record.json()?;
        let kind = text(&application["kind"]);
        // A list of kubectl may hold other objects.
        if !matches!(kind, "" | "Application") {
            return Ok(());
        }
        let name = text(&application["metadata"]["name"]);
        if name.is_empty() {
            return Err("expected an application with `metadata.name`, found none".into());
        }
        let status = &application["status"];
        let history = status["history"].as_array().map_or(&[][..], Vec::as_slice);
        for entry in history {
            if let Err(reason) = self.add(name, entry, "deployedAt", out) {
                out.reject(reason, name);
            }
        }
        let last = &status["operationState"];
        let phase = text(&last["phase"]);
        if matches!(phase, "Failed" | "Error") || history.is_empty() && phase == "Succeeded" {
            return self.add(name, last, "finishedAt", out);
        }
        Ok(())
    }
}

impl Applications {
    fn add(&self, name: &str, entry: &Value, at: &str, out: &mut Rows) -> Result<(), String> {
        let time = self.time.parse(text(&entry[at])).map_err(|reason| format!("{reason} in `{at}`"))?;
        let source = if entry["source"].is_object() { &entry["source"] } else { &entry["sources"][0] };
        let by =
            if entry["initiatedBy"].is_object() { &entry["initiatedBy"] } else { &entry["operation"]["initiatedBy"] };
        let is_automatic = by["automated"].as_bool() == Some(true);
        out.person(text(&by["username"]));
        let is_failed = matches!(text(&entry["phase"]), "Failed" | "Error");
        let summary = format!("{}{}", summary(entry, source), if is_failed { " [failed]" } else { "" });
        let url = out.redacted(text(&source["repoURL"]));
        out.row(&table::TABLE)
            .time(table::TIME, time)
            .text(table::ENTITY, name)
            .text(table::KIND, "deployment")
            .text(table::SUMMARY, summary.trim())
            .text(table::ACTOR_ROLE, if is_automatic { "automation" } else { "" })
            .text(table::URL, &url)
            .finish();
        Ok(())
    }
}

/// The list of the command line does not name the kind of its items.
fn is_application(value: &Value) -> bool {
    let spec = &value["spec"];
    match text(&value["kind"]) {
        "Application" => value.get("status").is_some() || text(&value["apiVersion"]).starts_with("argoproj.io"),
        "" => spec.get("destination").is_some() && (spec.get("source").is_some() || spec.get("sources").is_some()),
        _ => false,
    }
}

/// The revision that was asked for, when it says more than a branch, and the short hash.
fn summary(entry: &Value, source: &Value) -> String {
    let target = text(&source["targetRevision"]);
    let target = if matches!(target, "HEAD" | "main" | "master") { "" } else { target };
    let revisions = [&entry["revision"], &entry["revisions"][0], &entry["syncResult"]["revision"]];
    let revision = revisions.into_iter().map(text).find(|revision| !revision.is_empty()).unwrap_or_default();
    let is_hash = revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    let short = if is_hash { &revision[..7] } else { revision };
    let both = if target.contains(short) { target.to_owned() } else { format!("{target} {short}") };
    both.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn every_entry_of_the_history_is_a_change() {
        let text = r#"{"kind":"List","items":[
            {"kind":"Application","apiVersion":"argoproj.io/v1alpha1","metadata":{"name":"origin"},"status":{"history":[
                {"revision":"2f3ea1d772c3657fcfa26df3d56a09edcb8b6d45","deployedAt":"2027-02-03T19:17:19Z","source":{"repoURL":"https://git.example/origin","targetRevision":"v7.1.0"},"initiatedBy":{"automated":true}},
                {"revision":"é","deployedAt":"2027-02-03T20:17:19Z","initiatedBy":{"username":"amorvane"}},
                {"deployedAt":"not a time"}]}},
            {"kind":"Application","metadata":{},"status":{}},
            {"kind":"Service","metadata":{"name":"x"}}]}"#;
        let piece = read(&ArgocdApplications, "apps.json", text);
        assert_eq!(
            rows_of(&piece, "changes"),
            [
                "time=2027-02-03T19:17:19Z entity=origin kind=deployment summary=v7.1.0 2f3ea1d actor_role=automation url=https://git.example/origin",
                "time=2027-02-03T20:17:19Z entity=origin kind=deployment summary=é",
            ]
        );
        assert_eq!(
            reasons(&piece),
            [
                "expected a time, found `not a time` in `deployedAt`",
                "expected an application with `metadata.name`, found none"
            ]
        );
        assert_eq!(piece.people, ["amorvane"]);
    }

    #[test]
    fn a_failed_operation_is_told_and_no_login_is_kept() {
        let text = r#"[{"metadata":{"name":"origin"},"spec":{"destination":{},"source":{}},"status":{
            "history":[{"revision":"v7","deployedAt":"2027-02-03T19:17:19Z","source":{"repoURL":"https://bot:s3cr3tpassword@git.example/origin"}}],
            "operationState":{"phase":"Failed","finishedAt":"2027-02-03T20:02:00Z","syncResult":{"revision":"v8"}}}}]"#;
        let rows = rows_of(&read(&ArgocdApplications, "apps.json", text), "changes");
        assert!(!rows[0].contains("s3cr3t") && rows[0].contains("git.example/origin"), "{}", rows[0]);
        assert_eq!(rows[1], "time=2027-02-03T20:02:00Z entity=origin kind=deployment summary=v8 [failed]");
    }

    #[test]
    fn events_of_the_cluster_are_not_applications() {
        let sample = crate::ingest::sources::testing::sample("e.json", r#"{"kind":"List","items":[{"kind":"Event"}]}"#);
        assert_eq!(ArgocdApplications.recognise(&sample), None);
    }
}
