//! Histories: which record is the reference, which may go, what a document may hold.

use super::*;
use crate::plan::Better;

fn record(time: f64, run: &str, value: Option<f64>) -> Record {
    let mut record = Record::new("b", time);
    record.run = run.to_string();
    record.commit = format!("c{run}");
    record.values.push(Entry {
        metric: "m".into(),
        cell: String::new(),
        group: String::new(),
        unit: "duration".into(),
        value,
        samples: None,
    });
    record
}

fn history(values: &[f64]) -> History {
    let records = values.iter().enumerate().map(|(at, value)| {
        let run = (at + 1).to_string();
        File::Record(record(at as f64 * 100.0, &run, Some(*value)))
    });
    History::of(records)
}

fn asked(history: &History, statistic: Statistic, policy: impl Fn(&mut Policy)) -> Reference {
    let mut with = Policy {
        statistic,
        keep: 20,
        max_age: None,
        now: Some(1000.0),
    };
    policy(&mut with);
    let question = Question {
        metric: "m",
        cell: "",
        group: "",
        unit: "duration",
        better: Some(Better::Lower),
        key: &Key::new(),
    };
    history.reference(&question, &with)
}

fn value(of: Reference) -> Option<f64> {
    match of {
        Reference::Found { value, .. } => Some(value),
        _ => None,
    }
}

#[test]
fn a_statistic_picks_its_value() {
    let three = history(&[5.0, 1.0, 3.0]);
    for (statistic, wanted) in [
        (Statistic::Last, 3.0),
        (Statistic::Median, 3.0),
        (Statistic::Best, 1.0),
        (Statistic::Anchor, 5.0),
    ] {
        assert_eq!(
            value(asked(&three, statistic, |_| {})),
            Some(wanted),
            "{statistic:?}"
        );
    }
    let four = history(&[5.0, 1.0, 3.0, 4.0]);
    assert_eq!(value(asked(&four, Statistic::Median, |_| {})), Some(3.5));
    assert_eq!(
        value(asked(&four, Statistic::Median, |p| p.keep = 3)),
        Some(3.0)
    );
    assert_eq!(
        asked(&history(&[]), Statistic::Last, |_| {}),
        Reference::Never
    );
}

#[test]
fn what_is_too_old_does_not_count() {
    let three = history(&[5.0, 1.0, 3.0]);
    let young = |p: &mut Policy| (p.now, p.max_age) = (Some(250.0), Some(150.0));
    assert_eq!(value(asked(&three, Statistic::Best, young)), Some(1.0));
    let younger = |p: &mut Policy| (p.now, p.max_age) = (Some(250.0), Some(60.0));
    assert_eq!(value(asked(&three, Statistic::Best, younger)), Some(3.0));
    let old = |p: &mut Policy| (p.now, p.max_age) = (Some(999.0), Some(60.0));
    assert!(matches!(
        asked(&three, Statistic::Best, old),
        Reference::Unusable(_)
    ));
}

#[test]
fn a_null_is_no_reference() {
    let null = History::of([File::Record(record(1.0, "1", None))]);
    assert!(matches!(
        asked(&null, Statistic::Last, |_| {}),
        Reference::Unusable(_)
    ));
}

#[test]
fn another_unit_or_key_is_another_result() {
    let mut other = record(1.0, "1", Some(2.0));
    other.key.insert("model".into(), "a".into());
    let history = History::of([File::Record(other)]);
    let ask = |model: &str, unit: &str| {
        let key = Key::from([("model".to_string(), model.to_string())]);
        let question = Question {
            metric: "m",
            cell: "",
            group: "",
            unit,
            better: None,
            key: &key,
        };
        let policy = Policy {
            statistic: Statistic::Last,
            keep: 1,
            max_age: None,
            now: None,
        };
        value(history.reference(&question, &policy))
    };
    assert_eq!(ask("a", "duration"), Some(2.0));
    assert_eq!(ask("b", "duration"), None);
    assert_eq!(ask("a", "ratio"), None);
}

#[test]
fn a_repeated_run_counts_once() {
    let files = [
        (0.0, "6", 2.0),
        (1.0, "7", 1.0),
        (2.0, "7", 9.0),
        (3.0, "8", 4.0),
    ];
    let files = files.map(|(time, run, v)| File::Record(record(time, run, Some(v))));
    let history = History::of(files);
    assert_eq!(history.records.len(), 3);
    assert_eq!(value(asked(&history, Statistic::Median, |_| {})), Some(4.0));
}

#[test]
fn the_order_of_files_does_not_matter() {
    let files = |order: [usize; 3]| {
        let all = [1.0, 2.0, 3.0].map(|t| File::Record(record(t, &format!("{t}"), Some(t))));
        History::of(order.map(|at| all.get(at).cloned().expect("one of three")))
    };
    assert_eq!(files([0, 1, 2]), files([2, 0, 1]));
}

#[test]
fn pruning_keeps_the_newest_and_the_anchor() {
    let four = history(&[5.0, 1.0, 3.0, 4.0]);
    let ids: Vec<_> = four.records.iter().map(Record::id).collect();
    // The first is the anchor as long as none is pinned.
    assert_eq!(four.needless(2), ids.get(1..2).expect("the second"));
    let pin = Pin::new("b", 500.0, ids.get(1).expect("the second"));
    let files = four.records.iter().cloned().map(File::Record);
    let pinned = History::of(files.chain([File::Pin(pin)]));
    assert_eq!(pinned.needless(2), ids.get(0..1).expect("the first"));
    assert_eq!(value(asked(&pinned, Statistic::Anchor, |_| {})), Some(1.0));
}

#[test]
fn documents_come_back_as_they_were_written() {
    let mut one = record(1_767_225_600.5, "1", Some(0.1 + 0.2));
    one.values.first_mut().expect("a value").samples = Some(Summary::Rate { passed: 3, of: 4 });
    for file in [File::Record(one), File::Pin(Pin::new("b", 2.0, "x"))] {
        assert_eq!(File::parse(&file.text()), Ok(file.clone()));
        assert!(!file.text().contains('\n'));
    }
    for (text, says) in [
        ("", "is no record"),
        ("{}", "no `version`"),
        ("{\"version\": 2}", "of version 2"),
        ("{\"version\": 1}", "missing field"),
        ("[1]", "no `version`"),
    ] {
        let found = File::parse(text);
        assert!(
            matches!(&found, Err(Broken(why)) if why.contains(says)),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn names_differ_where_contents_do() {
    let name = |value| File::Record(record(5.0, "1", Some(value))).name();
    assert_ne!(name(1.0), name(2.0));
    assert_eq!(name(1.0), name(1.0));
    assert!(name(1.0).starts_with("00000000005-"));
}

#[test]
fn a_budget_counts_from_the_first_run_however_often_it_is_repeated() {
    let runs = [(0.0, "1", 1.0), (100.0, "2", 1.1), (200.0, "1", 1.2)];
    let files = runs.map(|(time, run, value)| File::Record(record(time, run, Some(value))));
    let history = History::of(files);
    assert_eq!(value(asked(&history, Statistic::Anchor, |_| {})), Some(1.0));
    // As a reference a repeated run counts once, with what it measured last.
    let Reference::Found { runs, value, .. } = asked(&history, Statistic::Median, |_| {}) else {
        panic!("a reference")
    };
    assert_eq!(runs, 2);
    assert!((value - 1.15).abs() < 1e-12, "{value}");
    assert!(history.records.iter().any(|r| r.time == 0.0));
    let oldest = history.records.first().map(Record::id).unwrap();
    assert!(!history.needless(1).contains(&oldest));
}

#[test]
fn results_in_another_unit_are_no_first_run() {
    let history = history(&[5.0, 1.0]);
    let question = Question {
        metric: "m",
        cell: "",
        group: "",
        unit: "number",
        better: None,
        key: &Key::new(),
    };
    for statistic in [Statistic::Last, Statistic::Anchor] {
        let policy = Policy {
            statistic,
            keep: 20,
            max_age: None,
            now: None,
        };
        let found = history.reference(&question, &policy);
        assert!(
            matches!(&found, Reference::Unusable(why) if why.contains("`duration`")),
            "{found:?}"
        );
    }
}
