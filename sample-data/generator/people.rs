//! What the team did and said: alerts (PagerDuty), the status page, changes (GitHub and a plain
//! list), dependencies, and the actions decided afterwards (Jira).

use std::io;

use crate::clock::{self, at, utc};
use crate::encode::{self, json, record};
use crate::output::Output;
use crate::story::{CAUSE, SYMPTOM};

/// Writes all of it.
pub(crate) fn write(out: &mut Output) -> io::Result<()> {
    out.note_personal("alerts/pagerduty_log_entries.json", "name", "Bastien Quervanec");
    out.export("alerts/pagerduty_log_entries.json", pagerduty().as_bytes())?;
    out.export("comms/statuspage_incidents.json", statuspage().as_bytes())?;
    out.export("changes/github_deployments.json", github().as_bytes())?;
    out.export("changes/changes.csv", changes().as_bytes())?;
    out.export("dependencies.csv", DEPENDENCIES.as_bytes())?;
    out.export("actions/jira_export.csv", &encode::with_mark(&jira()))?;
    // A screenshot that someone dropped beside the data: nothing to read in it.
    out.export("captures/queue_wait_panel.png", PICTURE)
}

/// A picture of one white pixel.
const PICTURE: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0,
    0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0xf8, 0x0f, 0, 1, 1, 1, 0,
    0x1b, 0xb6, 0xee, 0x56, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

const DEPENDENCIES: &str = "source,target,kind\n\
    player-stb,player-api,calls\nplayer-smart-tv,player-api,calls\nplayer-mobile,player-api,calls\nplayer-web,player-api,calls\n\
    player-api,licence-gateway-north,calls\nplayer-api,licence-gateway-south,calls\nplayer-api,entitlement,calls\nplayer-api,guide,calls\n\
    licence-gateway-north,key-store,calls\nlicence-gateway-south,key-store,calls\n\
    player-stb,edge-cache-north,calls\nplayer-smart-tv,edge-cache-north,calls\nplayer-mobile,edge-cache-north,calls\n\
    player-stb,edge-cache-south,calls\nplayer-smart-tv,edge-cache-south,calls\nplayer-web,edge-cache-south,calls\n\
    edge-cache-north,origin,calls\nedge-cache-south,origin,calls\nad-insertion,origin,calls\n";

/// One alert: number, title, service, urgency, fired, acknowledged, resolved, notes.
type Alert = (i64, &'static str, &'static str, &'static str, i64, i64, i64, &'static [(i64, i64, i64, &'static str)]);

/// What responders noted: hour, minute, second, text.
const NOTES: &[(i64, i64, i64, &str)] = &[
    (20, 59, 12, "Set-top boxes in the North only. Phones are fine, so it is not the encoders."),
    (21, 6, 40, "Edge cache of the North looks overloaded, traffic is mostly retries of the boxes."),
    (21, 18, 5, "Guide deployment of 20:40 suspected, comparing with the South, which has it too."),
    (
        21,
        34,
        18,
        "Cause identified: the connection limit of licence-gateway-north is 40 since the configuration change of 20:31, the value of staging.",
    ),
    (21, 38, 40, "Wrong value went to production by mistake: the file of staging. Going back node by node."),
    (21, 46, 20, "Rollback done on all four nodes, connections above 40 again."),
    (22, 6, 2, "Gateway nodes are restarting together, licence cache is cold."),
    (22, 30, 25, "Incident resolved, no failure since 22:13."),
];

fn pagerduty() -> String {
    let alerts: [Alert; 4] = [
        (
            4_801,
            "CPU above 60 % on ad-insertion",
            "ad-insertion",
            "low",
            at(19, 53, 10),
            at(19, 55, 2),
            at(20, 2, 30),
            &[],
        ),
        (
            4_804,
            "Start failures above 5 % on player-stb, region North",
            "player-stb",
            "high",
            at(20, 53, 4),
            at(20, 56, 21),
            at(22, 30, 10),
            NOTES,
        ),
        (
            4_805,
            "Latency p95 above 500 ms on edge-cache-north",
            SYMPTOM,
            "high",
            at(20, 57, 33),
            at(20, 58, 15),
            at(21, 53, 0),
            &[],
        ),
        (
            4_807,
            "Two or more nodes not ready in licence-gateway-north",
            CAUSE,
            "high",
            at(22, 5, 12),
            at(22, 6, 30),
            at(22, 14, 40),
            &[],
        ),
    ];
    let mut entries = Vec::new();
    for alert in alerts {
        entries.push(entry(&alert, "trigger_log_entry", alert.4, ""));
        entries.push(entry(&alert, "notify_log_entry", alert.4 + 3, ""));
        entries.push(entry(&alert, "acknowledge_log_entry", alert.5, ""));
        for (hour, minute, second, note) in alert.7 {
            entries.push(entry(&alert, "annotate_log_entry", at(*hour, *minute, *second), note));
        }
        entries.push(entry(&alert, "resolve_log_entry", alert.6, ""));
    }
    entries.reverse();
    format!("{{\"log_entries\":[{}],\"limit\":100,\"offset\":0,\"more\":false,\"total\":null}}\n", entries.join(","))
}

fn entry(alert: &Alert, kind: &str, instant: i64, note: &str) -> String {
    let (number, title, service, urgency, ..) = alert;
    let is_machine = kind == "trigger_log_entry" || kind == "notify_log_entry";
    let agent = if is_machine {
        format!("{{\"type\":\"service_reference\",\"summary\":{}}}", json(service))
    } else {
        "{\"type\":\"user_reference\",\"id\":\"PU0C1\",\"summary\":\"Bastien Quervanec\"}".to_owned()
    };
    let channel = if note.is_empty() {
        "{\"type\":\"auto\"}".to_owned()
    } else {
        format!("{{\"type\":\"note\",\"summary\":{}}}", json(note))
    };
    format!(
        "{{\"id\":\"R{number}{:06}\",\"type\":\"{kind}\",\"summary\":{},\"created_at\":\"{}\",\"agent\":{agent},\"channel\":{channel},\
         \"service\":{{\"id\":\"PS{number}\",\"type\":\"service_reference\",\"summary\":{}}},\
         \"incident\":{{\"id\":\"Q{number}\",\"type\":\"incident_reference\",\"summary\":{},\"urgency\":\"{urgency}\"}}}}",
        instant % 1_000_000,
        json(kind.trim_end_matches("_log_entry")),
        utc(instant),
        json(service),
        json(&format!("[#{number}] {title}")),
    )
}

fn statuspage() -> String {
    let updates = [
        (
            at(21, 8, 0),
            "investigating",
            "Some viewers cannot start live channels on their set-top box. We are investigating. Next update at 21:30.",
        ),
        (
            at(21, 33, 0),
            "investigating",
            "We are still investigating start failures on set-top boxes in the North. Phones, tablets and computers are not affected: please use them meanwhile. Next update at 22:00.",
        ),
        (
            at(21, 52, 0),
            "resolved",
            "The interruption is over. Set-top boxes in the North can start live channels again. We are sorry for the inconvenience.",
        ),
        (
            at(22, 9, 0),
            "investigating",
            "Some set-top boxes in the North fail again, fewer than before. We are investigating. Next update at 22:20.",
        ),
        (at(22, 17, 0), "monitoring", "Set-top boxes start normally again. We are watching. Next update at 22:45."),
        (
            at(22, 30, 0),
            "resolved",
            "The interruption is over, and service has been stable since 22:13. It came from a configuration change of ours, not from your equipment. We are sorry for the evening.",
        ),
    ];
    let written: Vec<String> = updates
        .iter()
        .enumerate()
        .rev()
        .map(|(number, (instant, status, body))| {
            let time = stamped(*instant);
            format!(
                "{{\"id\":\"u7d{number}\",\"incident_id\":\"i7derby\",\"status\":\"{status}\",\"body\":{},\"created_at\":\"{time}\",\
                 \"updated_at\":\"{time}\",\"display_at\":\"{time}\",\"affected_components\":null}}",
                json(body),
            )
        })
        .collect();
    let (first, last) = (stamped(updates[0].0), stamped(updates[5].0));
    format!(
        "{{\"page\":{{\"id\":\"p0tribune\",\"name\":\"Tribune TV\",\"url\":\"https://status.tribune-tv.example\",\"time_zone\":\"Europe/Paris\",\
         \"updated_at\":\"{last}\"}},\"incidents\":[{{\"id\":\"i7derby\",\"name\":\"Live channels do not start on set-top boxes in the North\",\
         \"status\":\"resolved\",\"impact\":\"major\",\"created_at\":\"{first}\",\"started_at\":\"{first}\",\"updated_at\":\"{last}\",\
         \"monitoring_at\":null,\"resolved_at\":\"{last}\",\"shortlink\":\"https://stspg.example/7derby\",\"page_id\":\"p0tribune\",\
         \"components\":[],\"incident_updates\":[{}]}}]}}\n",
        written.join(","),
    )
}

/// `2026-11-14T21:08:00.000+01:00`.
fn stamped(instant: i64) -> String {
    clock::offset(instant).replace("+01:00", ".000+01:00")
}

fn github() -> String {
    let deployments = [
        (88_101, "ad-insertion", "v3.18.0", "Ad decision cache of 5 s", at(15, 12, 40)),
        (88_107, "origin", "v11.2.4", "Fix log rotation", at(17, 5, 3)),
        (88_112, "platform-config", "7c1e", "pool.toml of licence-gateway-north", at(20, 30, 48)),
        (88_113, "guide", "v6.4.0", "New programme page", at(20, 40, 6)),
        (88_115, "platform-config", "7c1f", "Revert pool.toml of licence-gateway-north", at(21, 40, 35)),
    ];
    let written: Vec<String> = deployments
        .iter()
        .rev()
        .map(|(id, repository, reference, description, instant)| {
            let url = format!("https://api.github.com/repos/halvard-media/{repository}/deployments/{id}");
            format!(
                "{{\"id\":{id},\"sha\":\"{id:x}{:08x}\",\"ref\":\"{reference}\",\"task\":\"deploy\",\"payload\":\"\",\"environment\":\"production\",\
                 \"original_environment\":\"production\",\"description\":{},\"creator\":{{\"login\":\"release-bot[bot]\",\"type\":\"Bot\"}},\
                 \"created_at\":\"{}\",\"updated_at\":\"{}\",\"statuses_url\":\"{url}/statuses\",\"url\":\"{url}\"}}",
                id * 7_919, json(description), utc(*instant), utc(instant + 95),
            )
        })
        .collect();
    format!("[{}]\n", written.join(","))
}

fn changes() -> String {
    let rows = [
        (
            at(16, 40, 0),
            "entitlement",
            "configuration",
            "Cache of rights raised from 60 s to 120 s",
            "platform engineer",
        ),
        (
            at(20, 31, 0),
            CAUSE,
            "configuration",
            "Connection limit set from 400 to 40: the value of staging was applied to production by mistake",
            "platform engineer",
        ),
        (at(20, 45, 0), "guide", "schedule", "Evening schedule published, kick-off at 21:00", "editorial desk"),
        (
            at(21, 41, 0),
            CAUSE,
            "rollback",
            "Connection limit back to 400, node by node until 21:46",
            "platform engineer",
        ),
        (at(22, 4, 0), CAUSE, "restart", "All nodes restart together to read the corrected file", "platform engineer"),
    ];
    let mut text = "time,entity,kind,summary,actor_role,url\n".to_owned();
    for (instant, entity, kind, summary, role) in rows {
        text.push_str(&format!(
            "{}\n",
            record(&[&utc(instant), entity, kind, summary, role, "https://wiki.halvard.example/changes"], ',')
        ));
    }
    text
}

/// Title, key, status, day resolved, due day, kind, factor, owner.
const ACTIONS: &[&str] = &[
    "Separate files of staging and production; refuse a limit below the peak of the last week|TTV-301|In Progress||30/Nov/26|infrastructure|configuration|platform team",
    "Alert when connections in use reach 90 % of the limit|TTV-302|Done|18/Nov/26 4:40 PM|18/Nov/26|monitoring|detection|platform team",
    "No configuration change in the two hours before a top match|TTV-303|To Do||17/Nov/26|process|timing of the change|release management",
    "Restart gateway nodes one at a time and warm the licence cache first|TTV-304|To Do||04/Dec/26|infrastructure|second wave|platform team",
    "Exercise: licence failure on a match night|TTV-305|To Do||15/Jan/27|training|diagnosis|operations",
    "Status page says resolved only after 30 minutes without failures|TTV-306|In Progress||27/Nov/26|communication|early all-clear|customer care",
];

fn jira() -> String {
    let mut lines = vec![
        "Summary,Issue key,Issue id,Issue Type,Status,Project key,Priority,Created,Resolved,Due date,Labels,Labels,Custom field (Root cause),Custom field (Owner team)".to_owned(),
    ];
    for (at, action) in ACTIONS.iter().enumerate() {
        let parts: Vec<&str> = action.split('|').collect();
        let created = clock::jira(clock::local(16, 14, 20 + at as i64, 0));
        let id = (61_300 + at).to_string();
        let mut cells =
            vec![parts[0], parts[1], &id, "Task", parts[2], "TTV", "High", &created, parts[3], parts[4], "postmortem"];
        cells.extend(&parts[5..]);
        lines.push(record(&cells, ','));
    }
    format!("{}\r\n", lines.join("\r\n"))
}
