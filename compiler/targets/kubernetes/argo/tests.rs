//! Whole programs: what replaces a service by steps or by a switch, and what can't be said.

use super::analysis::duration;
use super::share::{Replicas, nearest};
use crate::diagnostics::{Code, Severity};
use crate::source::MemoryWorld;
use crate::targets::kubernetes;
use crate::targets::tests::reviewed;

/// What all programs here have; `ENVIRONMENT`, `ROLLOUT` and `METRICS` are filled in.
const PROGRAM: &str = r#"
service api {
  port     = 8080
  replicas = 10
  metrics  = "/metrics"
  resources { cpu = 0.5cores, memory = 256MiB }
  series requests_total: counter(count) { labels = ["status", "language"] }
  series memory_bytes: gauge(bytes)
  series similarity: gauge(ratio)
}
service other {
  port    = 8080
  metrics = "/metrics"
  series other_total: counter(count) { labels = ["status"] }
}
environment production { ENVIRONMENT }
metric error_rate: ratio { better = lower, live = share(requests_total[status = "error"], over = 5m) }
metric memory: bytes { better = lower, live = max(memory_bytes, over = 5m) }
metric same: ratio { better = higher, live = mean(similarity, over = 5m) }
metric other_errors: ratio { better = lower, live = share(other_total[status = "error"], over = 5m) }
METRICS
rollout gradual { ROLLOUT }
pipeline release {
  on push { branches = ["main"] }
  stage image {
    run "./build.sh" built { outputs { digest = string } }
    outputs { digest = step.built.digest }
  }
  deploy to_production { service = api, image = stage.image.digest, environment = production, rollout = gradual }
}
"#;

const WATCHED: &str =
    r#"router = gateway("public"), monitoring { prometheus = "prometheus:9090" }"#;

/// A program's findings by code, and the files of the Kubernetes target as one text.
fn built(environment: &str, rollout: &str, metrics: &str) -> (Vec<String>, String) {
    let text = PROGRAM
        .replace("ENVIRONMENT", environment)
        .replace("ROLLOUT", rollout)
        .replace("METRICS", metrics);
    let world = MemoryWorld::new([("pipeline.gate", text.as_str())]);
    let compilation = crate::compile(&world, &["pipeline.gate".to_string()]);
    let mut found: Vec<String> = Vec::new();
    let mut files = String::new();
    let mut say = |d: &crate::diagnostics::Diagnostic| {
        // Each program uses some of the metrics.
        if d.severity != Severity::Note && d.code != Code::UnusedDeclaration {
            found.push(format!("{}: {}", d.code.name(), d.message));
        }
    };
    compilation.diagnostics.iter().for_each(&mut say);
    if let Some(valid) = &compilation.valid {
        let emitted = kubernetes::emit(valid);
        emitted.diagnostics.iter().for_each(&mut say);
        for file in emitted
            .files
            .iter()
            .filter(|f| f.path.contains("/overlays/"))
        {
            files.push_str(&format!("=== {}\n{}", file.path, file.content));
        }
    }
    (found, files)
}

/// A canary that requires something.
fn canary(require: &str) -> String {
    format!(
        "canary {{ steps = [5%, 50%, 100%], hold = 10m }}\nagainst = stable\n{require}\non_failure = rollback"
    )
}

/// The findings of a criterion in a canary with a router and a Prometheus.
fn found(require: &str) -> Vec<String> {
    built(WATCHED, &canary(require), "").0
}

/// The files of a program without findings.
fn written(environment: &str, rollout: &str) -> String {
    let (found, files) = built(environment, rollout, "");
    assert!(found.is_empty(), "{found:?}");
    files
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let rest = text.split_once(from).map_or("", |(_, rest)| rest);
    rest.split_once(to).map_or(rest, |(found, _)| found)
}

#[test]
fn a_canary_reads_well() {
    let require = "require error_rate <= 1% { samples = 200 }\nrequire rise(memory) <= 20% { if_missing = warn }";
    reviewed("kubernetes", "canary", &written(WATCHED, &canary(require)));
}

#[test]
fn a_switch_reads_well() {
    let rollout = "blue_green { before_switch { require memory <= 1GiB }, after_switch { wait = 30s, watch = 5m, require error_rate < 1% }, keep_old = 30m }\non_failure = switch_back";
    let files = written(
        r#"monitoring { prometheus = "https://prometheus.example.com" }"#,
        rollout,
    );
    reviewed("kubernetes", "blue_green", &files);
}

#[test]
fn the_controller_s_own_cases_of_shares() {
    // utils/replicaset/canary_test.go of argo-rollouts 1.9.1: replicas, per cent, new, stable.
    let cases = [
        (0, 0, 0, 0),
        (0, 50, 0, 0),
        (0, 100, 0, 0),
        (1, 0, 0, 1),
        (1, 1, 1, 1),
        (1, 49, 1, 1),
        (1, 50, 1, 1),
        (1, 99, 1, 1),
        (1, 100, 1, 0),
        (2, 0, 0, 2),
        (2, 1, 1, 2),
        (2, 50, 1, 1),
        (2, 99, 2, 1),
        (2, 100, 2, 0),
        (3, 10, 1, 3),
        (3, 25, 1, 3),
        (3, 33, 1, 2),
        (3, 34, 1, 2),
        (3, 49, 2, 2),
        (3, 50, 2, 2),
        (10, 0, 0, 10),
        (10, 1, 1, 10),
        (10, 18, 2, 9),
        (10, 19, 2, 9),
        (10, 20, 2, 8),
        (10, 23, 2, 8),
        (10, 24, 3, 8),
        (10, 25, 3, 8),
        (10, 99, 10, 1),
        (10, 100, 10, 0),
    ];
    for (replicas, percent, new, stable) in cases {
        let expected = Replicas {
            new,
            all: new + stable,
        };
        assert_eq!(
            nearest(replicas, percent),
            expected,
            "{percent}% of {replicas}"
        );
    }
}

#[test]
fn the_page_s_table_of_shares_is_right() {
    let page = include_str!("../../../../docs/rollouts.md");
    let table = between(page, "| replicas |", "\n\n");
    let row = |line: &str| -> Vec<String> {
        let cells = line
            .split('|')
            .map(|c| c.trim().trim_end_matches('%').to_string());
        cells.filter(|c| !c.is_empty()).collect()
    };
    let mut lines = table.lines();
    let head: Vec<u32> = lines
        .next()
        .map(row)
        .unwrap_or_default()
        .iter()
        .filter_map(|c| c.parse().ok())
        .collect();
    let rows: Vec<Vec<String>> = lines.skip(1).map(row).collect();
    assert!(head.len() == 6 && rows.len() == 5, "{head:?} {rows:?}");
    for cells in rows {
        let replicas: u32 = cells
            .first()
            .and_then(|c| c.parse().ok())
            .expect("a number");
        let real = head
            .iter()
            .map(|p| format!("{:.0}", nearest(replicas, *p).share() * 100.0));
        let said: Vec<String> = cells.iter().skip(1).cloned().collect();
        assert_eq!(real.collect::<Vec<_>>(), said, "{replicas} replicas");
    }
}

#[test]
fn few_replicas_without_a_router_are_said() {
    let place = r#"monitoring { prometheus = "prometheus:9090" }, override api { replicas = 3 }"#;
    let (found, files) = built(place, &canary("require error_rate <= 1%"), "");
    assert_eq!(
        found,
        [
            "coarse-canary: without a router, 3 replicas of `api` can't divide requests as `gradual` asks"
        ]
    );
    assert!(
        files.contains("setWeight: 5 # 25% of 3 replicas"),
        "{files}"
    );
    assert!(files.contains("maxSurge: 1"), "{files}");
    // With a router the share is a share of requests.
    let place = format!("{WATCHED}, override api {{ replicas = 3 }}");
    let files = written(&place, &canary("require error_rate <= 1%"));
    assert!(
        files.contains("setWeight: 5\n") && !files.contains("maxSurge"),
        "{files}"
    );
}

#[test]
fn nothing_is_compared_with_an_empty_stable() {
    let files = written(WATCHED, &canary("require rise(memory) <= 20%"));
    let last = between(&files, "setWeight: 100", "selector:");
    assert!(
        last.contains("pause:") && last.contains("duration: 10m"),
        "{last}"
    );
    assert!(!last.contains("stable-hash"), "{last}");
    let both = written(
        WATCHED,
        &canary("require memory <= 1GiB\nrequire rise(memory) <= 20%"),
    );
    let last = between(&both, "setWeight: 100", "selector:");
    assert!(
        last.contains("api-gradual\n") && !last.contains("against-stable"),
        "{last}"
    );
}

#[test]
fn no_data_is_decided_by_the_program_s_rule() {
    let decided = |rule: &str| {
        let require = format!("require error_rate <= 1% {{ {rule} }}");
        written(WATCHED, &canary(&require)).contains("name: error-rate-decided")
    };
    for rule in ["", "if_missing = fail", "if_missing = undecided"] {
        assert!(decided(rule), "{rule}");
    }
    for rule in ["if_missing = warn", "if_missing = pass"] {
        assert!(!decided(rule), "{rule}");
    }
}

#[test]
fn no_condition_can_fail_on_an_index() {
    let require = "require error_rate <= 1%\nrequire memory != 5MiB\nrequire rise(memory) <= 20%";
    let files = written(WATCHED, &canary(require));
    let conditions: Vec<&str> = files.lines().filter(|l| l.contains("Condition:")).collect();
    assert_eq!(conditions.len(), 6);
    assert!(
        conditions.iter().all(|c| !c.contains("result[")),
        "{conditions:?}"
    );
    assert!(
        files.contains("len(result) > 0 && all(result, {!isNaN(#) && # != 5242880})"),
        "{conditions:?}"
    );
}

#[test]
fn a_pause_waits_for_a_person() {
    let rollout = canary("require error_rate <= 1%").replace("rollback", "pause");
    let files = written(WATCHED, &rollout);
    assert!(files.contains("failureCondition: 'false'"), "{files}");
    assert!(!files.contains("progressDeadlineAbort"), "{files}");
}

#[test]
fn samples_are_counted_on_both_sides_of_a_comparison() {
    let files = written(
        WATCHED,
        &canary("require change(error_rate) <= 1pp { samples = 50 }"),
    );
    let query = between(&files, "query: |", "- name");
    assert_eq!(query.matches(">= 50").count(), 2, "{query}");
    assert_eq!(query.matches("increase(").count(), 2, "{query}");
}

#[test]
fn a_gauge_s_samples_are_its_scraped_values() {
    let files = written(WATCHED, &canary("require same >= 90% { samples = 200 }"));
    let query = between(&files, "query: |", "- name");
    assert!(query.contains("count_over_time(similarity{"), "{query}");
}

#[test]
fn another_service_is_asked_as_a_whole() {
    let files = written(WATCHED, &canary("require other_errors <= 1%"));
    let query = between(&files, "query: |", "- name");
    assert!(
        query.contains("other_total") && !query.contains("new-hash"),
        "{query}"
    );
    let refused = found("require rise(other_errors) <= 10%");
    assert_eq!(
        refused,
        ["not-in-promql: nothing tells the two versions apart here"]
    );
}

#[test]
fn a_limit_is_the_environment_s() {
    let limits = "limit most: ratio { by = environment, cases { production = 2% } }\nlimit always: ratio { by = branch, cases { main = 2% }, others = 3% }";
    let (found, files) = built(WATCHED, &canary("require error_rate <= most"), limits);
    assert!(found.is_empty(), "{found:?}");
    assert!(files.contains("{# <= 0.02}"), "{files}");
}

#[test]
fn gates_are_taken_apart() {
    let gates = "gate inner { require memory <= 1GiB }\ngate outer { require error_rate <= 1%, require gate.inner, require same >= 77% { where = alert } }";
    let (found, files) = built(WATCHED, &canary("require gate.outer"), gates);
    assert!(found.is_empty(), "{found:?}");
    for name in ["name: outer-error-rate\n", "name: outer-inner-memory\n"] {
        assert!(files.contains(name), "{files}");
    }
    assert!(!files.contains("0.77"), "{files}");
    let scored = "gate scored { pass = 80pt, score error_rate <= 1% { weight = 100% } }";
    let (found, _) = built(WATCHED, &canary("require gate.scored"), scored);
    assert_eq!(
        found,
        ["argo-cannot-express: Argo Rollouts knows no points, and `scored` has a score"]
    );
}

#[test]
fn what_a_rollout_can_not_judge_is_said() {
    for (require, said) in [
        (
            "require error_rate <= 1% { confidence = 95% }",
            "argo-cannot-express",
        ),
        (
            "require promql(\"up\") >= 1 { samples = 200 }",
            "not-in-promql",
        ),
        (
            "require error_rate <= 1% or memory <= 1GiB",
            "not-in-promql",
        ),
        ("require smoke.failed == 0", "no-live-source"),
    ] {
        let found = found(require);
        assert!(
            matches!(found.as_slice(), [one] if one.starts_with(said)),
            "{require}: {found:?}"
        );
    }
    let baseline = "baseline runs { branch = \"main\", reference = last, first_run = establish }";
    let rollout = canary("require rise(memory) <= 10%").replace("stable", "runs");
    let (found, _) = built(WATCHED, &rollout, baseline);
    assert_eq!(
        found,
        ["argo-cannot-express: a rollout compares with the stable version, not with earlier runs"]
    );
}

#[test]
fn a_switch_that_asks_for_the_prober_waits_for_it() {
    let rollout = "blue_green { warm_up { requests = 100 }, before_switch { require smoke.failed == 0 } }\non_failure = switch_back";
    let (found, _) = built(WATCHED, rollout, "");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|f| f.starts_with("not-yet")), "{found:?}");
}

#[test]
fn after_a_switch_there_is_nothing_to_compare_with() {
    let rollout = "blue_green { after_switch { require rise(memory) <= 10% } }\nagainst = stable\non_failure = switch_back";
    let (found, _) = built(WATCHED, rollout, "");
    assert_eq!(
        found,
        ["not-in-promql: `rise` has no other version to compare with here"]
    );
}

#[test]
fn what_counts_in_a_rollout_counts_after_a_switch() {
    let of = |place: &str| {
        let rollout = format!(
            "blue_green {{ after_switch {{ watch = 5m }} }}\nrequire memory <= 1GiB {{ where = {place} }}\non_failure = switch_back"
        );
        built(WATCHED, &rollout, "").1.contains("name: memory\n")
    };
    assert!(of("canary") && of("verify") && !of("alert"));
}

#[test]
fn the_old_set_outlives_the_watch() {
    let rollout = "blue_green { after_switch { watch = 30m, require memory <= 1GiB }, keep_old = 10m }\non_failure = switch_back";
    let (found, _) = built(WATCHED, rollout, "");
    assert_eq!(
        found,
        ["out-of-range: the old set of `gradual` is kept for 10m, and the watch ends after 30m"]
    );
}

#[test]
fn the_second_service_needs_a_free_name() {
    let (found, _) = built(
        WATCHED,
        &canary("require memory <= 1GiB"),
        "service api_canary { port = 80, replicas = 1 }",
    );
    assert_eq!(
        found,
        ["name-collision: rollout `gradual` needs the name `api-canary` for a Service"]
    );
}

#[test]
fn criteria_need_a_prometheus() {
    let (found, _) = built(
        r#"router = gateway("public")"#,
        &canary("require memory <= 1GiB"),
        "",
    );
    assert_eq!(
        found,
        ["no-live-source: `production` has no Prometheus to ask for the criteria of `gradual`"]
    );
}

#[test]
fn a_version_that_lacks_a_field_is_refused() {
    let rollout = canary("require memory <= 1GiB");
    let of = |version: &str| {
        let place = format!("{WATCHED}, argo_rollouts = \"{version}\"");
        built(&place, &rollout, "").0
    };
    assert!(of("1.9").is_empty() && of("v1.5.1").is_empty());
    assert_eq!(
        of("1.4"),
        ["argo-cannot-express: Argo Rollouts 1.4 lacks `plugins`, which came with 1.5"]
    );
    for unknown in ["0.9", "2.0", "new"] {
        assert_eq!(
            of(unknown),
            [format!(
                "invalid-value: gatec doesn't know Argo Rollouts `{unknown}`"
            )]
        );
    }
}

#[test]
fn fragments_of_a_deployment_hold_for_what_stands_in_its_place() {
    let raw = r#"service api {
  raw kubernetes """
    kind: Deployment
    spec:
      template:
        spec:
          priorityClassName: high
  """
"#;
    let text = PROGRAM
        .replacen("service api {\n", raw, 1)
        .replace("ENVIRONMENT", WATCHED)
        .replace("ROLLOUT", &canary("require memory <= 1GiB"))
        .replace("METRICS", "");
    let world = MemoryWorld::new([("pipeline.gate", text.as_str())]);
    let compilation = crate::compile(&world, &["pipeline.gate".to_string()]);
    let valid = compilation.valid.expect("a program without errors");
    let emitted = kubernetes::emit(&valid);
    assert!(emitted.diagnostics.is_empty(), "{:?}", emitted.diagnostics);
    let rollout = emitted
        .files
        .iter()
        .find(|f| f.path.ends_with("rollout.yaml"));
    let rollout = rollout.map(|f| f.content.as_str()).unwrap_or_default();
    assert!(rollout.contains("priorityClassName: high"), "{rollout}");
    assert!(rollout.contains("kind: Rollout"), "{rollout}");
}

#[test]
fn times_are_go_s() {
    for (seconds, text) in [
        (0.0, "0s"),
        (15.0, "15s"),
        (60.0, "1m"),
        (330.0, "5m30s"),
        (3600.0, "1h"),
        (90_061.0, "25h1m1s"),
    ] {
        assert_eq!(duration(seconds), text);
    }
}
