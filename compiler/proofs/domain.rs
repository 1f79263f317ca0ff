//! The worlds of a pipeline: every way in which a run can begin, as far as conditions tell them
//! apart.
//!
//! A world is an event with a value for each fact that a condition names. What can't be decided
//! here (a variable, a changed path) takes every value. Where the worlds would be too many, the
//! facts named last stay open: a condition on them may hold and may not.

use super::bits::{Bits, Truth};
use super::facts::{self, Core, Mention, Val};
use super::leaf::{self, Leaf};
use super::show;
use crate::plan::{
    Event, Expr, ExprKind, Func, Matrix, MatrixValues, Operator, Pipeline, Ref, Value,
};
use indexmap::IndexSet;
use std::collections::HashMap;

/// More worlds than this are not told apart.
const LIMIT: usize = 1024;
const CORE: [&str; 5] = ["event", "branch", "target_branch", "tag", "from_fork"];

/// One way in which a run can begin.
#[derive(Clone, Debug)]
pub struct World {
    /// The trigger, by number.
    pub trigger: usize,
    /// Its event.
    pub event: Event,
    values: Vec<Val>,
}

impl World {
    /// Whether it is a run for a release, or for a tag that was pushed.
    pub fn is_of_tag(&self) -> bool {
        let tag = self.values.get(3).is_some_and(|tag| *tag != Val::Absent);
        self.event == Event::Release || (self.event == Event::Push && tag)
    }
}

/// Every world of a pipeline.
#[derive(Debug)]
pub struct Domain {
    worlds: Vec<World>,
    /// Worlds by fact and value.
    facts: HashMap<String, Vec<(Val, Bits)>>,
}

struct Mentions<'a> {
    facts: HashMap<String, Mention>,
    others: Vec<(String, &'a Ref)>,
    open: IndexSet<String>,
}

impl Domain {
    /// The worlds of a pipeline; `None` when they can't be counted in reasonable time.
    pub fn of(pipeline: &Pipeline) -> Option<Self> {
        let mentions = Mentions::of(pipeline);
        let none = Mention::default();
        let of = |name: &str| mentions.facts.get(name).unwrap_or(&none);
        let core = Core {
            branch: of("branch"),
            target: of("target_branch"),
            tag: of("tag"),
        };
        let mut worlds = Vec::new();
        for (number, trigger) in pipeline.triggers.iter().enumerate() {
            for [branch, target, tag, fork] in core.of(trigger) {
                let event = Val::Text(trigger.event.name().to_string());
                worlds.push(World {
                    trigger: number,
                    event: trigger.event,
                    values: vec![event, branch, target, tag, fork],
                });
            }
            if worlds.len() > LIMIT {
                return None;
            }
        }
        let mut names: Vec<String> = CORE.iter().map(ToString::to_string).collect();
        for (name, fact) in &mentions.others {
            let values: Vec<Vec<Val>> = pipeline
                .triggers
                .iter()
                .map(|t| facts::values(fact, of(name), t, pipeline))
                .collect();
            if split(&mut worlds, &values) {
                names.push(name.clone());
            }
        }
        let both = vec![vec![Val::Bool(true), Val::Bool(false)]; pipeline.triggers.len()];
        for name in mentions.open {
            if split(&mut worlds, &both) {
                names.push(name);
            }
        }
        Some(Self::index(worlds, names))
    }

    fn index(worlds: Vec<World>, names: Vec<String>) -> Self {
        let mut facts: HashMap<String, Vec<(Val, Bits)>> = HashMap::new();
        for (at, name) in names.into_iter().enumerate() {
            let mut values: Vec<(Val, Bits)> = Vec::new();
            for (number, world) in worlds.iter().enumerate() {
                let Some(value) = world.values.get(at) else {
                    continue;
                };
                match values.iter_mut().find(|(v, _)| v == value) {
                    Some((_, bits)) => bits.set(number),
                    None => {
                        let mut bits = Bits::none(worlds.len());
                        bits.set(number);
                        values.push((value.clone(), bits));
                    }
                }
            }
            facts.insert(name, values);
        }
        Self { worlds, facts }
    }

    /// The worlds, by number.
    pub fn worlds(&self) -> &[World] {
        &self.worlds
    }

    /// How many worlds there are.
    pub fn len(&self) -> usize {
        self.worlds.len()
    }

    /// Whether nothing starts the pipeline.
    pub fn is_empty(&self) -> bool {
        self.worlds.is_empty()
    }

    /// The worlds that pass a test.
    pub fn select(&self, test: impl Fn(&World) -> bool) -> Bits {
        let mut bits = Bits::none(self.len());
        for (number, world) in self.worlds.iter().enumerate() {
            if test(world) {
                bits.set(number);
            }
        }
        bits
    }

    /// Worlds in groups that differ only in what nobody can know before a run.
    pub fn groups(&self) -> Vec<Bits> {
        let mut groups: Vec<((usize, &[Val]), Bits)> = Vec::new();
        for (number, world) in self.worlds.iter().enumerate() {
            let key = (
                world.trigger,
                world.values.get(1..CORE.len()).unwrap_or_default(),
            );
            match groups.iter_mut().find(|(k, _)| *k == key) {
                Some((_, bits)) => bits.set(number),
                None => {
                    let mut bits = Bits::none(self.len());
                    bits.set(number);
                    groups.push((key, bits));
                }
            }
        }
        groups.into_iter().map(|(_, bits)| bits).collect()
    }

    /// Where a condition holds; `matrix` gives the cells of the stage it stands in.
    pub fn eval(&self, expr: &Expr, matrix: Option<&Matrix>) -> Truth {
        match &expr.kind {
            ExprKind::Not(a) => self.eval(a, matrix).not(),
            ExprKind::Binary(Operator::And, a, b) => {
                let mut truth = self.eval(a, matrix);
                truth.keep(&self.eval(b, matrix));
                truth
            }
            ExprKind::Binary(Operator::Or, a, b) => {
                let mut truth = self.eval(a, matrix);
                truth.add(&self.eval(b, matrix));
                truth
            }
            ExprKind::Call(Func::If, args) => match args.as_slice() {
                [condition, yes, no] => {
                    let condition = self.eval(condition, matrix);
                    let mut truth = self.eval(yes, matrix);
                    truth.keep(&condition);
                    let mut other = self.eval(no, matrix);
                    other.keep(&condition.not());
                    truth.add(&other);
                    truth
                }
                _ => Truth::possible(Bits::all(self.len())),
            },
            _ => self.eval_leaf(expr, matrix),
        }
    }

    fn eval_leaf(&self, expr: &Expr, matrix: Option<&Matrix>) -> Truth {
        match leaf::leaf(expr) {
            Leaf::Known(true) => Truth::always(self.len()),
            Leaf::Known(false) => Truth::never(self.len()),
            Leaf::Is {
                fact: Ref::Matrix(key, None),
                values,
                wanted,
            } if !cell_can_be(matrix, key, values, wanted) => Truth::never(self.len()),
            Leaf::Holds(fact) => self.by_value(fact, expr, |value| match value {
                Val::Bool(b) => Some(*b),
                Val::Absent => Some(false),
                _ => None,
            }),
            Leaf::Is {
                fact,
                values,
                wanted,
            } => self.by_value(fact, expr, |value| Some(is(value, values, wanted))),
            Leaf::Like { fact, like, wanted } => self.by_value(fact, expr, |value| match value {
                Val::Text(text) => like.test(text).map(|b| b == wanted),
                Val::Absent => Some(false),
                _ => None,
            }),
            Leaf::Open => self.open(expr, self.present(expr)),
        }
    }

    /// Where a test of a fact's value holds.
    fn by_value(&self, fact: &Ref, expr: &Expr, test: impl Fn(&Val) -> Option<bool>) -> Truth {
        let Some(values) = self.facts.get(&key(fact)) else {
            return Truth::possible(self.present(expr));
        };
        let mut truth = Truth::never(self.len());
        for (value, worlds) in values {
            match test(value) {
                Some(true) => truth.add(&Truth::known(worlds.clone())),
                Some(false) => {}
                None => truth.add(&self.open(expr, worlds.clone())),
            }
        }
        truth
    }

    /// A condition that only the run can decide, in some worlds.
    fn open(&self, expr: &Expr, worlds: Bits) -> Truth {
        let values = self.facts.get(&show(expr)).filter(|_| !is_reference(expr));
        let Some(values) = values else {
            return Truth::possible(worlds);
        };
        let mut truth = Truth::known(worlds);
        for (value, bits) in values {
            if *value == Val::Bool(false) {
                truth.keep(&Truth::known(bits.not()));
            }
        }
        truth
    }

    /// Worlds in which no fact of a condition is absent.
    fn present(&self, expr: &Expr) -> Bits {
        let mut present = Bits::all(self.len());
        for r in expr.refs() {
            let values = self.facts.get(&key(r));
            for (value, bits) in values.into_iter().flatten() {
                if *value == Val::Absent {
                    present.keep(&bits.not());
                }
            }
        }
        present
    }

    /// A world as people say it: "push to `develop`".
    pub fn describe(&self, number: usize) -> String {
        let Some(world) = self.worlds.get(number) else {
            return String::new();
        };
        let text = |at: usize| match world.values.get(at) {
            Some(Val::Text(t)) => Some(t.as_str()),
            _ => None,
        };
        let event = world.event.name();
        let mut said = match (text(1), text(2), text(3)) {
            (Some(branch), ..) => format!("{event} to `{branch}`"),
            (_, Some(target), _) => format!("{event} to `{target}`"),
            (.., Some(tag)) => format!("{event} of tag `{tag}`"),
            _ => event.to_string(),
        };
        if world.event == Event::PullRequest && world.values.get(4) == Some(&Val::Bool(true)) {
            said.push_str(" from a fork");
        }
        said
    }

    /// Whether a world is of a pull request from a fork.
    pub fn from_fork(world: &World) -> bool {
        world.event == Event::PullRequest && world.values.get(4) == Some(&Val::Bool(true))
    }
}

fn is_reference(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Ref(_))
}

fn is(value: &Val, values: &[Value], wanted: bool) -> bool {
    let equal = |v: &Value| match (value, v) {
        (Val::Text(a), Value::Str(b) | Value::Symbol(b)) => a == b,
        (Val::Bool(a), Value::Bool(b)) => a == b,
        (Val::Absent, Value::None) => true,
        _ => false,
    };
    // What is absent compares false, whatever the operator; only `none` asks for absence.
    match value {
        Val::Absent => wanted && values.iter().any(equal),
        _ => values.iter().any(equal) == wanted,
    }
}

/// Whether a cell of the matrix can have such a value.
fn cell_can_be(matrix: Option<&Matrix>, key: &str, values: &[Value], wanted: bool) -> bool {
    let Some(matrix) = matrix else {
        return true;
    };
    let alike = |a: &Value, b: &Value| a == b || (a.as_str().is_some() && a.as_str() == b.as_str());
    let fits = |cell: &Value| values.iter().any(|v| alike(v, cell)) == wanted;
    let listed = matrix.keys.iter().filter(|k| k.name == key);
    let mut known = false;
    for found in listed {
        known = true;
        match &found.values {
            MatrixValues::Known(cells) if !cells.iter().any(fits) => {}
            _ => return true,
        }
    }
    let mut added = matrix.include.iter().flat_map(|rule| &rule.pairs);
    !known || added.any(|(name, cell)| name == key && fits(cell))
}

/// Splits each world by the values of a fact; leaves them alone when that makes too many.
fn split(worlds: &mut Vec<World>, values: &[Vec<Val>]) -> bool {
    let of = |w: &World| values.get(w.trigger).map(Vec::as_slice).unwrap_or_default();
    let count: usize = worlds.iter().map(|w| of(w).len()).sum();
    if count > LIMIT {
        return false;
    }
    let each = std::mem::take(worlds);
    for world in each {
        for value in of(&world) {
            let mut next = world.clone();
            next.values.push(value.clone());
            worlds.push(next);
        }
    }
    true
}

impl<'a> Mentions<'a> {
    fn of(pipeline: &'a Pipeline) -> Self {
        let mut mentions = Self {
            facts: HashMap::new(),
            others: Vec::new(),
            open: IndexSet::new(),
        };
        for node in &pipeline.nodes {
            let steps = node.as_stage().map(|s| s.steps.as_slice());
            let inside = steps
                .unwrap_or_default()
                .iter()
                .filter_map(|s| s.when.as_ref());
            for condition in node.when.iter().chain(inside) {
                leaf::leaves(condition, &mut |leaf| mentions.add(leaf));
            }
        }
        mentions
    }

    fn add(&mut self, expr: &'a Expr) {
        match leaf::leaf(expr) {
            Leaf::Known(_) => {}
            Leaf::Holds(fact) => {
                if let Some(mention) = self.mention(fact) {
                    mention.bools = true;
                }
            }
            Leaf::Is { fact, values, .. } => {
                if let Some(mention) = self.mention(fact) {
                    mention.bools |= values.iter().any(|v| matches!(v, Value::Bool(_)));
                    let texts = values.iter().filter_map(Value::as_str);
                    mention.texts.extend(texts.map(str::to_string));
                }
            }
            Leaf::Like { fact, .. } => {
                self.mention(fact);
                self.add_open(expr);
            }
            Leaf::Open => {
                // Facts inside must be told apart where they are absent.
                for r in expr.refs() {
                    if matches!(r, Ref::Input(_) | Ref::SourceBranch) {
                        self.mention(r);
                    }
                }
                self.add_open(expr);
            }
        }
    }

    fn add_open(&mut self, expr: &Expr) {
        if leaf::agrees_with_itself(expr) {
            self.open.insert(show(expr));
        }
    }

    fn mention(&mut self, fact: &'a Ref) -> Option<&mut Mention> {
        if matches!(fact, Ref::Matrix(..)) {
            return None;
        }
        let name = key(fact);
        if !self.facts.contains_key(&name) && !CORE.contains(&name.as_str()) {
            self.others.push((name.clone(), fact));
        }
        Some(self.facts.entry(name).or_default())
    }
}

/// What stands for a fact in the tables.
fn key(fact: &Ref) -> String {
    format!("{fact:#}")
}
