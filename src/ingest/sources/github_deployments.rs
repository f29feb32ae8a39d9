//! Deployments, deployment statuses and releases of GitHub (API arrays or webhook payloads, one
//! document or one a line), into table `changes`.
//!
//! Vendor: <https://docs.github.com/en/rest/deployments/deployments>. Three lines of it:
//! ```text
//! [{"id":90011,"sha":"0a1b2c3d","ref":"v7.1.0","environment":"production","description":null,
//!   "created_at":"2026-11-22T19:58:01Z","statuses_url":
//!   "https://api.github.com/repos/exampletv/origin/deployments/90011/statuses"}]
//! ```
//! Times are UTC. A deployment took effect at its `success` status when the record has it, else
//! at its creation (`updated_at` is no finish time); a release when it was published. Statuses
//! that only say pending, queued, in progress or inactive are no change; a failed one is kept
//! and says so. One deployment is one change, whether its own record or that of its success or
//! both are at hand: the first success counts.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::schema::changes as table;

/// Deployments and releases of GitHub.
#[derive(Debug)]
pub struct GithubDeployments;

impl Source for GithubDeployments {
    fn name(&self) -> &'static str {
        "github_deployments"
    }

    fn about(&self) -> &'static str {
        "Deployments, deployment statuses or releases of a GitHub repository, from its API or webhooks (JSON)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["changes"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &[], |value| {
            is_deployment(value)
                || is_status(value)
                || is_release(value)
                || value.get("deployment").is_some_and(is_deployment)
                || value.get("release").is_some_and(is_release)
        })
    }

    fn reader(&self, _file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Changes { time: TimeFormat::iso(&TimeZone::UTC) }))
    }
}

struct Changes {
    time: TimeFormat,
}

impl RecordReader for Changes {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let none = Value::Null;
        let repository = value.get("repository").unwrap_or(&none);
        if let Some(status) = value.get("deployment_status") {
            return self.status(status, &value["deployment"], repository, out);
        }
        if let Some(release) = value.get("release") {
            return self.release(release, repository, out);
        }
        match value.get("deployment").unwrap_or(&value) {
            one if is_deployment(one) => self.deployment(one, repository, out),
            one if is_status(one) => self.status(one, &none, repository, out),
            one if is_release(one) => self.release(one, repository, out),
            _ => Err("expected a deployment, a deployment status or a release, found neither".into()),
        }
    }
}

impl Changes {
    fn at(&self, value: &Value, name: &str) -> Result<Option<i64>, String> {
        self.time.parse(text(&value[name])).map_err(|reason| format!("{reason} in `{name}`"))
    }

    fn deployment(&self, one: &Value, repository: &Value, out: &mut Rows) -> Result<(), String> {
        let statuses = one["statuses"].as_array().into_iter().flatten();
        let success = statuses.into_iter().find(|status| text(&status["state"]) == "success");
        let succeeded = success.map(|status| self.at(status, "created_at")).transpose()?.flatten();
        let time = match succeeded {
            Some(time) => Some(time),
            None => self.at(one, "created_at")?,
        };
        let entity = entity(one, repository);
        let id = deployment_id(&entity, &identifier(&one["id"]));
        add(time, &entity, &summary(one), (&id, succeeded.map_or(0, earliest)), one, out);
        Ok(())
    }

    fn status(&self, one: &Value, deployment: &Value, repository: &Value, out: &mut Rows) -> Result<(), String> {
        let state = text(&one["state"]);
        if !matches!(state, "success" | "failure" | "error") {
            return Ok(());
        }
        let time = self.at(one, "created_at")?;
        let about = if deployment.is_object() { deployment } else { one };
        let summary = summary(about);
        let entity = entity(one, repository);
        if state != "success" {
            let id = identifier(&one["id"]);
            let id = if id.is_empty() { id } else { format!("github:{entity}:status:{id}") };
            add(time, &entity, &format!("{summary} [{state}]"), (&id, 0), one, out);
            return Ok(());
        }
        let known = identifier(&deployment["id"]);
        let address = text(&one["deployment_url"]);
        let number = if known.is_empty() { address.rsplit('/').next().unwrap_or_default() } else { &known };
        let id = deployment_id(&entity, number);
        add(time, &entity, &summary, (&id, time.map_or(0, earliest)), one, out);
        Ok(())
    }

    fn release(&self, one: &Value, repository: &Value, out: &mut Rows) -> Result<(), String> {
        if one["draft"].as_bool() == Some(true) {
            return Ok(());
        }
        let time = match self.at(one, "published_at")? {
            Some(time) => Some(time),
            None => self.at(one, "created_at")?,
        };
        let (tag, name) = (text(&one["tag_name"]), text(&one["name"]));
        let summary = if name.contains(tag) { name.to_owned() } else { format!("{name} {tag}").trim().to_owned() };
        let (entity, id) = (entity(one, repository), identifier(&one["id"]));
        let id = if id.is_empty() { id } else { format!("github:{entity}:release:{id}") };
        add(time, &entity, &format!("release {summary}"), (&id, 0), one, out);
        Ok(())
    }
}

/// Names a deployment; empty when it has no number.
fn deployment_id(entity: &str, number: &str) -> String {
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { format!("github:{entity}:deployment:{number}") } else { String::new() }
}

/// The version of a change that took effect at a time: the earliest is to be kept.
fn earliest(time: i64) -> i64 {
    i64::MAX - time.max(0)
}

/// Adds one change with its identity and version; who made it is kept as a role only.
fn add(time: Option<i64>, entity: &str, summary: &str, (id, version): (&str, i64), one: &Value, out: &mut Rows) {
    let author = [&one["creator"], &one["author"]].into_iter().find(|user| user.is_object()).unwrap_or(&Value::Null);
    let login = text(&author["login"]);
    let is_machine = text(&author["type"]) == "Bot" || login.ends_with("[bot]") || login.ends_with("-bot");
    if !is_machine {
        out.person(login);
    }
    let url = [&one["html_url"], &one["log_url"], &one["target_url"], &one["url"]];
    out.row(&table::TABLE)
        .time(table::TIME, time)
        .text(table::ENTITY, entity)
        .text(table::KIND, "deployment")
        .text(table::SUMMARY, summary)
        .text(table::ACTOR_ROLE, if is_machine { "automation" } else { "" })
        .text(table::URL, url.into_iter().map(text).find(|url| !url.is_empty()).unwrap_or_default())
        .identity(id)
        .version(Some(version))
        .finish();
}

fn is_deployment(value: &Value) -> bool {
    value.get("statuses_url").is_some() && value.get("sha").is_some()
}

fn is_status(value: &Value) -> bool {
    value.get("deployment_url").is_some() && value.get("state").is_some()
}

fn is_release(value: &Value) -> bool {
    value.get("tag_name").is_some() && value.get("target_commitish").is_some()
}

/// Name of the repository without its owner, from the payload or from any address of the record.
fn entity(one: &Value, repository: &Value) -> String {
    let named = text(&repository["name"]);
    if !named.is_empty() {
        return named.to_owned();
    }
    let addresses = ["repository_url", "statuses_url", "deployment_url", "url", "html_url"];
    addresses.iter().find_map(|name| repository_of(text(&one[*name]))).unwrap_or_default().to_owned()
}

/// `origin` of `https://api.github.com/repos/exampletv/origin/deployments/1`.
fn repository_of(address: &str) -> Option<&str> {
    let (_, path) = address.split_once("://")?;
    let (_, path) = path.split_once('/')?;
    let path = path.strip_prefix("api/v3/").unwrap_or(path);
    let path = path.strip_prefix("repos/").unwrap_or(path);
    path.split('/').nth(1).filter(|name| !name.is_empty())
}

/// What was deployed: the description, else the reference; with the environment when it is not
/// production, and the short hash.
fn summary(one: &Value) -> String {
    let (description, reference) = (text(&one["description"]), text(&one["ref"]));
    let mut summary =
        if description.is_empty() { format!("{} {reference}", task(one)) } else { description.to_owned() };
    if !reference.is_empty() && !summary.contains(reference.trim_start_matches('v')) {
        summary.push_str(&format!(" {reference}"));
    }
    let environment = text(&one["environment"]);
    if !matches!(environment, "" | "production" | "prod") {
        summary.push_str(&format!(" ({environment})"));
    }
    if let Some(hash) = text(&one["sha"]).get(..7) {
        summary.push_str(&format!(" {hash}"));
    }
    summary.trim().to_owned()
}

fn task(one: &Value) -> &str {
    Some(text(&one["task"])).filter(|task| !task.is_empty()).unwrap_or("deploy")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn deployments_statuses_and_releases_are_changes() {
        let text = r#"[
            {"sha":"0a1b2c3d4e","ref":"v7.1.0","task":"deploy","environment":"staging","description":null,"creator":{"login":"deploy-bot"},"created_at":"2027-02-03T19:58:01Z","statuses_url":"https://api.github.com/repos/exemplia/origin/deployments/1/statuses","statuses":[{"state":"success","created_at":"2027-02-03T20:01:00Z"}]},
            {"state":"failure","description":"unhealthy","created_at":"2027-02-03T20:02:00Z","deployment_url":"https://api.github.com/repos/exemplia/origin/deployments/1"},
            {"state":"pending","created_at":"2027-02-03T20:00:00Z","deployment_url":"https://api.github.com/repos/exemplia/origin/deployments/1"},
            {"tag_name":"v8","target_commitish":"main","name":"Winter","published_at":"2027-02-03T18:30:00Z","created_at":"2027-02-01T08:00:00Z","html_url":"https://github.com/exemplia/tv-app/releases/tag/v8","author":{"login":"amorvane","type":"User"}},
            {"tag_name":"v9","target_commitish":"main","draft":true},
            {"sha":"=cmd()","statuses_url":"https://x","created_at":"2027-02-03T20:00:00Z"},
            {"other":1}]"#;
        let piece = read(&GithubDeployments, "deployments.json", text);
        assert_eq!(
            rows_of(&piece, "changes"),
            [
                "time=2027-02-03T20:01:00Z entity=origin kind=deployment summary=deploy v7.1.0 (staging) 0a1b2c3 actor_role=automation",
                "time=2027-02-03T20:02:00Z entity=origin kind=deployment summary=unhealthy [failure]",
                "time=2027-02-03T18:30:00Z entity=tv-app kind=deployment summary=release Winter v8 url=https://github.com/exemplia/tv-app/releases/tag/v8",
            ]
        );
        assert_eq!(reasons(&piece)[0], "expected a value in `entity`, found none");
        assert_eq!(piece.rejects.len(), 2);
        assert_eq!(piece.people, ["amorvane"]);
    }

    #[test]
    fn a_deployment_and_its_success_are_one_change() {
        let deployment = r#"[{"id":7,"sha":"0a1b2c3d4e","ref":"v7","created_at":"2027-02-03T19:58:01Z","statuses_url":"https://api.github.com/repos/exemplia/origin/deployments/7/statuses"}]"#;
        let statuses = r#"[{"id":1,"state":"success","created_at":"2027-02-03T20:05:00Z","deployment_url":"https://api.github.com/repos/exemplia/origin/deployments/7"},{"id":2,"state":"success","created_at":"2027-02-03T20:01:00Z","deployment_url":"https://api.github.com/repos/exemplia/origin/deployments/7"}]"#;
        let [one, all] = [deployment, statuses].map(|text| read(&GithubDeployments, "x.json", text));
        let (one, all) = (&one.tables[0], &all.tables[0]);
        assert!(one.keys[0] == all.keys[0] && all.keys[0] == all.keys[1]);
        assert!(one.versions[0] < all.versions[0] && all.versions[0] < all.versions[1]);
    }

    #[test]
    fn a_webhook_names_its_repository() {
        let text = r#"{"deployment_status":{"state":"success","created_at":"2027-02-03T20:02:00Z"},"deployment":{"sha":"0a1b2c3d4e","ref":"main","description":"origin update","statuses_url":"x"},"repository":{"name":"origin"}}"#;
        let rows = rows_of(&read(&GithubDeployments, "hook.json", text), "changes");
        assert_eq!(
            rows,
            ["time=2027-02-03T20:02:00Z entity=origin kind=deployment summary=origin update main 0a1b2c3"]
        );
    }

    #[test]
    fn odd_addresses_name_nothing() {
        for address in ["", "x", "https://", "https://github.example", "https://github.example/a"] {
            assert_eq!(repository_of(address), None, "{address}");
        }
    }
}
