//! Gates and their criteria.

use std::collections::HashMap;

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::value::decimal;
use crate::plan::{
    Advice, Condition, Criterion, Expr, ExprKind, Func, Gate, Operator, PathSegment, Place,
    Quantity, Ref, Scoring, Strength, Type, Value, Verdict, Weight, WeightPart,
};
use crate::resolve::eval::unparen;

use crate::resolve::shape::Shape;
use crate::resolve::{Realm, Scope};
use crate::schema::{Kind, Ty};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast};

const MEASURE: Scope<'static> = Scope {
    realm: Realm::Measure,
    ..Scope::CONSTANT
};

impl<'a> Lower<'_, 'a> {
    pub(super) fn gates(&self) -> Vec<Gate> {
        self.program
            .all("gate")
            .filter_map(|s| self.gate(s))
            .collect()
    }

    fn gate(&self, shape: &Shape<'a>) -> Option<Gate> {
        let id = self.name(shape)?;
        let against = shape.attribute("against").and_then(|e| self.against(e));
        let criteria = self.criteria(shape, against.as_deref(), &["require", "score"]);
        let scoring = self.scoring(shape, &criteria);
        let pass_given = shape.attribute("pass").map(|e| e.span);
        Some(Gate {
            title: self.text(shape, "name").unwrap_or_else(|| title_of(&id)),
            pass: self.number(shape, "pass").unwrap_or(100.0),
            pass_given,
            against,
            criteria,
            scoring,
            advice: shape.all("advise").map(|a| self.advice(a)).collect(),
            overrides: shape.all("override").map(|o| self.override_(o)).collect(),
            origin: self.origin(shape),
            id,
        })
    }

    /// `against = stable` or a baseline.
    pub(super) fn against(&self, e: &ast::Expr) -> Option<String> {
        match &unparen(e).kind {
            Ast::Name(name) if name == "stable" => Some(name.clone()),
            _ => self
                .reference(e, &[Kind::Baseline])
                .map(|(_, name, _)| name),
        }
    }

    /// `require` and `score` statements of a block, with ids that are unique.
    pub(super) fn criteria(
        &self,
        shape: &Shape<'a>,
        against: Option<&str>,
        keywords: &[&str],
    ) -> Vec<Criterion> {
        let mut criteria: Vec<Criterion> = Vec::new();
        let mut ids: HashMap<String, Span> = HashMap::new();
        let children = shape
            .children
            .iter()
            .filter(|c| keywords.contains(&c.block.keyword));
        for child in children {
            let Some(criterion) = self.criterion(child, against) else {
                continue;
            };
            // An id made of something unknown says nothing.
            let known = match &criterion.condition {
                Condition::Holds(e) => !has_unknown(e),
                _ => true,
            };
            if known && let Some(first) = ids.insert(criterion.id.clone(), criterion.origin.span) {
                self.report(
                    Diagnostic::new(
                        Code::DuplicateCriterion,
                        criterion.origin.span,
                        format!("two criteria are called `{}`", criterion.id),
                    )
                    .label("again here")
                    .also(first, "first here")
                    .help(format!(
                        "name one of them: `{{ id = \"{}_strict\" }}`",
                        criterion.id
                    )),
                );
            }
            criteria.push(criterion);
        }
        criteria
    }

    fn criterion(&self, shape: &Shape<'a>, against: Option<&str>) -> Option<Criterion> {
        let written = shape.arg(0)?;
        let condition = self.criterion_condition(written)?;
        if let Condition::Holds(e) = &condition {
            self.check_reference(e, against);
        }
        let verdict = |name: &str| self.text(shape, name).and_then(|v| Verdict::from_name(&v));
        let strength = match shape.block.keyword {
            "score" => Strength::Score {
                weight: self.number(shape, "weight").unwrap_or(0.0),
            },
            _ => Strength::Require {
                warn: self.number(shape, "warn"),
            },
        };
        self.check_strength(shape, &strength);
        Some(Criterion {
            id: self
                .text(shape, "id")
                .unwrap_or_else(|| criterion_id(&condition)),
            places: self
                .texts(shape, "where")
                .iter()
                .filter_map(|p| place(p))
                .collect(),
            confidence: self.number(shape, "confidence"),
            samples: self.number(shape, "samples"),
            if_missing: verdict("if_missing"),
            if_skipped: verdict("if_skipped"),
            origin: self.origin_whole(shape),
            condition,
            strength,
        })
    }

    fn check_strength(&self, shape: &Shape, strength: &Strength) {
        let (wrong, help) = match strength {
            Strength::Score { weight } if *weight <= 0.0 => {
                ("a `score` needs its `weight`", "write `{ weight = 20% }`")
            }
            Strength::Require { .. } if shape.attribute("weight").is_some() => (
                "`require` is hard and has no `weight`",
                "use `score` for a share of the points",
            ),
            _ => return,
        };
        self.report(
            Diagnostic::new(Code::InvalidValue, shape.statement.span, wrong)
                .label("earns no points")
                .help(help),
        );
    }

    fn criterion_condition(&self, written: &ast::Expr) -> Option<Condition> {
        let bare = unparen(written);
        if let Ast::Name(name) = &bare.kind {
            if name == "every_part" {
                return Some(Condition::EveryPart);
            }
            let gate = self.program.declared(Kind::Gate, name).is_some();
            let metric = self.program.metric_types.contains_key(name);
            if gate && metric {
                self.reference(written, &[Kind::Gate, Kind::Metric]);
                return None;
            }
            if gate {
                return Some(Condition::Gate(name.clone()));
            }
        }
        if let Ast::Field(base, name) = &bare.kind
            && let Ast::Name(prefix) = &base.kind
        {
            if prefix == "gate" {
                let (_, gate, _) = self.reference(written, &[Kind::Gate])?;
                return Some(Condition::Gate(gate));
            }
            if prefix == "stage" {
                let (_, stage, _) = self.reference(written, &[Kind::Stage, Kind::Deploy])?;
                return Some(Condition::Outcome(stage));
            }
            let _ = name;
        }
        let typed = self.cx.infer(written, Some(&Type::Bool), &MEASURE);
        if matches!(typed.ty, Type::Quantity(_)) {
            self.report(
                Diagnostic::new(
                    Code::WrongType,
                    typed.span,
                    "a criterion compares with a limit",
                )
                .label(format!("this is {}", typed.ty.describe()))
                .help("write the limit: `require coverage >= 80%`"),
            );
            return None;
        }
        let typed = self.cx.expect(typed, &Type::Bool);
        // A value of a report may be true: the judge tells. What is unknown was reported.
        (typed.ty != Type::Unknown).then_some(Condition::Holds(typed))
    }

    /// `rise`, `drop` and `change` need something to compare with.
    fn check_reference(&self, e: &Expr, against: Option<&str>) {
        if against.is_some() {
            return;
        }
        e.walk(&mut |inner| {
            if let ExprKind::Call(func @ (Func::Rise | Func::Drop | Func::Change), _) = &inner.kind {
                self.report(
                    Diagnostic::new(
                        Code::NoReference,
                        inner.span,
                        format!("`{}` has nothing to compare with", func.name()),
                    )
                    .label("compared with what?")
                    .help("say it in the block around: `against = BASELINE` (or `stable` in a rollout)"),
                );
            }
        });
    }

    fn scoring(&self, shape: &Shape<'a>, criteria: &[Criterion]) -> Scoring {
        let expression = shape.attribute("score");
        let weights = shape.one("weights");
        let statements = criteria
            .iter()
            .any(|c| matches!(c.strength, Strength::Score { .. }));
        let ways = [expression.is_some(), weights.is_some(), statements];
        if ways.iter().filter(|w| **w).count() > 1 {
            let mut diagnostic = Diagnostic::new(
                Code::TwoScorings,
                shape.head(),
                "this gate has two ways to earn points",
            )
            .label("one way only");
            if let Some(e) = expression {
                diagnostic = diagnostic.also(e.span, "`score = …`");
            }
            if let Some(w) = weights {
                diagnostic = diagnostic.also(w.statement.keyword.span, "`weights`");
            }
            if let Some(s) = shape.one("score") {
                diagnostic = diagnostic.also(s.statement.keyword.span, "a `score` statement");
            }
            self.report(
                diagnostic.help("keep one of `score = …`, `weights { }` and `score` statements"),
            );
        }
        if let Some(e) = expression {
            let points = Type::Quantity(Quantity::Points);
            let typed = self.cx.infer(e, Some(&points), &MEASURE);
            let typed = self.cx.expect(typed, &points);
            return Scoring::Expression(typed);
        }
        if let Some(weights) = weights {
            return Scoring::Weights(self.weights(weights));
        }
        match statements {
            true => {
                let sum = criteria.iter().filter_map(|c| match c.strength {
                    Strength::Score { weight } => Some((weight, c.origin.span)),
                    Strength::Require { .. } => None,
                });
                self.check_sum_of_weights(sum.collect(), shape.head());
                Scoring::Statements
            }
            false => Scoring::AllOrNothing,
        }
    }

    fn weights(&self, shape: &Shape<'a>) -> Vec<Weight> {
        let mut weights = Vec::new();
        for entry in &shape.open {
            let path = key_expr(entry);
            let part = match self.weight_part(&path, entry) {
                Some(part) => part,
                None => continue,
            };
            let (weight, at_least) = self.weight_value(&entry.value);
            if let Some(weight) = weight {
                weights.push(Weight {
                    part,
                    weight,
                    at_least,
                    span: entry.span,
                });
            }
        }
        let sum = weights.iter().map(|w| (w.weight, w.span)).collect();
        if weights.len() == shape.open.len() {
            self.check_sum_of_weights(sum, shape.statement.keyword.span);
        }
        weights
    }

    fn weight_part(&self, path: &ast::Expr, entry: &ast::Attribute) -> Option<WeightPart> {
        if entry.path.len() > 2 {
            let typed = self.cx.infer(path, None, &MEASURE);
            return (typed.ty != Type::Unknown).then_some(WeightPart::Value(typed));
        }
        match self.reference(path, &[Kind::Metric, Kind::Gate])? {
            (Kind::Gate, name, _) => Some(WeightPart::Gate(name)),
            (_, name, span) => {
                let ty = self.program.metric_types.get(&name);
                let fits = matches!(
                    ty,
                    Some(Type::Quantity(Quantity::Ratio | Quantity::Points) | Type::Unknown)
                );
                if !fits {
                    self.report(
                        Diagnostic::new(
                            Code::WrongUnit,
                            span,
                            "only a ratio, points or a gate can earn a weight",
                        )
                        .label(format!(
                            "`{name}` is {}",
                            ty.map(Type::describe).unwrap_or_default()
                        ))
                        .help("use a `score` statement with a limit instead"),
                    );
                }
                Some(WeightPart::Metric(name))
            }
        }
    }

    fn weight_value(&self, e: &ast::Expr) -> (Option<f64>, Option<f64>) {
        if let Ast::Record(block) = &unparen(e).kind {
            let field = |name: &str, ty: Ty| {
                block.items.iter().find_map(|i| match i {
                    ast::Item::Attribute(a) if a.key() == name => {
                        self.cx.typed(&a.value, &ty, &Scope::CONSTANT)?.as_number()
                    }
                    _ => None,
                })
            };
            return (
                field("weight", Ty::Ratio),
                field("at_least", Ty::AnyQuantity),
            );
        }
        (
            self.cx
                .typed(e, &Ty::Ratio, &Scope::CONSTANT)
                .and_then(|v| v.as_number()),
            None,
        )
    }

    fn check_sum_of_weights(&self, weights: Vec<(f64, Span)>, at: Span) {
        let sum: f64 = weights.iter().map(|(w, _)| w).sum();
        if weights.is_empty() || (sum - 1.0).abs() < 1e-9 {
            return;
        }
        let percent = |n: f64| format!("{}%", decimal(n * 100.0));
        let terms: Vec<String> = weights.iter().map(|(w, _)| percent(*w)).collect();
        let (more, word) = match sum < 1.0 {
            true => (1.0 - sum, "missing"),
            false => (sum - 1.0, "too much"),
        };
        let mut diagnostic = Diagnostic::new(
            Code::WeightsDoNotAddUp,
            at,
            format!("the weights add up to {}, not to 100%", percent(sum)),
        )
        .label(format!("{} {word}", percent(more)))
        .help(format!("{} = {}", terms.join(" + "), percent(sum)));
        if let Some((_, last)) = weights.last() {
            diagnostic = diagnostic.also(*last, "the last of them");
        }
        self.report(diagnostic);
    }

    fn advice(&self, shape: &Shape) -> Advice {
        let scope = MEASURE;
        let text = shape
            .arg(0)
            .map(|e| self.cx.message(e, &scope))
            .unwrap_or_default();
        let when = shape.one("when").and_then(|w| w.arg(0)).and_then(|e| {
            let typed = self.cx.infer(e, Some(&Type::Bool), &scope);
            let typed = self.cx.expect(typed, &Type::Bool);
            (typed.ty != Type::Unknown).then_some(typed)
        });
        Advice {
            text,
            when,
            origin: self.origin_at(shape.statement.span, None),
        }
    }
}

/// `gate.code_quality` as an expression, from an attribute's key.
pub(super) fn key_expr(entry: &ast::Attribute) -> ast::Expr {
    let mut parts = entry.path.iter();
    let Some(first) = parts.next() else {
        return ast::Expr {
            kind: Ast::Missing,
            span: entry.span,
        };
    };
    let mut e = ast::Expr {
        kind: Ast::Name(first.text.clone()),
        span: first.span,
    };
    for name in parts {
        let span = e.span.to(name.span);
        e = ast::Expr {
            kind: Ast::Field(Box::new(e), name.clone()),
            span,
        };
    }
    e
}

fn has_unknown(e: &Expr) -> bool {
    let mut found = false;
    e.walk(&mut |inner| found |= inner.ty == Type::Unknown);
    found
}

fn place(name: &str) -> Option<Place> {
    Some(match name {
        "ci" => Place::Ci,
        "canary" => Place::Canary,
        "alert" => Place::Alert,
        "verify" => Place::Verify,
        _ => return None,
    })
}

/// A name for people: `p95_regression` → `P95 regression`.
pub(super) fn title_of(id: &str) -> String {
    crate::plan::title(id)
}

/// The id of a criterion: its left side, normalised.
fn criterion_id(condition: &Condition) -> String {
    match condition {
        Condition::Gate(gate) => gate.clone(),
        Condition::Outcome(stage) => format!("stage_{stage}"),
        Condition::EveryPart => "every_part".to_string(),
        Condition::Holds(e) => {
            let left = match &e.kind {
                ExprKind::Binary(
                    Operator::Equal
                    | Operator::NotEqual
                    | Operator::Less
                    | Operator::LessEqual
                    | Operator::Greater
                    | Operator::GreaterEqual,
                    left,
                    _,
                ) => left,
                _ => e,
            };
            let mut words = Vec::new();
            id_words(left, &mut words);
            words.join("_")
        }
    }
}

fn id_words(e: &Expr, words: &mut Vec<String>) {
    match &e.kind {
        ExprKind::Ref(r) => ref_words(r, words),
        ExprKind::Call(func, args) => {
            words.push(func.name());
            args.iter()
                .filter(|a| a.value().is_none())
                .for_each(|a| id_words(a, words));
        }
        ExprKind::Binary(_, a, b) => {
            id_words(a, words);
            id_words(b, words);
        }
        ExprKind::Not(a) => {
            words.push("not".into());
            id_words(a, words);
        }
        ExprKind::Negate(a) => id_words(a, words),
        ExprKind::List(items) => items.iter().for_each(|i| id_words(i, words)),
        ExprKind::Const(_) | ExprKind::Text(_) => {}
    }
}

fn ref_words(r: &Ref, words: &mut Vec<String>) {
    let clean = |s: &str| -> String {
        s.chars()
            .map(|c| if c.is_alphanumeric() { c } else { '_' })
            .collect()
    };
    let selected = |matchers: &[crate::plan::Matcher], words: &mut Vec<String>| {
        let values = matchers
            .iter()
            .flat_map(|m| &m.values)
            .filter_map(Value::as_str);
        words.extend(values.map(clean));
    };
    match r {
        Ref::Metric(name, matchers) => {
            words.push(name.clone());
            selected(matchers, words);
        }
        Ref::Report {
            stage,
            report,
            path,
        } => {
            words.push(stage.clone());
            if stage != report {
                words.push(report.clone());
            }
            for segment in path {
                match segment {
                    PathSegment::Field(name) | PathSegment::Key(name) => words.push(clean(name)),
                    PathSegment::By(_) => {}
                    PathSegment::Filter(matchers) => selected(matchers, words),
                }
            }
        }
        Ref::Series { name, matchers, .. } => {
            words.push(name.clone());
            selected(matchers, words);
        }
        Ref::Ci(name, matchers) => {
            words.push(format!("ci_{name}"));
            selected(matchers, words);
        }
        _ => {}
    }
}
