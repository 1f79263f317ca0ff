//! Receivers: one for each who hears, with the channel's own fields. Field names are those of
//! Alertmanager 0.28 and later (its `configuration.md`); `msteamsv2_configs` speaks to the workflows
//! that replaced Teams' connectors.

use super::listeners::Listener;
use crate::plan::Notify;
use crate::targets::prometheus::kebab;
use crate::targets::yaml::{Entry, Map, Yaml};

/// Where Alertmanager finds its secrets, a file for each by the secret's name: the place where the
/// Prometheus operator mounts them, too.
const SECRETS: &str = "/etc/alertmanager/secrets";

const TITLE: &str = "{{ template \"gatec.title\" . }}";
const TEXT: &str = "{{ template \"gatec.text\" . }}";

/// `ai_cicd` as `ai-cicd`.
pub fn name(notify: &Notify) -> String {
    kebab(&notify.id)
}

/// A receiver with its one channel.
pub fn receiver(listener: &Listener) -> Entry {
    let notify = listener.notify;
    let (kind, mut channel) = match notify.channel.0.as_str() {
        "email" => ("email_configs", email(notify)),
        "pagerduty" => ("pagerduty_configs", pagerduty(notify)),
        "webhook" => ("webhook_configs", webhook(notify)),
        "teams" => ("msteamsv2_configs", teams(notify)),
        _ => ("slack_configs", slack(notify)),
    };
    channel.push("send_resolved", true);
    let mut receiver = Map::new();
    receiver.push("name", name(notify));
    receiver.push(kind, vec![Yaml::from(channel)]);
    let entry = Entry::from(Yaml::from(receiver));
    match &notify.origin.docs {
        Some(docs) => entry.with_comment(docs.clone()),
        None => entry,
    }
}

fn secret_file(notify: &Notify) -> Option<String> {
    notify.secret.as_ref().map(|s| format!("{SECRETS}/{s}"))
}

fn slack(notify: &Notify) -> Map {
    let mut map = Map::new();
    map.push_some("api_url_file", secret_file(notify))
        .push_some("channel", notify.channel.1.clone())
        .push("title", TITLE)
        .push("text", TEXT)
        .push("fallback", TITLE);
    map
}

fn email(notify: &Notify) -> Map {
    let to = notify.channel.1.clone().unwrap_or_default();
    let mail = notify.mail.clone().unwrap_or_default();
    let from = mail.from.unwrap_or_else(|| to.clone());
    let mut headers = Map::new();
    headers.push("Subject", TITLE);
    let mut map = Map::new();
    map.push("to", to)
        .push("from", from.clone())
        .push("smarthost", mail.server);
    if let Some(file) = secret_file(notify) {
        map.push("auth_username", mail.user.unwrap_or(from))
            .push("auth_password_file", file);
    }
    map.push("headers", headers)
        .push("html", "")
        .push("text", TEXT);
    map
}

fn pagerduty(notify: &Notify) -> Map {
    // PagerDuty has no `firing`: its severities are critical, error, warning and info.
    let severity = "{{ with .CommonLabels.severity }}{{ . }}{{ else }}error{{ end }}";
    let mut details = Map::new();
    details.push("alerts", TEXT);
    let mut map = Map::new();
    map.push_some("routing_key_file", secret_file(notify))
        .push("description", TITLE)
        .push("severity", severity)
        .push("group", "{{ .CommonLabels.environment }}")
        .push("component", "{{ .CommonLabels.job }}")
        .push("details", details);
    map
}

/// What a webhook hears is Alertmanager's own JSON, with every label and annotation.
fn webhook(notify: &Notify) -> Map {
    let mut map = Map::new();
    match secret_file(notify) {
        Some(file) => map.push("url_file", file),
        None => map.push_some("url", notify.channel.1.clone()),
    };
    map
}

fn teams(notify: &Notify) -> Map {
    let mut map = Map::new();
    map.push_some("webhook_url_file", secret_file(notify))
        .push("title", TITLE)
        .push("text", TEXT);
    map
}
