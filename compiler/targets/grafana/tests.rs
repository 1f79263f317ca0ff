//! Dashboards of whole programs: their shape, their queries, their limits.

use crate::source::MemoryWorld;
use serde_json::Value;

const WATCHED: &str = r#"
metric latency: duration { better = lower, live = p95(seconds, over = 5m) }
metric accuracy: ratio { better = higher, live = mean(score, over = 5m) }
metric memory: bytes { better = lower, live = max(resident_bytes, over = 5m) }
gate serving {
  require latency <= 250ms { warn = 100ms }
  require accuracy >= 85%
}
alert slow { from = gate.serving, for = 5m, severity = critical }
slo speed { good = within(seconds, 250ms), objective 99% { over = 30d } }
service api {
  port = 8080
  metrics = "/metrics"
  series seconds: histogram(duration) { buckets = [50ms, 100ms, 250ms, 1s] }
  series score: gauge(ratio) { labels = ["model"] }
  series resident_bytes: gauge(bytes)
}
environment production {
  namespace  = "production"
  monitoring { prometheus = "prometheus.monitoring:9090" }
}
"#;

fn check(program: &str) -> crate::Compilation {
    let text = format!("{program}{WATCHED}");
    let world = MemoryWorld::new([("pipeline.gate", text.as_str())]);
    crate::check(&world, &["pipeline.gate".to_string()])
}

fn boards(program: &str) -> Vec<(String, Value)> {
    let compilation = check(program);
    let found: Vec<_> = compilation.diagnostics.iter().map(|d| &d.message).collect();
    let plan = compilation.valid.as_ref();
    let files = super::emit(plan.unwrap_or_else(|| panic!("{found:?}"))).files;
    let boards = files.into_iter().filter(|f| f.path.ends_with(".json"));
    boards
        .map(|f| (f.path, serde_json::from_str(&f.content).unwrap()))
        .collect()
}

fn panels(board: &Value) -> Vec<&Value> {
    board["panels"].as_array().unwrap().iter().collect()
}

fn panel<'b>(board: &'b Value, title: &str) -> &'b Value {
    let found = panels(board).into_iter().find(|p| p["title"] == title);
    found.unwrap_or_else(|| panic!("no panel {title:?}"))
}

const WRITTEN: &str = r#"
dashboard hand {
  refresh = 30s
  row "All kinds" {
    panel latency
    panel "Spread" { show = latency, as = heatmap }
    panel "Now" { show = accuracy, as = stat, bands = [80%, 85%] }
    panel "Scale" { show = accuracy, as = gauge }
    panel "By model" { show = accuracy, as = bars, split = model }
    panel "As text" { show = [latency, memory], as = table }
  }
}
"#;

#[test]
fn derived_from_gates_objectives_and_services() {
    let boards = boards("");
    assert_eq!(boards[0].0, "monitoring/production/grafana/overview.json");
    let plan = check("").valid.unwrap();
    let files = super::emit(&plan).files;
    crate::targets::tests::reviewed("grafana", "derived", &files[0].content);
    crate::targets::tests::reviewed("grafana", "provisioning", &files[1].content);
}

#[test]
fn limits_are_the_gates() {
    let boards = boards("");
    let steps =
        |title| &panel(&boards[0].1, title)["fieldConfig"]["defaults"]["thresholds"]["steps"];
    let latency = serde_json::json!([
        { "color": "green", "value": null },
        { "color": "yellow", "value": 0.1 },
        { "color": "red", "value": 0.25 }
    ]);
    assert_eq!(*steps("Latency"), latency);
    let accuracy = serde_json::json!([
        { "color": "red", "value": null },
        { "color": "green", "value": 0.85 }
    ]);
    assert_eq!(*steps("Accuracy"), accuracy);
    let style = &panel(&boards[0].1, "Latency")["fieldConfig"]["defaults"]["custom"];
    assert_eq!(style["thresholdsStyle"]["mode"], "line+area");
}

#[test]
fn every_panel_has_the_documented_shape() {
    let kinds = [
        "row",
        "timeseries",
        "stat",
        "gauge",
        "bargauge",
        "table",
        "heatmap",
    ];
    for (path, board) in boards(WRITTEN).into_iter().chain(boards("")) {
        let uid = board["uid"].as_str().unwrap();
        assert!((8..=40).contains(&uid.len()), "{path}: {uid}");
        assert_eq!(board["schemaVersion"], 42);
        let variable = &board["templating"]["list"][0];
        assert_eq!(
            (&variable["type"], &variable["query"]),
            (&"datasource".into(), &"prometheus".into())
        );
        let mut ids: Vec<_> = panels(&board).iter().map(|p| p["id"].as_u64()).collect();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{path}: ids are unique");
        for panel in panels(&board) {
            let kind = panel["type"].as_str().unwrap();
            assert!(kinds.contains(&kind), "{kind}");
            let place = |key: &str| panel["gridPos"][key].as_u64().unwrap();
            assert!(place("x") + place("w") <= 24, "{panel}");
            if kind == "row" {
                continue;
            }
            assert_eq!(panel["datasource"]["uid"], "${datasource}");
            assert_ne!(panel["fieldConfig"]["defaults"]["unit"], "", "{panel}");
            for target in panel["targets"].as_array().unwrap() {
                let expr = target["expr"].as_str().unwrap();
                promql_parser::parser::parse(expr).unwrap_or_else(|e| panic!("{expr}: {e}"));
            }
        }
    }
}

#[test]
fn panels_do_not_overlap() {
    for (path, board) in boards(WRITTEN).into_iter().chain(boards("")) {
        let mut taken = std::collections::BTreeSet::new();
        for panel in panels(&board) {
            let place = |key: &str| panel["gridPos"][key].as_u64().unwrap();
            for x in place("x")..place("x") + place("w") {
                for y in place("y")..place("y") + place("h") {
                    assert!(taken.insert((x, y)), "{path}: {}", panel["title"]);
                }
            }
        }
    }
}

#[test]
fn panels_written_by_hand() {
    let boards = boards(WRITTEN);
    assert_eq!(boards.len(), 1, "none is derived beside it");
    let board = &boards[0].1;
    assert_eq!(board["refresh"], "30s");
    let kind = |title| panel(board, title)["type"].as_str().unwrap().to_string();
    assert_eq!(kind("Latency"), "timeseries");
    assert_eq!(kind("Spread"), "heatmap");
    assert_eq!(kind("By model"), "bargauge");
    let unit = |title| panel(board, title)["fieldConfig"]["defaults"]["unit"].clone();
    assert_eq!(
        (unit("Latency"), unit("Now")),
        ("s".into(), "percentunit".into())
    );
    let spread = &panel(board, "Spread")["targets"][0];
    assert_eq!(spread["format"], "heatmap");
    assert!(
        spread["expr"]
            .as_str()
            .unwrap()
            .starts_with("sum by (le) (rate(seconds_bucket{")
    );
    let split = &panel(board, "By model")["targets"][0];
    assert_eq!(split["legendFormat"], "{{model}}");
    assert!(
        split["expr"]
            .as_str()
            .unwrap()
            .contains("by (namespace, job, model)")
    );
    let bands = &panel(board, "Now")["fieldConfig"]["defaults"]["thresholds"]["steps"];
    assert_eq!(
        bands[2],
        serde_json::json!({ "color": "green", "value": 0.85 })
    );
}

#[test]
fn a_heatmap_needs_a_distribution() {
    let program = r#"dashboard d { row "R" { panel "P" { show = memory, as = heatmap } } }"#;
    let found = check(program).diagnostics.sorted();
    let codes: Vec<_> = found.iter().map(|d| d.code.name()).collect();
    assert_eq!(codes, ["not-in-promql"]);
}

#[test]
fn a_long_name_keeps_a_uid_of_its_own() {
    let long = |name| super::uid(&["a_project_with_a_long_name", name, "production"]);
    assert!(
        long("dashboard_one").len() == 40,
        "{}",
        long("dashboard_one")
    );
    assert_ne!(long("dashboard_one"), long("dashboard_two"));
    assert_eq!(super::uid(&["a", "b"]), "gatec-a-b");
}
