//! No assessment, however odd, stops a form.

use proptest::prelude::*;

use super::*;
use crate::baseline::Kept;
use crate::judge::{Assessment, Bound, Item, Measure, Num, Numbers, Overridden, Past, Role};
use crate::plan::{Better, Operator, Quantity, Verdict};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just(super::sample::HOSTILE.to_string()),
        Just(String::new()),
        Just("gates/ci.gate:3".to_string()),
        Just("a:0:b:99999999999999999999".to_string()),
    ]
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        -2.0..2.0f64,
        Just(0.0),
        Just(f64::MAX),
        Just(f64::MIN_POSITIVE)
    ]
}

fn num() -> impl Strategy<Value = Num> {
    prop_oneof![
        float().prop_map(Num::exact),
        (float(), float()).prop_map(|(low, high)| Num { low, high }),
    ]
}

fn measure() -> BoxedStrategy<Measure> {
    use Quantity::*;
    let quantity = prop_oneof![
        Just(Number),
        Just(Count),
        Just(Ratio),
        Just(Points),
        Just(Duration),
        Just(Bytes),
        Just(Rate),
        Just(Cpu),
        text().prop_map(User),
    ];
    (num(), quantity)
        .prop_map(|(number, quantity)| Measure { number, quantity })
        .boxed()
}

fn verdict() -> impl Strategy<Value = Verdict> {
    use Verdict::*;
    prop::sample::select(vec![Pass, Warn, Fail, Undecided, Skipped, Overridden])
}

fn operator() -> impl Strategy<Value = Operator> {
    use Operator::*;
    let all = vec![
        Less,
        LessEqual,
        Greater,
        GreaterEqual,
        Equal,
        NotEqual,
        Matches,
        In,
    ];
    prop::sample::select(all)
}

fn kept() -> BoxedStrategy<Kept> {
    (float(), float())
        .prop_map(|(time, value)| Kept { time, value })
        .boxed()
}

fn past() -> BoxedStrategy<Past> {
    let names = (
        text(),
        text(),
        prop::option::of(text()),
        prop::option::of(text()),
    );
    let numbers = (
        measure(),
        measure(),
        measure(),
        prop::option::of(num()),
        any::<usize>(),
        prop::collection::vec(kept(), 0..4),
    );
    (names, numbers)
        .prop_map(|(names, numbers)| Past {
            baseline: names.0.clone(),
            metric: names.1,
            group: names.2,
            now: numbers.0,
            before: numbers.1,
            statistic: names.0,
            runs: numbers.4,
            change: numbers.2,
            relative: numbers.3,
            commit: names.3,
            series: numbers.5,
        })
        .boxed()
}

fn bound() -> BoxedStrategy<Bound> {
    let numbers = (float(), measure(), measure(), any::<usize>(), float());
    (prop::option::of(text()), text(), numbers)
        .prop_map(|(group, method, numbers)| Bound {
            group,
            confidence: numbers.0,
            estimate: numbers.1,
            interval: numbers.2,
            n: numbers.3,
            effective_n: numbers.4,
            method,
        })
        .boxed()
}

fn numbers() -> BoxedStrategy<Numbers> {
    let better = prop::option::of(prop::sample::select(vec![Better::Higher, Better::Lower]));
    (
        prop::option::of(measure()),
        prop::option::of((operator(), measure())),
        prop::option::of(measure()),
        prop::collection::vec((text(), measure()), 0..4),
        better,
        prop::collection::vec(past(), 0..3),
        prop::collection::vec(bound(), 0..3),
        prop::option::of(float()),
    )
        .prop_map(
            |(value, limit, warn, groups, better, past, bounds, weight)| Numbers {
                value,
                limit,
                warn,
                groups,
                better,
                past,
                bounds,
                weight,
            },
        )
        .boxed()
}

fn item(child: BoxedStrategy<Option<Assessment>>) -> BoxedStrategy<Item> {
    use Role::*;
    let role = prop::sample::select(vec![Require, Score, Part, Total, Stage]);
    let texts = (
        text(),
        text(),
        text(),
        prop::option::of(text()),
        prop::option::of(text()),
    );
    let points = prop::option::of((num(), float()));
    (
        role,
        verdict(),
        any::<bool>(),
        texts,
        points,
        numbers(),
        child,
    )
        .prop_map(
            |(role, verdict, decides, texts, points, numbers, child)| Item {
                role,
                id: texts.0,
                verdict,
                decides,
                asks: texts.1.clone(),
                value: texts.3,
                limit: texts.4,
                numbers,
                points,
                reasons: vec![texts.1],
                place: texts.2,
                child: child.map(Box::new),
            },
        )
        .boxed()
}

fn gate(items: BoxedStrategy<Vec<Item>>) -> BoxedStrategy<Assessment> {
    let by =
        (verdict(), text(), prop::option::of(float())).prop_map(|(was, by, until)| Overridden {
            was,
            reason: by.clone(),
            place: by.clone(),
            by,
            until,
        });
    let numbers = (prop::option::of(num()), float(), any::<bool>());
    let texts = (text(), text(), text());
    (texts, verdict(), numbers, items, prop::option::of(by))
        .prop_map(
            |(texts, verdict, (score, pass, scored), items, overridden)| Assessment {
                gate: texts.0,
                title: texts.1.clone(),
                pipeline: texts.2,
                verdict,
                score,
                pass,
                scored,
                items,
                advice: vec![texts.1.clone()],
                notes: vec![texts.1.clone()],
                overridden,
                assumed: vec![texts.1],
                place: String::new(),
            },
        )
        .boxed()
}

fn assessment() -> BoxedStrategy<Assessment> {
    let leaf = gate(prop::collection::vec(item(Just(None).boxed()), 0..3).boxed());
    gate(prop::collection::vec(item(prop::option::of(leaf).boxed()), 0..4).boxed())
}

fn limits(name: &str) -> usize {
    match name {
        "comment" => 65_536,
        "markdown" => SUMMARY,
        _ => usize::MAX,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_form_is_made(assessment in assessment()) {
        let document = document(&assessment);
        let read = read(&made("json", &assessment));
        prop_assert_eq!(read.as_ref(), Ok(&document));
        for form in FORMS {
            let text = (form.render)(&document);
            prop_assert!(text.len() <= limits(form.name));
            let steers = |c: char| c.is_control() && c != '\n';
            prop_assert!(!text.contains(steers), "{}", form.name);
            // A page that no template made would be this short one.
            prop_assert!(!text.contains("<title>gatec</title>"));
            prop_assert!(!text.is_empty() || form.name == "annotations", "{}", form.name);
        }
        let xml = made("junit", &assessment);
        prop_assert!(xml.ends_with("</testsuites>\n"));
    }
}
