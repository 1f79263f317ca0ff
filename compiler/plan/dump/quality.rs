//! Metrics, gates, baselines and tests of the dump.

use super::{Tree, full};
use crate::plan::value::{Quantity, decimal, duration};
use crate::plan::{
    Approvers, Baseline, Better, Condition, Criterion, Gate, Limit, LimitBy, Metric, Scoring,
    Store, Strength, Subject, Test, Value, WeightPart,
};

/// A share as people write it.
pub(super) fn percent(share: f64) -> String {
    Value::Number(share, Quantity::Ratio).to_string()
}

pub(super) fn metric(tree: &mut Tree, metric: &Metric) {
    let line = format!("metric {}: {}", metric.id, metric.ty.describe());
    tree.open_at(&line, Some(&metric.origin), |tree| {
        let better = metric.better.map(|better| match better {
            Better::Higher => "higher",
            Better::Lower => "lower",
        });
        tree.fact("better", better);
        tree.list("key", &metric.key);
        let by = metric.by.as_ref();
        tree.fact(
            "by",
            by.map(|d| format!("{} of {}", d.id, d.values.join(", "))),
        );
        tree.fact("samples", metric.samples.map(decimal));
        tree.fact("repeats", metric.repeats.map(decimal));
        tree.fact("cluster", metric.cluster.as_ref());
        let range = metric
            .range
            .map(|(low, high)| format!("{}..{}", decimal(low), decimal(high)));
        tree.fact("range", range);
        tree.fact("report", metric.report.as_ref().map(full));
        tree.fact("live", metric.live.as_ref().map(full));
    });
}

pub(super) fn gate(tree: &mut Tree, gate: &Gate) {
    let line = format!("gate {} {:?}", gate.id, gate.title);
    tree.open_at(&line, Some(&gate.origin), |tree| {
        tree.fact("against", gate.against.as_ref());
        tree.fact("pass", Some(format!("{} points", decimal(gate.pass))));
        gate.criteria.iter().for_each(|c| criterion(tree, c));
        scoring(tree, &gate.scoring);
        for advice in &gate.advice {
            let when = advice.when.as_ref().map(|w| format!(" when {w:#}"));
            tree.line(&format!(
                "advise {:?}{}",
                full(&advice.text),
                when.unwrap_or_default()
            ));
        }
        for over in &gate.overrides {
            tree.open_at("override", Some(&over.origin), |tree| {
                tree.fact("when", over.when.as_ref().map(full));
                tree.fact("reason", over.reason.as_ref().map(full));
                tree.fact(
                    "by",
                    Some(match &over.by {
                        Approvers::Group(groups) => format!("approvers of {}", groups.join(", ")),
                        Approvers::People(people) => people.join(", "),
                    }),
                );
                tree.fact("expires", over.expires.map(duration));
            });
        }
    });
}

fn scoring(tree: &mut Tree, scoring: &Scoring) {
    match scoring {
        Scoring::AllOrNothing => tree.line("score all or nothing"),
        Scoring::Statements => tree.line("score by criteria"),
        Scoring::Expression(score) => tree.line(&format!("score {score:#}")),
        Scoring::Weights(weights) => tree.open("weights", |tree| {
            for weight in weights {
                let part = match &weight.part {
                    WeightPart::Metric(name) | WeightPart::Gate(name) => name.clone(),
                    WeightPart::Value(value) => format!("{value:#}"),
                };
                let least = weight
                    .at_least
                    .map(|l| format!(", at least {}", decimal(l)));
                let share = percent(weight.weight);
                tree.line(&format!("{part} {share}{}", least.unwrap_or_default()));
            }
        }),
    }
}

pub(super) fn criterion(tree: &mut Tree, criterion: &Criterion) {
    let condition = match &criterion.condition {
        Condition::Holds(condition) => format!("{condition:#}"),
        Condition::Gate(name) => format!("gate {name}"),
        Condition::Outcome(node) => format!("stage {node}"),
        Condition::EveryPart => "every part".to_string(),
    };
    let (verb, extra) = match &criterion.strength {
        Strength::Require { warn } => ("require", warn.map(|w| ("warn", decimal(w)))),
        Strength::Score { weight } => ("score", Some(("weight", percent(*weight)))),
    };
    let line = format!("{verb} {condition}");
    tree.open_at(&line, Some(&criterion.origin), |tree| {
        tree.fact("id", (criterion.id != condition).then_some(&criterion.id));
        if let Some((name, value)) = extra {
            tree.fact(name, Some(value));
        }
        let places: Vec<String> = criterion.places.iter().map(|p| format!("{p:?}")).collect();
        let places: Vec<String> = places.iter().map(|p| p.to_lowercase()).collect();
        tree.list("in", &places);
        tree.fact("confidence", criterion.confidence.map(percent));
        tree.fact("samples", criterion.samples.map(decimal));
        tree.fact("if missing", criterion.if_missing.map(|v| v.name()));
        tree.fact("if skipped", criterion.if_skipped.map(|v| v.name()));
    });
}

pub(super) fn baseline(tree: &mut Tree, baseline: &Baseline) {
    tree.open_at(
        &format!("baseline {}", baseline.id),
        Some(&baseline.origin),
        |tree| {
            tree.fact("branch", baseline.branch.as_ref());
            tree.list("key", &baseline.key);
            tree.fact("reference", Some(&baseline.reference));
            tree.fact("keep", baseline.keep.map(decimal));
            tree.fact("accept on", baseline.accept_on.as_ref());
            tree.fact("first run", Some(&baseline.first_run));
            tree.fact("max age", baseline.max_age.map(duration));
            let floor = |(metric, least): &(String, f64)| format!("{metric} {}", decimal(*least));
            let floors: Vec<_> = baseline.floor.iter().map(floor).collect();
            tree.list("floor", &floors);
            tree.fact("budget", baseline.budget.map(percent));
            tree.fact(
                "store",
                baseline.store.as_ref().map(|store| match store {
                    Store::Folder(path) | Store::File(path) => path,
                    Store::Objects(objects) => &objects.url,
                    Store::Prometheus(prometheus) => &prometheus.url,
                }),
            );
        },
    );
}

pub(super) fn limit(tree: &mut Tree, limit: &Limit) {
    let head = format!("limit {}", limit.id);
    tree.open_at(&head, Some(&limit.origin), |tree| {
        tree.fact(
            "by",
            Some(match &limit.by {
                LimitBy::Environment => "environment",
                LimitBy::Branch => "branch",
                LimitBy::Group(dimension) => dimension,
            }),
        );
        for (case, least) in &limit.cases {
            tree.line(&format!("{case:?} {}", decimal(*least)));
        }
        tree.fact("others", limit.others.map(decimal));
    });
}

pub(super) fn test(tree: &mut Tree, test: &Test) {
    tree.open_at(
        &format!("test {:?}", test.title),
        Some(&test.origin),
        |tree| {
            let given = [
                ("given", &test.given),
                ("live", &test.live),
                ("baseline", &test.baseline),
            ];
            for (name, values) in given {
                for (metric, value, _) in values {
                    tree.line(&format!("{name} {metric} = {value}"));
                }
            }
            if test.others_perfect {
                tree.line("others perfect");
            }
            for expect in &test.expects {
                let subject = match &expect.subject {
                    Subject::Gate(id) => format!("gate {id}"),
                    Subject::Rollout(id) => format!("rollout {id}"),
                    Subject::Alert(id) => format!("alert {id}"),
                };
                tree.open(&format!("expect {subject} {}", expect.outcome), |tree| {
                    tree.list("on", &expect.on);
                    tree.fact("score", expect.score.map(decimal));
                    tree.fact("at", expect.at.map(percent));
                });
            }
        },
    );
}
