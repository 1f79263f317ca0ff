//! Objectives beside Sloth's for the same ones (tests/fixtures/sloth), and what is refused.

#![allow(clippy::disallowed_methods)] // Tests read the fixture from disk.

use crate::diagnostics::Severity;
use crate::source::MemoryWorld;
use promql_parser::parser::{Expr, parse};
use std::collections::BTreeMap;

const SERVICE: &str = r#"
service api {
  port = 8080
  metrics = "/metrics"
  series requests_total: counter(count) { labels = ["status"] }
  series seconds: histogram(duration) { buckets = [100ms, 250ms, 1s] }
}
environment production {
  namespace  = "production"
  monitoring { prometheus = "prometheus.monitoring:9090" }
}
"#;

fn check(program: &str) -> crate::Compilation {
    let text = format!("{program}{SERVICE}");
    let world = MemoryWorld::new([("pipeline.gate", text.as_str())]);
    crate::check(&world, &["pipeline.gate".to_string()])
}

/// Findings as `severity[code]: message`.
fn findings(program: &str) -> Vec<String> {
    let found = check(program).diagnostics.sorted();
    let say = |d: crate::diagnostics::Diagnostic| {
        format!("{}[{}]: {}", d.severity.word(), d.code.name(), d.message)
    };
    found.into_iter().map(say).collect()
}

/// Every rule of a program's or a fixture's file: recordings and alerts with their expressions.
fn rules(yaml: &str) -> Vec<(String, String)> {
    let file: serde_yaml::Value = serde_yaml::from_str(yaml).unwrap();
    let mut rules = Vec::new();
    for group in file["groups"].as_sequence().unwrap() {
        for rule in group["rules"].as_sequence().unwrap() {
            let name = rule.get("record").or(rule.get("alert")).unwrap();
            let expr = rule["expr"].as_str().unwrap();
            rules.push((name.as_str().unwrap().to_string(), expr.to_string()));
        }
    }
    rules
}

fn ours(program: &str) -> Vec<(String, String)> {
    let compilation = check(program);
    let plan = compilation.valid.unwrap();
    let files = crate::targets::prometheus::emit(&plan).files;
    let file = files.iter().find(|f| f.path.ends_with(".rules.yml"));
    rules(&file.unwrap().content)
}

fn sloths() -> Vec<(String, String)> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/sloth/rules.yml"
    );
    rules(&std::fs::read_to_string(path).unwrap())
}

/// The expression without parentheses and what only renames its samples.
fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Aggregate(inner) if inner.op.to_string() == "max" => bare(&inner.expr),
        other => other,
    }
}

fn sides(expr: &Expr, op: &str) -> Option<(Expr, Expr)> {
    match bare(expr) {
        Expr::Binary(b) if b.op.to_string() == op => Some((*b.lhs.clone(), *b.rhs.clone())),
        _ => None,
    }
}

fn number(expr: &Expr) -> f64 {
    match bare(expr) {
        Expr::NumberLiteral(n) => n.val,
        other => {
            let (a, b) = sides(other, "*").unwrap();
            number(&a) * number(&b)
        }
    }
}

/// Pairs of windows and limits of an alert: `5m > 0.144 and 1h > 0.144 or …`.
fn pairs(text: &str) -> Vec<[(String, f64); 2]> {
    fn ways(expr: &Expr, found: &mut Vec<Expr>) {
        match sides(expr, "or") {
            Some((a, b)) => {
                ways(&a, found);
                ways(&b, found);
            }
            None => found.push(expr.clone()),
        }
    }
    let mut found = Vec::new();
    ways(&parse(text).unwrap(), &mut found);
    let one = |expr: &Expr| {
        let (what, limit) = sides(expr, ">").unwrap();
        let Expr::VectorSelector(series) = bare(&what) else {
            panic!("{text}");
        };
        let name = series.name.clone().unwrap();
        let window = name.rsplit(['_', 'e']).next().unwrap().to_string();
        // Twelve digits: Sloth leaves the multiplication to Prometheus.
        (window, (number(&limit) * 1e12).round() / 1e12)
    };
    let pair = |expr: &Expr| {
        let (a, b) = sides(expr, "and").unwrap();
        [one(&a), one(&b)]
    };
    found.iter().map(pair).collect()
}

/// A ratio without what only matters where Sloth's gives NaN or nothing: a denominator of zero, and
/// errors that never happened yet.
fn ratio(text: &str) -> (String, String) {
    let whole = parse(text).unwrap();
    let (bad, all) = sides(&whole, "/").unwrap();
    let bad = match sides(&bad, "or") {
        Some((bad, none)) => {
            assert!(none.to_string().starts_with("0 *"), "{none}");
            bad
        }
        None => bad,
    };
    let all = match sides(&all, ">") {
        Some((all, zero)) => {
            assert_eq!(number(&zero), 0.0);
            all
        }
        None => all,
    };
    (bare(&bad).to_string(), bare(&all).to_string())
}

fn named<'r>(rules: &'r [(String, String)], start: &str, end: &str) -> Vec<&'r str> {
    let named = rules
        .iter()
        .filter(|(name, _)| name.starts_with(start) && name.ends_with(end));
    named.map(|(_, expr)| expr.as_str()).collect()
}

#[test]
fn alerts_hold_where_sloths_do() {
    let ours = ours(
        r#"
slo answers { bad = share(requests_total[status =~ "5.."]), objective 99.5% { over = 30d } }
slo strict { bad = share(requests_total[status =~ "5.."]), objective 99.9% { over = 30d } }
"#,
    );
    let theirs = sloths();
    for name in ["Answers", "Strict"] {
        let own = |end| named(&ours, name, end);
        let alerts = named(&theirs, name, "");
        assert_eq!(alerts.len(), 2, "a page and a ticket");
        assert_eq!(pairs(own("Fast")[0]), pairs(alerts[0]), "{name}: page");
        assert_eq!(pairs(own("Slow")[0]), pairs(alerts[1]), "{name}: ticket");
    }
}

#[test]
fn shares_are_sloths_over_every_window() {
    let ours = ours(
        r#"slo answers { bad = share(requests_total[status =~ "5.."]), objective 99.5% { over = 30d } }"#,
    );
    let theirs = sloths();
    let mut compared = BTreeMap::new();
    for window in ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] {
        let own = named(&ours, "namespace_job:answers:", &format!("_ratio_{window}"));
        let other = named(&theirs, "slo:sli_error:", &format!("rate{window}"));
        assert_eq!(ratio(own[0]), ratio(other[0]), "{window}");
        compared.insert(window, own[0]);
    }
    assert_eq!(compared.len(), 7);
    let period = named(&ours, "namespace_job:answers:", "_ratio_30d");
    assert!(period[0].starts_with("avg_over_time(namespace_job:answers:error_ratio_5m"));
    let left = named(&ours, "namespace_job:answers:error_budget_left", "");
    assert!(left[0].ends_with("/ 0.005"), "{}", left[0]);
}

#[test]
fn good_events_are_the_rest() {
    let ours = ours("slo fast { good = within(seconds, 250ms), objective 99% { over = 28d } }");
    let hour = named(&ours, "namespace_job:fast:", "_ratio_1h");
    assert!(
        hour[0].starts_with("1 - sum by (namespace, job)"),
        "{}",
        hour[0]
    );
    assert!(hour[0].contains("le=\"0.25\"") && hour[0].contains("[1h]"));
    let page = pairs(named(&ours, "Fast", "Fast")[0]);
    assert_eq!(
        page[0],
        [("5m".to_string(), 0.1344), ("1h".to_string(), 0.1344)]
    );
}

#[test]
fn several_objectives_share_their_recordings() {
    let ours = ours(
        r#"slo answers {
  bad = share(requests_total[status =~ "5.."])
  objective 99.5% { over = 30d }
  objective 99% { over = 7d }
}"#,
    );
    let mut names: Vec<_> = ours.iter().map(|(name, _)| name).collect();
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "no rule twice");
    let alerts: Vec<_> = names
        .iter()
        .filter(|n| n.starts_with("AnswersBudget"))
        .collect();
    assert_eq!(
        alerts,
        [
            "AnswersBudgetBurnsFast30d",
            "AnswersBudgetBurnsFast7d",
            "AnswersBudgetBurnsSlow30d",
            "AnswersBudgetBurnsSlow7d",
        ]
        .iter()
        .collect::<Vec<_>>()
    );
}

#[test]
fn a_factor_beyond_everything_is_left_out() {
    let low = "slo low { good = within(seconds, 250ms), objective 90% { over = 30d } }";
    assert_eq!(
        pairs(named(&ours(low), "Low", "Fast")[0]).len(),
        1,
        "14.4 × 10 % is out of reach"
    );
    assert!(findings(low).is_empty(), "{:?}", findings(low));
    let lower = "slo low { good = within(seconds, 250ms), objective 80% { over = 30d } }";
    assert_eq!(
        findings(lower),
        [
            "note[alert-never-fires]: an objective of 80% is too low for a critical alert: 6 times its budget is more than everything"
        ]
    );
}

#[test]
fn what_no_budget_can_be_made_of_is_refused() {
    let code = |program: &str| {
        let found = check(program).diagnostics.sorted();
        let errors = found.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|d| d.code.name()).collect::<Vec<_>>()
    };
    let objective = "objective 99% { over = 30d }";
    assert_eq!(code(&format!("slo a {{ {objective} }}")), ["invalid-value"]);
    assert_eq!(
        code("slo a { good = within(seconds, 250ms) }"),
        ["missing-attribute"]
    );
    assert_eq!(
        code("slo a { good = within(seconds, 250ms), objective 100% { over = 30d } }"),
        ["out-of-range"]
    );
    assert_eq!(
        code("slo a { good = within(seconds, 250ms), objective 99% { over = 1h } }"),
        ["out-of-range"]
    );
    assert_eq!(
        code(&format!("slo a {{ bad = p95(seconds), {objective} }}")),
        ["wrong-unit"]
    );
}

#[test]
fn an_objective_without_a_prometheus_is_said() {
    let program = SERVICE.replace(
        "  monitoring { prometheus = \"prometheus.monitoring:9090\" }\n",
        "",
    );
    let text = format!(
        "slo a {{ good = within(seconds, 250ms), objective 99% {{ over = 30d }} }}{program}"
    );
    let world = MemoryWorld::new([("pipeline.gate", text.as_str())]);
    let found = crate::check(&world, &["pipeline.gate".to_string()])
        .diagnostics
        .sorted();
    let codes: Vec<_> = found.iter().map(|d| d.code.name()).collect();
    assert_eq!(codes, ["alert-without-prometheus"]);
}
