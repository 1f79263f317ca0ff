//! Rollouts: how a release reaches an environment.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Amount, Expr, Quantity, Rollout, Strategy, Type, Value};
use crate::resolve::callee;
use crate::resolve::shape::Shape;
use crate::resolve::{Realm, Scope};
use crate::schema::Ty;

const WAYS: [&str; 4] = ["rolling", "canary", "blue_green", "ab"];

impl<'a> Lower<'_, 'a> {
    pub(super) fn rollouts(&self) -> Vec<Rollout> {
        self.program
            .all("rollout")
            .filter_map(|s| self.rollout(s))
            .collect()
    }

    fn rollout(&self, shape: &Shape<'a>) -> Option<Rollout> {
        let id = self.name(shape)?;
        let against = shape.attribute("against").and_then(|e| self.against(e));
        let ways: Vec<&Shape> = shape
            .children
            .iter()
            .filter(|c| WAYS.contains(&c.block.keyword))
            .collect();
        let [way] = ways.as_slice() else {
            self.wrong_shape(shape, &ways);
            return None;
        };
        let strategy = self.strategy(way, against.as_deref())?;
        Some(Rollout {
            criteria: self.criteria(shape, against.as_deref(), &["require"]),
            promote_early: shape.one("promote_early").and_then(|p| {
                let from = self.number(p, "from")?;
                Some((from, self.live_when(p)?, p.statement.span))
            }),
            promote: shape.one("promote").and_then(|p| self.live_when(p)),
            on_failure: self
                .text(shape, "on_failure")
                .unwrap_or_else(|| "rollback".into()),
            origin: self.origin(shape),
            strategy,
            against,
            id,
        })
    }

    fn wrong_shape(&self, shape: &Shape, ways: &[&Shape]) {
        let mut diagnostic = Diagnostic::new(
            Code::RolloutShape,
            shape.head(),
            match ways.is_empty() {
                true => "a rollout says how: `rolling`, `canary`, `blue_green` or `ab`",
                false => "a rollout goes one way only",
            },
        )
        .label(if ways.is_empty() {
            "says none of them"
        } else {
            "says several"
        })
        .help("write one, such as `rolling { max_unavailable = 0 }`");
        for way in ways {
            diagnostic = diagnostic.also(way.statement.keyword.span, "one way");
        }
        self.report(diagnostic);
    }

    fn live_when(&self, shape: &Shape) -> Option<Expr> {
        let e = shape.one("when")?.arg(0)?;
        let typed = self.cx.infer(
            e,
            Some(&Type::Bool),
            &Scope::CONSTANT.within(Realm::Measure),
        );
        let typed = self.cx.expect(typed, &Type::Bool);
        (typed.ty == Type::Bool).then_some(typed)
    }

    fn strategy(&self, way: &Shape<'a>, against: Option<&str>) -> Option<Strategy> {
        Some(match way.block.keyword {
            "rolling" => {
                let max_unavailable = self
                    .amount(way, "max_unavailable")
                    .unwrap_or(Amount::Absolute(0));
                let max_surge = self.amount(way, "max_surge").unwrap_or(Amount::Absolute(1));
                Strategy::Rolling {
                    max_unavailable,
                    max_surge,
                }
            }
            "canary" => {
                let steps = self.value(way, "steps")?;
                let steps: Vec<f64> = steps
                    .as_list()
                    .iter()
                    .filter_map(Value::as_number)
                    .collect();
                self.check_steps(way, &steps);
                Strategy::Canary {
                    steps,
                    hold: self.number(way, "hold")?,
                }
            }
            "blue_green" => {
                let criteria = |s: Option<&Shape<'a>>| {
                    s.map(|s| self.criteria(s, against, &["require"]))
                        .unwrap_or_default()
                };
                let after = way.one("after_switch");
                Strategy::BlueGreen {
                    warm_up: way.one("warm_up").and_then(|w| self.number(w, "requests")),
                    before: criteria(way.one("before_switch")),
                    wait: after.and_then(|a| self.number(a, "wait")).unwrap_or(0.0),
                    watch: after.and_then(|a| self.number(a, "watch")).unwrap_or(300.0),
                    after: criteria(after),
                    keep_old: self.number(way, "keep_old").unwrap_or(1800.0),
                }
            }
            _ => Strategy::Ab {
                split: self.number(way, "split").unwrap_or(0.5),
                sticky: way.attribute("sticky").and_then(|e| {
                    let (kind, args) = callee(e)?;
                    let arg = self
                        .cx
                        .typed(&args.first()?.value, &Ty::Str, &Scope::CONSTANT)?;
                    Some(format!("{kind}:{}", arg.as_str()?))
                }),
                sample: self.number(way, "sample"),
                at_most: self.number(way, "at_most").unwrap_or(14.0 * 86_400.0),
            },
        })
    }

    fn amount(&self, shape: &Shape, name: &str) -> Option<Amount> {
        match self.value(shape, name)? {
            Value::Number(n, Quantity::Ratio) => Some(Amount::Share(n)),
            other => other.as_number().map(|n| Amount::Absolute(n as u32)),
        }
    }

    fn check_steps(&self, shape: &Shape, steps: &[f64]) {
        let span = shape.attribute("steps").map_or(shape.head(), |e| e.span);
        let rising = steps.windows(2).all(|w| matches!(w, [a, b] if a < b));
        let inside = steps.iter().all(|s| *s > 0.0 && *s <= 1.0);
        if !rising || !inside || steps.last() != Some(&1.0) {
            self.report(
                Diagnostic::new(
                    Code::InvalidValue,
                    span,
                    "the steps of a canary rise from over 0% to 100%",
                )
                .label("not such a list")
                .help("write `steps = [5%, 25%, 50%, 100%]`"),
            );
        }
    }
}
