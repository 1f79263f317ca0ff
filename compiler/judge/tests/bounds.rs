//! Confidence and numbers of samples.

use super::*;
use Verdict::*;

fn plan_of(metric: &str, criterion: &str) -> Plan {
    program(&format!(
        r#"
{metric}
baseline b {{ }}
gate g {{ against = b, {criterion} }}
pipeline ci {{
  on push {{ branches = ["main"] }}
  stage s {{ run "make", reports {{ r = json("r.json"), t = junit("t.xml") }} }}
  check g
}}
"#
    ))
}

fn tests(passed: usize, failed: usize) -> MemoryStore {
    let cases = "<testcase/>".repeat(passed) + &"<testcase><failure/></testcase>".repeat(failed);
    MemoryStore::default().with("s/_/t.xml", format!("<testsuite>{cases}</testsuite>"))
}

fn judged_on(plan: &Plan, store: &MemoryStore) -> Assessment {
    assess_run(plan, "ci", "g", store, &well(plan))
}

const RATE: &str = "metric passes: ratio { better = higher, report = s.t.pass_rate }";

#[test]
fn a_rate_holds_only_if_its_bound_does() {
    // Clopper-Pearson, one-sided 95%: 19 of 19 show 85%, 92 of 100, 47 of 50 (gates.md 7.1).
    let plan = plan_of(RATE, "require passes >= 85% { confidence = 95% }");
    for (passed, failed, wanted) in [
        (18, 0, Undecided),
        (19, 0, Pass),
        (91, 9, Undecided),
        (92, 8, Pass),
        (46, 4, Undecided),
        (47, 3, Pass),
        (84, 16, Fail),
    ] {
        let found = judged_on(&plan, &tests(passed, failed));
        assert_eq!(
            found.verdict,
            wanted,
            "{passed} {failed}: {}",
            reasons(&found)
        );
    }
    let found = judged_on(&plan, &tests(92, 8));
    let bound = item(&found, "passes")
        .numbers
        .bounds
        .first()
        .expect("a bound");
    assert_eq!((bound.n, bound.confidence), (100, 0.95));
    assert!(bound.method.contains("Clopper-Pearson"));
    assert!(bound.interval.number.low >= 0.85);
}

#[test]
fn too_few_samples_say_how_many_would_do() {
    let plan = plan_of(RATE, "require passes >= 85% { confidence = 95% }");
    let found = judged_on(&plan, &tests(10, 0));
    assert!(
        reasons(&found).contains("about 19 samples would do"),
        "{}",
        reasons(&found)
    );
    let plan = plan_of(RATE, "require passes >= 85% { samples = 20 }");
    let found = judged_on(&plan, &tests(19, 0));
    assert_eq!(found.verdict, Undecided);
    assert!(reasons(&found).contains("has 19 samples, and 20 are asked for"));
    assert_eq!(judged_on(&plan, &tests(20, 0)).verdict, Pass);
}

fn list(items: &[(usize, f64)]) -> MemoryStore {
    let one = |(item, score): &(usize, f64)| {
        format!("{{\"id\": \"i{item}\", \"model\": \"m\", \"score\": {score}}}")
    };
    let all: Vec<_> = items.iter().map(one).collect();
    let text = format!("{{\"runs\": [{}], \"share\": 0.9}}", all.join(","));
    MemoryStore::default().with("s/_/r.json", text)
}

#[test]
fn repeats_of_one_item_are_one() {
    let metric = |more: &str| {
        format!(
            "metric m: ratio {{ better = higher, report = mean(s.r[\"runs[*].score\"]) {more} }}"
        )
    };
    let asks = "require m >= 85% { confidence = 95% }";
    // 5 items, 5 passes each: 25 samples, worth 5.
    let five: Vec<_> = (0..25).map(|at| (at / 5, 1.0)).collect();
    let alone = judged_on(&plan_of(&metric(""), asks), &list(&five));
    assert_eq!(alone.verdict, Pass);
    let clustered = judged_on(&plan_of(&metric(", cluster = \"id\""), asks), &list(&five));
    assert_eq!(clustered.verdict, Undecided);
    let bound = item(&clustered, "m")
        .numbers
        .bounds
        .first()
        .expect("a bound");
    assert_eq!((bound.n, bound.effective_n), (25, 5.0));
}

#[test]
fn a_mean_within_a_range_has_a_bound() {
    let metric = "metric m: ratio { better = higher, report = mean(s.r[\"runs[*].score\"]) }";
    let plan = plan_of(metric, "require m >= 80% { confidence = 95% }");
    let many: Vec<_> = (0..400)
        .map(|at| (at, if at % 2 == 0 { 0.95 } else { 0.9 }))
        .collect();
    assert_eq!(judged_on(&plan, &list(&many)).verdict, Pass);
    let few: Vec<_> = many.into_iter().take(4).collect();
    assert_eq!(judged_on(&plan, &list(&few)).verdict, Undecided);
}

#[test]
fn one_number_has_no_samples_unless_the_metric_says_how_many() {
    let metric = |more: &str| {
        format!("metric m: ratio {{ better = higher, report = s.r[\"share\"] {more} }}")
    };
    let asks = "require m >= 80% { confidence = 95% }";
    let found = judged_on(&plan_of(&metric(""), asks), &list(&[]));
    assert_eq!(found.verdict, Undecided);
    assert!(
        reasons(&found).contains("no samples stand behind it"),
        "{}",
        reasons(&found)
    );
    let found = judged_on(&plan_of(&metric(", samples = 100"), asks), &list(&[]));
    assert_eq!(found.verdict, Pass, "{}", reasons(&found));
    let found = judged_on(&plan_of(&metric(", samples = 20"), asks), &list(&[]));
    assert_eq!(found.verdict, Undecided);
}

#[test]
fn a_rise_is_shown_by_samples_on_both_sides() {
    use crate::baseline::{Entry, File, History, Record, Summary};
    let metric =
        "metric m: duration { better = lower, report = mean(s.r[\"runs[*].score\"]) * 1ms }";
    let plan = plan_of(metric, "require rise(m) <= 10% { confidence = 95% }");
    let values = |n: usize, middle: f64| -> Vec<(usize, f64)> {
        (0..n)
            .map(|at| (at, middle + (at % 7) as f64 * 0.1))
            .collect()
    };
    let history = |n: usize| {
        let mut record = Record::new("b", 999_000.0);
        let samples = values(n, 10.0).into_iter().map(|(_, v)| (None, v / 1000.0));
        record.values.push(Entry {
            metric: "m".into(),
            cell: String::new(),
            group: String::new(),
            unit: "duration".into(),
            value: Some(0.0103),
            samples: Some(Summary::Values(samples.collect())),
        });
        History::of([File::Record(record)])
    };
    let judged_with = |now: f64, n: usize| {
        let run = Run {
            past: [("b".to_string(), Ok(history(n)))].into(),
            ..well(&plan)
        };
        assess_run(&plan, "ci", "g", &list(&values(n, now)), &run)
    };
    assert_eq!(judged_with(10.2, 60).verdict, Pass);
    assert_eq!(judged_with(12.0, 60).verdict, Fail);
    let found = judged_with(10.8, 2);
    assert_eq!(found.verdict, Undecided, "{}", reasons(&found));
}

/// Ranks would say that the middle didn't move.
#[test]
fn a_change_is_bounded_as_the_mean_that_it_is() {
    use crate::baseline::{Entry, File, History, Record, Summary};
    let metric = "metric m: ratio { better = higher, report = mean(s.r[\"runs[*].score\"]) }";
    let plan = plan_of(metric, "require change(m) >= -5pp { confidence = 95% }");
    let mut record = Record::new("b", 999_000.0);
    record.values.push(Entry {
        metric: "m".into(),
        cell: String::new(),
        group: String::new(),
        unit: "ratio".into(),
        value: Some(1.0),
        samples: Some(Summary::Values(vec![(None, 1.0); 100])),
    });
    let judged_with = |passed: usize, of: usize| {
        let run = Run {
            past: [(
                "b".to_string(),
                Ok(History::of([File::Record(record.clone())])),
            )]
            .into(),
            ..well(&plan)
        };
        let now: Vec<(usize, f64)> = (0..of)
            .map(|at| (at, f64::from(u8::from(at < passed))))
            .collect();
        assess_run(&plan, "ci", "g", &list(&now), &run)
    };
    assert_eq!(judged_with(1000, 1000).verdict, Pass);
    let found = judged_with(96, 100);
    assert_eq!(found.verdict, Undecided, "{}", reasons(&found));
    assert_eq!(judged_with(900, 1000).verdict, Fail);
}

#[test]
fn assumed_values_are_exact() {
    let plan = plan_of(RATE, "require passes >= 85% { confidence = 95% }");
    let mut run = well(&plan);
    run.assumed
        .metrics
        .insert("passes".into(), Val::number(0.86));
    let found = assess_run(&plan, "ci", "g", &tests(1, 9), &run);
    assert_eq!(found.verdict, Pass);
}
