//! A gate judged: its criteria, its points, its verdict.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::budget::budgets;
use super::criterion::{self, shown};
use super::eval::{message, truth};
use super::lack::Lack;
use super::nodes::{Ended, ended, name};
use super::number::Num;
use super::numbers::{Measure, Past};
use super::overrides;
use super::result::{Assessment, Item, Role, combined};
use super::scope::{Picked, Scope, reports};
use super::score::{part, points};
use super::sources::Sources;
use crate::plan::{
    Condition, Criterion, Expr, ExprKind, Gate, Operator, Place, Plan, Quantity, Ref, Scoring,
    Strength, Type, Verdict, WeightPart,
};

/// Judges gates of a plan on one run's evidence; each gate once.
pub struct Judge<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The evidence.
    pub sources: &'a Sources<'a>,
    done: RefCell<BTreeMap<String, Assessment>>,
    past: RefCell<Vec<Past>>,
    said: RefCell<Vec<String>>,
    open: RefCell<Vec<String>>,
}

impl<'a> Judge<'a> {
    /// A judge.
    pub fn new(plan: &'a Plan, sources: &'a Sources<'a>) -> Self {
        Self {
            plan,
            sources,
            done: RefCell::default(),
            past: RefCell::default(),
            said: RefCell::default(),
            open: RefCell::default(),
        }
    }

    /// A gate's assessment.
    pub fn gate(&self, id: &str) -> Assessment {
        if let Some(done) = self.done.borrow().get(id) {
            return done.clone();
        }
        let pipeline = &self.sources.pipeline.id;
        let Some(gate) = self.plan.gate(id) else {
            return Assessment::nothing(id, pipeline, format!("the program has no gate `{id}`"));
        };
        if self.open.borrow().iter().any(|open| open == id) {
            return Assessment::nothing(id, pipeline, format!("gate `{id}` is part of itself"));
        }
        self.open.borrow_mut().push(id.to_string());
        let assessment = self.judge(gate);
        self.open.borrow_mut().pop();
        self.done
            .borrow_mut()
            .insert(id.to_string(), assessment.clone());
        assessment
    }

    /// The gate that is being judged.
    pub fn current(&self) -> Option<&'a Gate> {
        let open = self.open.borrow();
        open.last().and_then(|id| self.plan.gate(id))
    }

    /// Keeps a comparison for the item that is being judged.
    pub fn tell(&self, past: Past) {
        let mut all = self.past.borrow_mut();
        if !all.contains(&past) {
            all.push(past);
        }
    }

    /// Keeps a remark for the item that is being judged.
    pub fn note(&self, said: String) {
        let mut all = self.said.borrow_mut();
        if !all.contains(&said) {
            all.push(said);
        }
    }

    /// Hands over what was kept for an item.
    pub fn hand_over(&self, item: &mut Item) {
        item.numbers.past.append(&mut self.past.borrow_mut());
        item.reasons.append(&mut self.said.borrow_mut());
        let files = self.sources.files_read();
        if item.verdict == Verdict::Undecided {
            name_files(&mut item.reasons, &files);
        }
    }

    fn judge(&self, gate: &Gate) -> Assessment {
        let criteria: Vec<_> = gate.criteria.iter().filter(|c| counts_here(c)).collect();
        let mut items = self.stages(gate, &criteria);
        if let Scoring::Weights(weights) = &gate.scoring {
            items.extend(weights.iter().map(|weight| part(self, weight)));
        }
        let parts: Vec<_> = items
            .iter()
            .filter(|i| i.role == Role::Part)
            .cloned()
            .collect();
        inherit(&parts, &mut items);
        for criterion in &criteria {
            let mut item = criterion::judge(self, criterion, &parts);
            if let Strength::Score { weight } = criterion.strength {
                item.points = Some((earned(item.verdict, weight * 100.0), weight * 100.0));
            }
            items.push(item);
        }
        items.extend(budgets(self, gate, &self.expressions(gate, &criteria)));
        let scored = !matches!(gate.scoring, Scoring::AllOrNothing);
        let points = self.points(gate, &items);
        if scored {
            let mut total = total(gate, &points, &items);
            self.hand_over(&mut total);
            items.push(total);
        }
        if items.iter().all(|item| item.role == Role::Stage) {
            let nothing = "nothing of this gate is judged in a pipeline".to_string();
            let item = Item::new(
                Role::Require,
                &gate.id,
                Verdict::Undecided,
                &gate.origin.place,
            );
            items.push(Item {
                reasons: vec![nothing],
                ..item
            });
        }
        let verdict = combined(items.iter());
        let score = if scored {
            points.ok()
        } else {
            all_or_nothing(verdict)
        };
        let mut assessment = Assessment {
            gate: gate.id.clone(),
            title: gate.title.clone(),
            pipeline: self.sources.pipeline.id.clone(),
            verdict,
            score,
            pass: gate.pass,
            scored,
            advice: self.advice(gate, verdict, &items),
            notes: Vec::new(),
            overridden: None,
            assumed: Vec::new(),
            place: gate.origin.place.clone(),
            items,
        };
        // What advice asked for belongs to no item.
        self.past.borrow_mut().clear();
        self.said.borrow_mut().clear();
        overrides::apply(gate, self.sources.run, &mut assessment);
        assessment
    }

    /// A failing step fails its stage and so the gate that reads its reports.
    fn stages(&self, gate: &Gate, criteria: &[&Criterion]) -> Vec<Item> {
        let mut read: BTreeSet<String> = BTreeSet::new();
        for expr in self.expressions(gate, criteria) {
            read.extend(
                reports(self.plan, &expr)
                    .into_iter()
                    .map(|(stage, _)| stage),
            );
        }
        let pipeline = self.sources.pipeline;
        let failed = |id: &String| {
            let node = pipeline.node(id)?;
            let tolerated = node.as_stage().is_some_and(|stage| stage.may_fail);
            if tolerated || ended(pipeline, id, self.sources.run) != Ended::Failure {
                return None;
            }
            let item = Item::new(
                Role::Stage,
                &format!("stage.{id}"),
                Verdict::Fail,
                &node.origin.place,
            );
            let why = format!(
                "{} failed: a step of it that is no `measure` ended badly",
                name(node)
            );
            Some(Item {
                reasons: vec![why],
                asks: name(node),
                ..item
            })
        };
        read.iter().filter_map(failed).collect()
    }

    /// Everything of a gate that measures.
    fn expressions(&self, gate: &Gate, criteria: &[&Criterion]) -> Vec<Expr> {
        let mut found = Vec::new();
        for criterion in criteria {
            if let Condition::Holds(expr) = &criterion.condition {
                found.push(expr.clone());
            }
        }
        match &gate.scoring {
            Scoring::Expression(expr) => found.push(expr.clone()),
            Scoring::Weights(weights) => {
                found.extend(weights.iter().filter_map(|w| match &w.part {
                    WeightPart::Metric(id) => {
                        let kind = ExprKind::Ref(Ref::Metric(id.clone(), Vec::new()));
                        Some(Expr {
                            kind,
                            ty: Type::Unknown,
                            span: w.span,
                        })
                    }
                    WeightPart::Value(expr) => Some(expr.clone()),
                    WeightPart::Gate(_) => None,
                }))
            }
            Scoring::Statements | Scoring::AllOrNothing => {}
        }
        found
    }

    fn points(&self, gate: &Gate, items: &[Item]) -> Result<Num, Lack> {
        match &gate.scoring {
            Scoring::AllOrNothing => Ok(Num::exact(0.0)),
            Scoring::Expression(expr) => points(self, expr),
            Scoring::Weights(_) => sum(items.iter().filter(|i| i.role == Role::Part)),
            Scoring::Statements => sum(items.iter().filter(|i| i.role == Role::Score)),
        }
    }

    fn advice(&self, gate: &Gate, verdict: Verdict, items: &[Item]) -> Vec<String> {
        if !matches!(verdict, Verdict::Fail | Verdict::Warn) {
            return Vec::new();
        }
        let none = Picked::new();
        let said = gate.advice.iter().filter_map(|advice| {
            let holds = |picked: &Picked| {
                let scope = Scope::new(self, picked).after(items);
                advice
                    .when
                    .as_ref()
                    .is_none_or(|when| truth(when, &scope) == Ok(true))
            };
            let picks = advice
                .when
                .as_ref()
                .and_then(|w| super::scope::picks_of(self, w).ok());
            let any = picks
                .unwrap_or_else(|| vec![none.clone()])
                .iter()
                .any(holds);
            any.then(|| message(&advice.text, &Scope::new(self, &none).after(items)))
        });
        said.collect()
    }
}

/// Points of a gate whose stage failed are no better than that stage.
fn inherit(parts: &[Item], items: &mut Vec<Item>) {
    for child in parts.iter().filter_map(|part| part.child.as_deref()) {
        for stage in child.items.iter().filter(|item| item.role == Role::Stage) {
            if !items.iter().any(|item| item.id == stage.id) {
                items.push(stage.clone());
            }
        }
    }
}

fn counts_here(criterion: &Criterion) -> bool {
    criterion.places.is_empty() || criterion.places.contains(&Place::Ci)
}

/// Points of a criterion that scores: none, all, or between where that isn't known.
fn earned(verdict: Verdict, full: f64) -> Num {
    match verdict {
        Verdict::Pass => Num::exact(full),
        Verdict::Undecided | Verdict::Skipped => Num {
            low: 0.0,
            high: full,
        },
        // A warning here stands for what is missing.
        Verdict::Warn | Verdict::Fail | Verdict::Overridden => Num::exact(0.0),
    }
}

fn sum<'i>(items: impl Iterator<Item = &'i Item>) -> Result<Num, Lack> {
    let mut total = Num::exact(0.0);
    for item in items {
        let Some((points, _)) = item.points else {
            let why = format!("the points of {} are not known", item.id);
            return Err(match item.verdict {
                Verdict::Skipped => Lack::skipped(why),
                _ => Lack::new(why),
            });
        };
        let added = total.arithmetic(Operator::Add, points);
        total = added.ok_or_else(|| Lack::new("the points add up to no number"))?;
    }
    Ok(total)
}

fn total(gate: &Gate, points: &Result<Num, Lack>, items: &[Item]) -> Item {
    let mut item = Item::new(Role::Total, "score", Verdict::Undecided, &gate.origin.place);
    item.asks = "score".to_string();
    let ty = Type::Quantity(Quantity::Points);
    let pass = Num::exact(gate.pass);
    item.limit = Some(format!(">= {}", shown(pass, &ty, None)));
    let measure = |number| Measure {
        number,
        quantity: Quantity::Points,
    };
    item.numbers.limit = Some((Operator::GreaterEqual, measure(pass)));
    match points {
        Ok(points) => {
            item.numbers.value = Some(measure(*points));
            item.value = Some(shown(*points, &ty, Some(pass)));
            if points.high < 0.0 {
                item.reasons.push("the score is below 0pt".to_string());
            }
            match points.compare(Operator::GreaterEqual, pass) {
                Some(true) => item.verdict = Verdict::Pass,
                Some(false) => item.verdict = Verdict::Fail,
                None => {
                    let unknown = items.iter().any(|i| i.verdict == Verdict::Undecided);
                    let skipped = items.iter().any(|i| i.verdict == Verdict::Skipped);
                    if skipped && !unknown {
                        item.verdict = Verdict::Skipped;
                    }
                    item.reasons
                        .push("what is not known decides over the pass mark".to_string());
                }
            }
        }
        Err(lack) => {
            item.verdict = lack.verdict();
            item.reasons.clone_from(&lack.reasons);
        }
    }
    item
}

fn all_or_nothing(verdict: Verdict) -> Option<Num> {
    match verdict {
        Verdict::Pass | Verdict::Warn => Some(Num::exact(100.0)),
        Verdict::Fail | Verdict::Overridden => Some(Num::exact(0.0)),
        Verdict::Undecided | Verdict::Skipped => None,
    }
}

/// Puts the files that were read behind the first reason, if no reason names one.
fn name_files(reasons: &mut [String], files: &[String]) {
    const SHOWN: usize = 3;
    let told = |reason: &String| files.iter().any(|file| reason.contains(file));
    let (Some(first), false) = (files.first(), reasons.iter().any(told)) else {
        return;
    };
    let more = match files.len() > SHOWN {
        true => format!("{first} and {} more", files.len() - 1),
        false => files.join(", "),
    };
    if let Some(reason) = reasons.first_mut() {
        *reason = match reason.strip_suffix(')') {
            Some(open) if open.contains(" (report `") => format!("{open}, {more})"),
            _ => format!("{reason} ({more})"),
        };
    }
}
