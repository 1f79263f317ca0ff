//! The smallest changes that would make an item pass.

use proptest::prelude::*;

use super::sample::{measure, rich, scored, threshold};
use super::*;
use crate::judge::{Assessment, Item, Num};
use crate::plan::{Better, Operator, Quantity, Verdict};

/// What is said of the first item of a gate.
fn says(item: Item) -> Vec<String> {
    let gate = Assessment {
        items: vec![item],
        ..rich()
    };
    let items = document(&gate).gate.items;
    items
        .iter()
        .flat_map(|item| item.nearest.iter().map(|change| change.says.clone()))
        .collect()
}

fn of(value: f64, op: Operator, to: f64, quantity: Quantity) -> Vec<String> {
    says(threshold("x", Verdict::Fail, value, (op, to), quantity))
}

#[test]
fn thresholds_say_how_far() {
    use Operator::*;
    use Quantity::*;
    for (value, op, to, quantity, wanted) in [
        (
            0.025,
            LessEqual,
            0.02,
            Duration,
            "would pass at <= 20ms: 5ms less",
        ),
        (
            0.792,
            GreaterEqual,
            0.8,
            Ratio,
            "would pass at >= 80%: 0.8 percentage points more",
        ),
        (
            0.79,
            GreaterEqual,
            0.8,
            Ratio,
            "would pass at >= 80%: 1 percentage point more",
        ),
        (3.0, Equal, 0.0, Count, "would pass at 0: 3 fewer"),
        (3.0, Less, 3.0, Count, "would pass at < 3: it is just there"),
        (
            0.03,
            Less,
            0.02,
            Duration,
            "would pass at < 20ms: more than 10ms less",
        ),
        (
            1.0,
            Greater,
            2.5,
            Rate,
            "would pass at > 2.5rps: more than 1.5rps more",
        ),
    ] {
        assert_eq!(of(value, op, to, quantity), [wanted]);
    }
    // What can't be told is not said.
    assert!(of(3.0, NotEqual, 3.0, Count).is_empty());
    assert!(of(f64::NAN, LessEqual, 3.0, Count).is_empty());
    assert!(of(3.0, LessEqual, f64::INFINITY, Count).is_empty());
}

#[test]
fn a_change_that_is_said_is_never_too_small() {
    let third = of(
        1.0 / 3.0,
        Operator::GreaterEqual,
        2.0 / 3.0,
        Quantity::Number,
    );
    assert_eq!(third, ["would pass at >= 0.666667: 0.333334 more"]);
    let inside = of(2.5, Operator::LessEqual, 1.0, Quantity::Count);
    assert_eq!(inside, ["would pass at <= 1: 2 fewer"]);
}

#[test]
fn what_is_not_known_may_pass() {
    let limit = (Operator::LessEqual, 2.0);
    let mut item = threshold("x", Verdict::Undecided, 0.0, limit, Quantity::Count);
    item.numbers.value = Some(crate::judge::Measure {
        number: Num {
            low: 0.0,
            high: 5.0,
        },
        quantity: Quantity::Count,
    });
    assert_eq!(says(item), ["would pass at <= 2: up to 3 fewer"]);
}

#[test]
fn each_group_that_fails_is_named() {
    let item = rich()
        .items
        .into_iter()
        .find(|item| item.id == "f1")
        .unwrap();
    assert_eq!(
        says(item),
        [
            "fr would pass at >= 80%: 4 percentage points more",
            "sw would pass at >= 80%: 27.5 percentage points more"
        ]
    );
}

#[test]
fn bounds_say_whether_samples_could_show_it() {
    let item = rich()
        .items
        .into_iter()
        .find(|item| item.id == "accuracy")
        .unwrap();
    // (87 - 81.2)^2 / (87 - 85)^2 = 8.41 times the 600.
    let wanted = "would pass with a lower bound >= 85%: 3.8 percentage points more; if the estimate holds, about 5100 samples would show it";
    assert_eq!(says(item.clone()), [wanted]);
    let mut worse = item;
    for bound in &mut worse.numbers.bounds {
        bound.estimate = measure(0.84, Quantity::Ratio);
    }
    let text = says(worse).concat();
    assert!(
        text.ends_with("; more samples alone would not show it"),
        "{text}"
    );
}

#[test]
fn a_rise_is_said_of_its_metric() {
    let item = rich()
        .items
        .into_iter()
        .find(|item| item.id == "latency_p95")
        .unwrap();
    let wanted = [
        "would pass at <= 10%: 15 percentage points less",
        "that is latency_p95 at <= 22ms",
    ];
    assert_eq!(says(item.clone()), wanted);
    let mut drop = item;
    drop.numbers.limit = Some((Operator::LessEqual, measure(0.1, Quantity::Ratio)));
    for past in &mut drop.numbers.past {
        past.now = measure(0.015, Quantity::Duration);
        past.change = measure(-0.005, Quantity::Duration);
        past.relative = Some(Num::exact(-0.25));
    }
    assert_eq!(
        says(drop).get(1).map(String::as_str),
        Some("that is latency_p95 at >= 18ms")
    );
}

#[test]
fn missing_points_name_the_parts_that_could_give_them() {
    let items = document(&scored()).gate.items;
    let said: Vec<_> = items
        .iter()
        .flat_map(|i| &i.nearest)
        .map(|c| c.says.as_str())
        .collect();
    let wanted = [
        "7pt are missing; this part alone would give them",
        "coverage at >= 76%: 14 percentage points more",
    ];
    assert_eq!(said, wanted);
    let mut hard = scored();
    hard.items
        .iter_mut()
        .filter(|i| i.id == "score")
        .for_each(|i| {
            i.numbers.limit = Some((Operator::GreaterEqual, measure(99.0, Quantity::Points)));
        });
    let items = document(&hard).gate.items;
    let said: Vec<_> = items
        .iter()
        .flat_map(|i| &i.nearest)
        .map(|c| c.says.as_str())
        .collect();
    let wanted = "21pt are missing, and no part alone could give them: coverage has 19pt to give, more than any other";
    assert_eq!(said, [wanted]);
}

#[test]
fn a_part_that_should_be_low_is_told_to_fall() {
    let mut gate = scored();
    for item in gate.items.iter_mut().filter(|item| item.id == "coverage") {
        item.numbers.better = Some(Better::Lower);
        item.numbers.value = Some(measure(0.38, Quantity::Ratio));
    }
    let items = document(&gate).gate.items;
    let said = items
        .iter()
        .flat_map(|i| &i.nearest)
        .any(|c| c.says == "coverage at <= 24%: 14 percentage points less");
    assert!(said);
}

proptest! {
    /// At the value that is named the comparison holds; on the way there it doesn't.
    #[test]
    fn the_named_value_passes(value in -1e6..1e6f64, to in -1e6..1e6f64, up in any::<bool>()) {
        let op = if up { Operator::GreaterEqual } else { Operator::LessEqual };
        let fails = Num::exact(value).compare(op, Num::exact(to)) == Some(false);
        prop_assume!(fails);
        let gate = Assessment {
            items: vec![threshold("x", Verdict::Fail, value, (op, to), Quantity::Number)],
            ..rich()
        };
        let items = document(&gate).gate.items;
        let change = &items[0].nearest[0];
        let (at, by) = (change.at.as_ref().unwrap().low, change.by.as_ref().unwrap().low);
        prop_assert_eq!(Num::exact(at).compare(op, Num::exact(to)), Some(true));
        prop_assert_eq!(Num::exact(value + by * 0.999).compare(op, Num::exact(to)), Some(false));
    }
}
