//! A rich assessment: all verdicts, gates in gates, groups, bounds, baselines, points.

use crate::baseline::Kept;
use crate::judge::{Assessment, Bound, Item, Measure, Num, Overridden, Past, Role};
use crate::plan::{Better, Operator, Quantity, Verdict};

pub fn measure(number: f64, quantity: Quantity) -> Measure {
    Measure {
        number: Num::exact(number),
        quantity,
    }
}

/// An item with a value and a limit, for people and as numbers.
pub fn threshold(
    id: &str,
    verdict: Verdict,
    value: f64,
    limit: (Operator, f64),
    quantity: Quantity,
) -> Item {
    let shown = |n| crate::plan::Value::Number(n, quantity.clone()).to_string();
    let (op, to) = limit;
    let mut item = Item {
        asks: format!("{id} {} {}", op.text(), shown(to)),
        value: Some(shown(value)),
        limit: Some(format!("{} {}", op.text(), shown(to))),
        ..Item::new(Role::Require, id, verdict, "gates/release.gate:12")
    };
    item.numbers.value = Some(measure(value, quantity.clone()));
    item.numbers.limit = Some((op, measure(to, quantity)));
    item
}

fn part(id: &str, value: f64, weight: f64) -> Item {
    let shown = |n| crate::plan::Value::Number(n, Quantity::Ratio).to_string();
    let mut item = Item {
        asks: id.to_string(),
        value: Some(shown(value)),
        decides: false,
        points: Some((Num::exact(value * weight * 100.0), weight * 100.0)),
        ..Item::new(Role::Part, id, Verdict::Pass, "gates/release.gate:30")
    };
    item.numbers.value = Some(measure(value, Quantity::Ratio));
    item.numbers.weight = Some(weight);
    item.numbers.better = Some(Better::Higher);
    item
}

/// Accepted runs, one a day from 2026-11-01.
fn kept(values: &[f64]) -> Vec<Kept> {
    let days = (0..).map(|day| 1_793_491_200.0 + 86_400.0 * f64::from(day));
    let each = values.iter().zip(days);
    each.map(|(&value, time)| Kept { time, value }).collect()
}

fn latency() -> Item {
    use Quantity::{Duration, Ratio};
    let mut item = threshold(
        "latency_p95",
        Verdict::Fail,
        0.25,
        (Operator::LessEqual, 0.1),
        Ratio,
    );
    item.asks = "rise(latency_p95) <= 10%".to_string();
    item.numbers.past = vec![Past {
        baseline: "main".to_string(),
        metric: "latency_p95".to_string(),
        group: None,
        now: measure(0.025, Duration),
        before: measure(0.02, Duration),
        statistic: "median".to_string(),
        runs: 20,
        change: measure(0.005, Duration),
        relative: Some(Num::exact(0.25)),
        commit: Some("4f1d59f0a1b2c3d4".to_string()),
        series: kept(&[0.018, 0.021, 0.019, 0.022, 0.02]),
    }];
    item
}

fn accuracy() -> Item {
    let mut item = threshold(
        "accuracy",
        Verdict::Fail,
        0.87,
        (Operator::GreaterEqual, 0.85),
        Quantity::Ratio,
    );
    item.numbers.bounds = vec![Bound {
        group: None,
        confidence: 0.95,
        estimate: measure(0.87, Quantity::Ratio),
        interval: Measure {
            number: Num {
                low: 0.812,
                high: f64::INFINITY,
            },
            quantity: Quantity::Ratio,
        },
        n: 600,
        effective_n: 120.0,
        method: "clustered Clopper-Pearson".to_string(),
    }];
    item.reasons = vec!["the lower bound is not within the limit".to_string()];
    item
}

fn groups() -> Item {
    let mut item = threshold(
        "f1",
        Verdict::Fail,
        0.0,
        (Operator::GreaterEqual, 0.8),
        Quantity::Ratio,
    );
    item.asks = "every(f1) >= 80%".to_string();
    item.value = Some("de 84%, en 91%, fr 76%, sw 52.5%".to_string());
    item.numbers.value = None;
    item.numbers.groups = [("de", 0.84), ("en", 0.91), ("fr", 0.76), ("sw", 0.525)]
        .map(|(group, value)| (group.to_string(), measure(value, Quantity::Ratio)))
        .to_vec();
    item
}

fn missing() -> Item {
    Item {
        asks: "coverage >= 80%".to_string(),
        limit: Some(">= 80%".to_string()),
        reasons: vec![
            "report `coverage` of stage `test` is missing (evidence/test/_/coverage.xml)"
                .to_string(),
        ],
        ..Item::new(
            Role::Require,
            "coverage",
            Verdict::Undecided,
            "gates/release.gate:14",
        )
    }
}

fn total(score: f64) -> Item {
    let mut item = threshold(
        "score",
        Verdict::Fail,
        score,
        (Operator::GreaterEqual, 85.0),
        Quantity::Points,
    );
    item.role = Role::Total;
    item.asks = "score".to_string();
    item
}

/// A gate of points, of which some are missing.
pub fn scored() -> Assessment {
    let items = vec![
        part("coverage", 0.62, 0.5),
        part("docs", 0.9, 0.3),
        part("style", 1.0, 0.2),
        total(78.0),
    ];
    Assessment {
        title: "Code quality".to_string(),
        verdict: Verdict::Fail,
        score: Some(Num::exact(78.0)),
        pass: 85.0,
        scored: true,
        items,
        place: "gates/release.gate:28".to_string(),
        ..Assessment::nothing("quality", "release", String::new())
    }
}

/// A gate that failed and was let through.
fn licences() -> Assessment {
    Assessment {
        title: "Licences".to_string(),
        verdict: Verdict::Overridden,
        items: vec![threshold(
            "forbidden",
            Verdict::Fail,
            2.0,
            (Operator::Equal, 0.0),
            Quantity::Count,
        )],
        overridden: Some(Overridden {
            was: Verdict::Fail,
            reason: "Both are test data, see LEGAL-17".to_string(),
            by: "amira (legal)".to_string(),
            until: Some(1_795_413_600.0),
            place: "gates/release.gate:40".to_string(),
        }),
        ..Assessment::nothing("licences", "release", String::new())
    }
}

fn child(verdict: Verdict, gate: Assessment) -> Item {
    Item {
        asks: format!("gate.{}", gate.gate),
        child: Some(Box::new(gate)),
        ..Item::new(Role::Require, "gates", verdict, "gates/release.gate:20")
    }
}

/// Everything at once.
pub fn rich() -> Assessment {
    let mut near = threshold(
        "memory",
        Verdict::Warn,
        490e6,
        (Operator::LessEqual, 512e6),
        Quantity::Bytes,
    );
    near.numbers.warn = Some(measure(480e6, Quantity::Bytes));
    let skipped = Item {
        asks: "e2e.results.failed == 0".to_string(),
        reasons: vec!["stage `e2e` did not run: its `when` was false".to_string()],
        ..Item::new(
            Role::Require,
            "e2e",
            Verdict::Skipped,
            "gates/release.gate:16",
        )
    };
    let count = (Operator::Equal, 0.0);
    Assessment {
        title: "Release 2.0".to_string(),
        verdict: Verdict::Fail,
        items: vec![
            threshold("failed", Verdict::Pass, 0.0, count, Quantity::Count),
            latency(),
            accuracy(),
            groups(),
            missing(),
            near,
            skipped,
            child(Verdict::Fail, scored()),
            child(Verdict::Overridden, licences()),
        ],
        advice: vec!["Profile `serve` first: the last rise came from there.".to_string()],
        notes: vec!["baseline `main` has no earlier `memory`: it counts as unchanged".to_string()],
        place: "gates/release.gate:10".to_string(),
        ..Assessment::nothing("release", "release", String::new())
    }
}

/// A gate that passes.
pub fn passed() -> Assessment {
    let mut all = rich();
    all.items.retain(|item| item.verdict == Verdict::Pass);
    let mut mild = latency();
    mild.verdict = Verdict::Pass;
    mild.value = Some("-5%".to_string());
    mild.numbers.value = Some(measure(-0.05, Quantity::Ratio));
    for past in &mut mild.numbers.past {
        past.now = measure(0.019, Quantity::Duration);
        past.change = measure(-0.001, Quantity::Duration);
        past.relative = Some(Num::exact(-0.05));
    }
    all.items.push(mild);
    Assessment {
        verdict: Verdict::Pass,
        advice: Vec::new(),
        notes: Vec::new(),
        ..all
    }
}

/// Texts that mean something to a form.
pub const HOSTILE: &str = "<script>alert(1)</script> a|b `code` *x* [l](javascript:1) @team #1 \
    $x$ https://evil.example www.evil.example ]]> --> \" ' & \u{1b}[31mred\u{1b}[0m \u{202e}abc \
    {{ 7 * 7 }} {% raw %}\n::error::pwned\n##[error]pwned\n\r%0A::stop-commands::x \u{0} \u{ffff}";

/// An assessment whose every text is hostile.
pub fn hostile() -> Assessment {
    fn spoil(text: &mut String) {
        *text = HOSTILE.to_string();
    }
    fn gate(gate: &mut Assessment) {
        [
            &mut gate.gate,
            &mut gate.title,
            &mut gate.pipeline,
            &mut gate.place,
        ]
        .into_iter()
        .for_each(spoil);
        gate.advice = vec![HOSTILE.to_string()];
        gate.notes = vec![HOSTILE.to_string()];
        gate.assumed = vec![HOSTILE.to_string()];
        if let Some(by) = &mut gate.overridden {
            [&mut by.reason, &mut by.by, &mut by.place]
                .into_iter()
                .for_each(spoil);
        }
        gate.items.iter_mut().for_each(item);
    }
    fn item(item: &mut Item) {
        [&mut item.id, &mut item.asks, &mut item.place]
            .into_iter()
            .for_each(spoil);
        item.value = Some(HOSTILE.to_string());
        item.limit = Some(HOSTILE.to_string() + "x");
        item.reasons = vec![HOSTILE.to_string()];
        for (group, _) in &mut item.numbers.groups {
            spoil(group);
        }
        for past in &mut item.numbers.past {
            [&mut past.baseline, &mut past.metric, &mut past.statistic]
                .into_iter()
                .for_each(spoil);
            past.group = Some(HOSTILE.to_string());
            past.commit = Some(HOSTILE.to_string());
        }
        for bound in &mut item.numbers.bounds {
            spoil(&mut bound.method);
            bound.group = Some(HOSTILE.to_string());
        }
        if let Some(child) = &mut item.child {
            gate(child);
        }
    }
    let mut all = rich();
    gate(&mut all);
    all
}
