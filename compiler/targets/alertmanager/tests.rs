//! Configurations of whole programs: who hears what, and no secret in them.

use crate::source::MemoryWorld;
use serde_yaml::Value;

const WATCHED: &str = r#"
metric latency: duration { better = lower, live = p95(seconds, over = 5m) }
gate serving { require latency <= 250ms { warn = 100ms } }
alert slow { from = gate.serving, for = 5m, severity = critical }
service api {
  port = 8080
  metrics = "/metrics"
  series seconds: histogram(duration) { buckets = [50ms, 100ms, 250ms, 1s] }
}
environment production {
  namespace  = "production"
  monitoring { prometheus = "prometheus.monitoring:9090" }
}
"#;

const ALL: &str = r##"
notify oncall { pagerduty = secret.PAGERDUTY_KEY, when severity == critical }
notify team { slack = "#alerts", secret = secret.SLACK_WEBHOOK_URL, when severity in [warning, critical] }
notify mail {
  email = "team@example.com", smtp = "mail.example.com:587", secret = secret.SMTP_PASSWORD
  when not (severity == critical)
}
notify room { teams = secret.TEAMS_URL, when severity != info }
notify journal { webhook = "https://journal.example.com/alerts" }
notify ring { webhook = secret.RING_URL, when severity > warning }
"##;

fn check(program: &str) -> crate::Compilation {
    let text = format!("{program}{WATCHED}");
    let world = MemoryWorld::new([("pipeline.gate", text.as_str())]);
    crate::check(&world, &["pipeline.gate".to_string()])
}

fn codes(program: &str) -> Vec<&'static str> {
    let found = check(program).diagnostics.sorted();
    found.iter().map(|d| d.code.name()).collect()
}

fn config(program: &str) -> Value {
    let plan = check(program).valid.unwrap();
    let files = super::emit(&plan).files;
    serde_yaml::from_str(&files[0].content).unwrap()
}

/// What Alertmanager does with a severity: the receivers of every route that matches.
fn heard(config: &Value, severity: &str) -> Vec<String> {
    let routes = config["route"]["routes"].as_sequence().unwrap();
    let mut heard = Vec::new();
    for route in routes {
        let matcher = route["matchers"][0].as_str().unwrap();
        let (_, values) = matcher.split_once('"').unwrap();
        if values
            .trim_end_matches('"')
            .split('|')
            .any(|v| v == severity)
        {
            heard.push(route["receiver"].as_str().unwrap().to_string());
            if route.get("continue").and_then(Value::as_bool) != Some(true) {
                break;
            }
        }
    }
    heard
}

#[test]
fn each_severity_reaches_who_hears_it() {
    let config = config(ALL);
    assert_eq!(
        heard(&config, "critical"),
        ["oncall", "team", "room", "journal", "ring"]
    );
    assert_eq!(
        heard(&config, "warning"),
        ["team", "mail", "room", "journal"]
    );
    assert_eq!(heard(&config, "info"), ["mail", "journal"]);
    assert_eq!(
        config["route"]["receiver"], "oncall",
        "what has no severity is not lost"
    );
}

#[test]
fn receivers_read_their_secrets_from_files() {
    let plan = check(ALL).valid.unwrap();
    let files = super::emit(&plan).files;
    crate::targets::tests::reviewed("alertmanager", "every_channel", &files[0].content);
    crate::targets::tests::reviewed("alertmanager", "texts", &files[1].content);
    for field in ["api_url:", "routing_key:", "auth_password:", "webhook_url:"] {
        assert!(!files[0].content.contains(field), "{field} holds a secret");
    }
}

#[test]
fn a_worse_alert_keeps_the_milder_quiet() {
    let config = config(ALL);
    let rules = config["inhibit_rules"].as_sequence().unwrap();
    assert_eq!(rules.len(), 1);
    assert_eq!(rules[0]["source_matchers"][0], "severity=\"critical\"");
    assert_eq!(rules[0]["target_matchers"][0], "severity=~\"info|warning\"");
    let equal: Vec<_> = rules[0]["equal"].as_sequence().unwrap().iter().collect();
    assert_eq!(
        equal,
        ["gate", "criterion", "environment", "namespace", "job"]
    );
}

#[test]
fn a_severity_that_nobody_hears_is_refused() {
    let critical = "notify oncall { pagerduty = secret.KEY, when severity == critical }";
    assert_eq!(
        codes(critical),
        ["unrouted-severity"],
        "the `warn` band is a warning"
    );
    let both = "notify oncall { pagerduty = secret.KEY, when severity >= warning }";
    assert!(codes(both).is_empty(), "{:?}", codes(both));
    assert!(codes("").is_empty(), "alerts may be routed elsewhere");
}

#[test]
fn messages_of_deploys_wait() {
    let program = r##"
notify all { slack = "#a", secret = secret.S }
notify releases { slack = "#r", secret = secret.S, when outcome == deployed }
"##;
    assert_eq!(codes(program), ["not-yet"]);
    let config = config(program);
    assert_eq!(config["receivers"].as_sequence().unwrap().len(), 1);
}

#[test]
fn a_channel_has_what_it_needs() {
    let with = |channel: &str| codes(&format!("notify n {{ {channel} }}"));
    assert_eq!(with("email = \"a@example.com\""), ["missing-attribute"]);
    assert_eq!(with("slack = \"#a\""), ["missing-attribute"]);
    assert_eq!(with("pagerduty = \"0123456789abcdef\""), ["invalid-value"]);
    assert!(with("email = \"a@example.com\", smtp = \"mail:25\"").is_empty());
}
