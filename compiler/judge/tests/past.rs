//! Comparison with earlier results.

use super::*;
use crate::baseline::{Entry, File, History, Pin, Record};
use Verdict::*;

const PROGRAM: &str = r#"
metric latency: duration { better = lower, report = bench.r["latency"] * 1ms }
metric errors: ratio { better = lower, report = bench.r["errors"] }
baseline b { BASELINE }
gate g {
  against = b
  require latency <= 1s
  CRITERION
}
pipeline ci {
  on push { branches = ["main"] }
  stage bench { run "make bench", reports { r = json("r.json") } }
  check g
}
"#;

fn plan_of(baseline: &str, criterion: &str) -> Plan {
    program(
        &PROGRAM
            .replace("BASELINE", baseline)
            .replace("CRITERION", criterion),
    )
}

fn report(latency_ms: f64, errors: f64) -> MemoryStore {
    let text = format!("{{\"latency\": {latency_ms}, \"errors\": {errors}}}");
    MemoryStore::default().with("bench/_/r.json", text)
}

fn entry(metric: &str, unit: &str, value: f64) -> Entry {
    Entry {
        metric: metric.into(),
        cell: String::new(),
        group: String::new(),
        unit: unit.into(),
        value: Some(value),
        samples: None,
    }
}

/// Accepted runs, one a second, with these latencies in ms and no errors.
fn history(latencies: &[f64]) -> History {
    let record = |(at, ms): (usize, &f64)| {
        let mut record = Record::new("b", 999_000.0 + at as f64);
        record.commit = format!("c{at}");
        record
            .values
            .push(entry("latency", "duration", ms / 1000.0));
        record.values.push(entry("errors", "ratio", 0.0));
        File::Record(record)
    };
    History::of(latencies.iter().enumerate().map(record))
}

fn judged_on(plan: &Plan, store: &MemoryStore, history: History) -> Assessment {
    let run = Run {
        past: [("b".to_string(), Ok(history))].into(),
        ..well(plan)
    };
    assess_run(plan, "ci", "g", store, &run)
}

#[test]
fn a_rise_is_a_share_of_the_reference() {
    let plan = plan_of("reference = last", "require rise(latency) <= 10%");
    for (now, verdict) in [(22.0, Pass), (22.001, Fail), (10.0, Pass)] {
        let found = judged_on(&plan, &report(now, 0.0), history(&[5.0, 20.0]));
        assert_eq!(found.verdict, verdict, "{now}");
    }
    let found = judged_on(&plan, &report(23.0, 0.0), history(&[5.0, 20.0]));
    let past = item(&found, "rise_latency")
        .numbers
        .past
        .first()
        .expect("a comparison");
    assert_eq!((past.before.number.low, past.runs), (0.02, 1));
    assert_eq!(past.commit.as_deref(), Some("c1"));
    let relative = past.relative.expect("a share").low;
    assert!((relative - 0.15).abs() < 1e-12);
}

#[test]
fn the_newest_kept_values_are_told() {
    let plan = plan_of("reference = last", "require rise(latency) <= 10%");
    let all: Vec<f64> = (1..=60).map(f64::from).collect();
    for (kept, first, n) in [(&all[..], 0.011, 50), (&[5.0, 20.0], 0.005, 2)] {
        let found = judged_on(&plan, &report(23.0, 0.0), history(kept));
        let series = item(&found, "rise_latency")
            .numbers
            .past
            .first()
            .map(|past| past.series.clone())
            .unwrap();
        let last = kept.last().unwrap() / 1000.0;
        assert_eq!(series.len(), n);
        assert_eq!(series.first().unwrap().value, first);
        assert_eq!(series.last().unwrap().value, last);
        assert!(series.is_sorted_by(|a, b| a.time < b.time));
    }
}

#[test]
fn statistics_and_directions() {
    for (baseline, criterion, now, verdict) in [
        (
            "reference = median",
            "require rise(latency) <= 10%",
            22.0,
            Pass,
        ),
        (
            "reference = best",
            "require rise(latency) <= 10%",
            22.0,
            Fail,
        ),
        (
            "reference = last",
            "require change(latency) <= 2ms",
            42.0,
            Pass,
        ),
        (
            "reference = last",
            "require change(latency) <= 1ms",
            42.0,
            Fail,
        ),
        (
            "reference = last",
            "require drop(latency) >= 5%",
            38.0,
            Pass,
        ),
        (
            "reference = last",
            "require drop(latency) >= 5%",
            39.0,
            Fail,
        ),
    ] {
        let plan = plan_of(baseline, criterion);
        let found = judged_on(&plan, &report(now, 0.0), history(&[20.0, 10.0, 40.0]));
        assert_eq!(found.verdict, verdict, "{baseline} {criterion} {now}");
    }
}

#[test]
fn no_reference_is_undecided_unless_the_program_says_otherwise() {
    let rise = "require rise(latency) <= 10%";
    let establish = plan_of("first_run = establish", rise);
    let found = judged_on(&establish, &report(23.0, 0.0), History::default());
    assert_eq!(found.verdict, Pass);
    assert!(reasons(&found).contains("no earlier `latency`"));
    // Absolute criteria still hold.
    let found = judged_on(&establish, &report(2000.0, 0.0), History::default());
    assert_eq!(found.verdict, Fail);
    let fail = plan_of("first_run = fail", rise);
    assert_eq!(
        judged_on(&fail, &report(23.0, 0.0), History::default()).verdict,
        Fail
    );
    // Nobody said where it lives, or it can't be read.
    let run = well(&establish);
    let found = assess_run(&establish, "ci", "g", &report(23.0, 0.0), &run);
    assert_eq!(found.verdict, Undecided);
    let broken = Run {
        past: [("b".to_string(), Err("x.json is no record".to_string()))].into(),
        ..run
    };
    let found = assess_run(&establish, "ci", "g", &report(23.0, 0.0), &broken);
    assert_eq!(found.verdict, Undecided);
    assert!(reasons(&found).contains("x.json is no record"));
}

#[test]
fn nothing_is_a_share_of_zero_without_a_floor() {
    let rise = "require rise(errors) <= 10%";
    let plan = plan_of("first_run = establish", rise);
    let found = judged_on(&plan, &report(1.0, 0.0), history(&[1.0]));
    assert_eq!(found.verdict, Undecided);
    assert!(reasons(&found).contains("is zero"), "{}", reasons(&found));
    let floor = plan_of("floor { errors = 1% }", rise);
    for (errors, verdict) in [(0.0, Pass), (0.001, Pass), (0.002, Fail)] {
        let found = judged_on(&floor, &report(1.0, errors), history(&[1.0]));
        assert_eq!(found.verdict, verdict, "{errors}");
    }
    let change = plan_of("", "require change(errors) <= 1pp");
    let found = judged_on(&change, &report(1.0, 0.01), history(&[1.0]));
    assert_eq!(found.verdict, Pass);
}

#[test]
fn what_is_stale_is_undecided() {
    let plan = plan_of("max_age = 1h", "require rise(latency) <= 10%");
    let found = judged_on(&plan, &report(20.0, 0.0), history(&[20.0]));
    assert_eq!(found.verdict, Pass);
    let run = Run {
        past: [("b".to_string(), Ok(history(&[20.0])))].into(),
        now: Some(1_100_000.0),
        ..well(&plan)
    };
    let found = assess_run(&plan, "ci", "g", &report(20.0, 0.0), &run);
    assert_eq!(found.verdict, Undecided);
    assert!(reasons(&found).contains("older than `max_age`"));
}

#[test]
fn a_budget_counts_from_the_anchor() {
    let plan = plan_of("budget = 20%", "require rise(latency) <= 10%");
    // Each step is small; all of them are not.
    let creeping = history(&[10.0, 10.8, 11.6]);
    let found = judged_on(&plan, &report(12.5, 0.0), creeping.clone());
    assert_eq!(found.verdict, Fail);
    assert_eq!(item(&found, "latency_budget").verdict, Fail);
    assert_eq!(item(&found, "rise_latency").verdict, Pass);
    let found = judged_on(&plan, &report(12.0, 0.0), creeping.clone());
    assert_eq!(found.verdict, Pass);
    // A newer anchor starts anew.
    let last = creeping.records.last().expect("a record");
    let pin = File::Pin(Pin::new("b", 999_999.0, &last.id()));
    let files = creeping.records.iter().cloned().map(File::Record);
    let pinned = History::of(files.chain([pin]));
    assert_eq!(judged_on(&plan, &report(12.5, 0.0), pinned).verdict, Pass);
}

#[test]
fn only_results_of_the_same_key_are_compared() {
    let plan = plan_of("key = [\"model\"]", "require rise(latency) <= 10%");
    let mut records = history(&[10.0]).records;
    records.iter_mut().for_each(|r| {
        r.key.insert("model".to_string(), "a".to_string());
    });
    let history = || History::of(records.iter().cloned().map(File::Record));
    let of = |model: &str| {
        let text = format!("{{\"latency\": 20, \"errors\": 0{model}}}");
        MemoryStore::default().with("bench/_/r.json", text)
    };
    assert_eq!(
        judged_on(&plan, &of(", \"model\": \"a\""), history()).verdict,
        Fail
    );
    // Another model has no earlier result.
    assert_eq!(
        judged_on(&plan, &of(", \"model\": \"b\""), history()).verdict,
        Pass
    );
    let found = judged_on(&plan, &of(""), history());
    assert_eq!(found.verdict, Undecided);
    assert!(reasons(&found).contains("nobody says which `model`"));
    let run = Run {
        keys: [("model".to_string(), "a".to_string())].into(),
        past: [("b".to_string(), Ok(history()))].into(),
        ..well(&plan)
    };
    assert_eq!(assess_run(&plan, "ci", "g", &of(""), &run).verdict, Fail);
}

#[test]
fn only_accepted_runs_of_the_branch_are_recorded() {
    let plan = plan_of("", "require rise(latency) <= 10%");
    let baseline = plan.baseline("b").expect("declared");
    let recorded = |latency: f64, change: &dyn Fn(&mut Run)| {
        let mut run = Run {
            past: [("b".to_string(), Ok(history(&[20.0])))].into(),
            ..well(&plan)
        };
        change(&mut run);
        record(&plan, "ci", "g", baseline, &report(latency, 0.5), &run)
    };
    let set = |name: &'static str, value: Val| {
        move |run: &mut Run| {
            run.facts.insert(name.to_string(), value.clone());
        }
    };
    let found = recorded(21.0, &|_| {}).expect("accepted");
    let values: Vec<_> = found
        .values
        .iter()
        .map(|e| (e.metric.as_str(), e.value))
        .collect();
    assert_eq!(values, [("latency", Some(0.021)), ("errors", Some(0.5))]);
    let refused = [
        (recorded(30.0, &|_| {}), "gate `g` is fail"),
        (
            recorded(21.0, &set("branch", Val::text("topic"))),
            "branch `topic`",
        ),
        (
            recorded(21.0, &set("event", Val::text("pull_request"))),
            "only read",
        ),
        (
            recorded(21.0, &set("from_fork", Val::Bool(true))),
            "forks only read",
        ),
        (
            recorded(21.0, &|run: &mut Run| run.past.clear()),
            "undecided",
        ),
        (
            recorded(21.0, &|run: &mut Run| {
                run.assumed
                    .metrics
                    .insert("latency".into(), Val::number(0.01));
            }),
            "assumed values",
        ),
    ];
    for (found, why) in refused {
        assert!(
            matches!(&found, Err(said) if said.contains(why)),
            "{found:?}"
        );
    }
}

#[test]
fn a_gate_of_the_rollout_has_no_stable_version_here() {
    let mut plan = plan_of("", "require rise(latency) <= 10%");
    plan.gates
        .iter_mut()
        .for_each(|g| g.against = Some("stable".to_string()));
    let found = judged_on(&plan, &report(20.0, 0.0), history(&[20.0]));
    assert_eq!(found.verdict, Undecided);
}

#[test]
fn a_first_run_needs_no_bound_of_what_it_counts_as() {
    let text = r#"
metric latency: duration { better = lower, report = mean(bench.r["runs"]) * 1ms }
baseline b { }
gate g {
  against = b
  require rise(latency) <= 10% { confidence = 95%, samples = 3 }
}
pipeline ci {
  on push { branches = ["main"] }
  stage bench { run "make bench", reports { r = json("r.json") } }
  check g
}
"#;
    let plan = program(text);
    let report = |runs: &str| {
        MemoryStore::default().with("bench/_/r.json", format!("{{\"runs\": [{runs}]}}"))
    };
    let first = judged_on(&plan, &report("1, 1, 1, 1"), History::default());
    assert_eq!(first.verdict, Pass, "{}", reasons(&first));
    let few = judged_on(&plan, &report("1, 1"), History::default());
    assert_eq!(few.verdict, Undecided, "{}", reasons(&few));
    // A reference without samples is no first run.
    let later = judged_on(&plan, &report("1, 1, 1, 1"), history(&[1.0]));
    assert_eq!(later.verdict, Undecided, "{}", reasons(&later));
}

#[test]
fn a_first_run_says_where_nothing_was() {
    let plan = plan_of("reference = last", "require rise(latency) <= 10%");
    let nothing = History::default().at("results/b".to_string());
    let found = judged_on(&plan, &report(22.0, 0.0), nothing);
    assert_eq!(found.verdict, Pass);
    let says = "has no earlier `latency` in results/b: it counts as unchanged";
    assert!(reasons(&found).contains(says), "{}", reasons(&found));
}
