//! Plans made by hand, for tests: short words for nodes, conditions and gates.

use super::findings;
use crate::diagnostics::Diagnostic;
use crate::plan::*;
use crate::source::{FileId, Span};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A place that no other has.
pub(crate) fn place() -> Span {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let at = NEXT.fetch_add(10, Ordering::Relaxed);
    Span::new(FileId(0), at, at + 5)
}

pub(crate) fn origin() -> Origin {
    Origin {
        span: place(),
        ..Origin::default()
    }
}

/// A trigger with branch patterns.
pub(crate) fn on(event: Event, branches: &[&str]) -> Trigger {
    Trigger {
        event,
        branches: branches.iter().map(ToString::to_string).collect(),
        tags: Vec::new(),
        paths: Vec::new(),
        types: Vec::new(),
        cron: Vec::new(),
        timezone: None,
        origin: origin(),
    }
}

fn node(id: &str, kind: NodeKind) -> Node {
    Node {
        id: id.to_string(),
        title: id.to_string(),
        origin: origin(),
        needs: Vec::new(),
        when: None,
        timeout: 1800.0,
        kind,
    }
}

/// A stage with one script.
pub(crate) fn stage(id: &str) -> Node {
    let stage = Stage {
        steps: vec![script("make")],
        ..Stage::default()
    };
    node(id, NodeKind::Stage(stage))
}

/// A deploy.
pub(crate) fn deploy(id: &str, rollout: &str) -> Node {
    let deploy = Deploy {
        services: vec!["api".into()],
        image: text("sha256:0"),
        environment: "production".into(),
        rollout: rollout.into(),
        verify: None,
        announce: Vec::new(),
    };
    node(id, NodeKind::Deploy(deploy))
}

/// A judgement; `explicit` as with `check`.
pub(crate) fn judge(gate: &str, explicit: bool) -> Node {
    let judge = Judge {
        gate: gate.to_string(),
        evidence: Vec::new(),
        outcomes: Vec::new(),
        comment: Comment::Never,
        html: false,
        explicit,
    };
    node(gate, NodeKind::Judge(judge))
}

/// A script.
pub(crate) fn script(script: &str) -> Step {
    Step {
        id: None,
        title: script.to_string(),
        kind: StepKind::Run(Text::plain(script)),
        when: None,
        after: After::Success,
        env: Vec::new(),
        dir: None,
        shell: None,
        timeout: None,
        retries: None,
        may_fail: false,
        measure: false,
        outputs: Vec::new(),
        template: None,
        origin: origin(),
        raw: Vec::new(),
    }
}

impl Node {
    pub(crate) fn when(mut self, condition: &str) -> Self {
        self.when = Some(cond(condition));
        self
    }
    pub(crate) fn needs(self, ids: &[&str]) -> Self {
        self.because(NeedReason::Order, ids)
    }
    pub(crate) fn uses(self, ids: &[&str]) -> Self {
        self.because(NeedReason::Data, ids)
    }
    pub(crate) fn reads(self, ids: &[&str]) -> Self {
        self.because(NeedReason::Evidence, ids)
    }
    fn because(mut self, reason: NeedReason, ids: &[&str]) -> Self {
        self.needs.extend(ids.iter().map(|id| Need {
            node: id.to_string(),
            reason,
            span: place(),
        }));
        self
    }
    /// Changes the stage inside.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Stage)) -> Self {
        if let NodeKind::Stage(stage) = &mut self.kind {
            change(stage);
        }
        self
    }
}

/// A plan of one pipeline.
pub(crate) fn plan(triggers: Vec<Trigger>, nodes: Vec<Node>) -> Plan {
    Plan {
        pipelines: vec![Pipeline {
            id: "ci".into(),
            title: "ci".into(),
            origin: origin(),
            triggers,
            nodes,
            ..Pipeline::default()
        }],
        ..Plan::default()
    }
}

/// A gate with criteria and no score.
pub(crate) fn gate(id: &str, criteria: Vec<Criterion>) -> Gate {
    Gate {
        id: id.to_string(),
        title: id.to_string(),
        against: None,
        pass: 100.0,
        pass_given: None,
        criteria,
        scoring: Scoring::AllOrNothing,
        advice: Vec::new(),
        overrides: Vec::new(),
        origin: origin(),
    }
}

/// `require CONDITION`
pub(crate) fn require(condition: Condition) -> Criterion {
    Criterion {
        id: "criterion".into(),
        condition,
        strength: Strength::Require { warn: None },
        places: Vec::new(),
        confidence: None,
        samples: None,
        if_missing: None,
        if_skipped: None,
        origin: origin(),
    }
}

/// `require METRIC OP LIMIT`
pub(crate) fn limit(metric: &str, op: Operator, limit: f64, quantity: Quantity) -> Criterion {
    let left = measured(metric, quantity.clone());
    let right = number(limit, quantity);
    require(Condition::Holds(binary(op, left, right, Type::Bool)))
}

/// A metric of a ratio, from the report `results` of a stage.
pub(crate) fn metric(id: &str, stage: &str) -> Metric {
    let quantity = Type::Quantity(Quantity::Ratio);
    Metric {
        id: id.to_string(),
        ty: quantity.clone(),
        better: Some(Better::Higher),
        key: Vec::new(),
        by: None,
        samples: None,
        repeats: None,
        cluster: None,
        range: None,
        report: Some(reference(
            Ref::Report {
                stage: stage.to_string(),
                report: "results".into(),
                path: vec![PathSegment::Field("pass_rate".into())],
            },
            quantity,
        )),
        live: None,
        origin: origin(),
    }
}

pub(crate) fn reference(r: Ref, ty: Type) -> Expr {
    Expr {
        kind: ExprKind::Ref(r),
        ty,
        span: place(),
    }
}

pub(crate) fn measured(metric: &str, quantity: Quantity) -> Expr {
    let metric = Ref::Metric(metric.to_string(), Vec::new());
    reference(metric, Type::Quantity(quantity))
}

pub(crate) fn number(n: f64, quantity: Quantity) -> Expr {
    let ty = Type::Quantity(quantity.clone());
    Expr::constant(Value::Number(n, quantity), ty, place())
}

pub(crate) fn text(value: &str) -> Expr {
    Expr::constant(Value::Str(value.into()), Type::Str, place())
}

pub(crate) fn binary(op: Operator, a: Expr, b: Expr, ty: Type) -> Expr {
    Expr {
        kind: ExprKind::Binary(op, Box::new(a), Box::new(b)),
        ty,
        span: place(),
    }
}

/// A condition from its text: `event == push and (branch in ["a", "b"] or not from_fork)`.
pub(crate) fn cond(source: &str) -> Expr {
    let spaced = source
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace(", ", ",");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    let expr = either(&mut words);
    assert!(words.is_empty(), "cannot read all of {source}");
    expr
}

fn either(words: &mut Vec<&str>) -> Expr {
    let mut left = both(words);
    while words.last() == Some(&"or") {
        words.pop();
        left = binary(Operator::Or, left, both(words), Type::Bool);
    }
    left
}

fn both(words: &mut Vec<&str>) -> Expr {
    let mut left = one(words);
    while words.last() == Some(&"and") {
        words.pop();
        left = binary(Operator::And, left, one(words), Type::Bool);
    }
    left
}

fn one(words: &mut Vec<&str>) -> Expr {
    match words.pop() {
        Some("not") => Expr {
            kind: ExprKind::Not(Box::new(one(words))),
            ty: Type::Bool,
            span: place(),
        },
        Some("(") => {
            let inner = either(words);
            assert_eq!(words.pop(), Some(")"));
            inner
        }
        Some(word) => {
            let left = reference(named(word), Type::Str);
            let op = match words.last() {
                Some(&"==") => Operator::Equal,
                Some(&"!=") => Operator::NotEqual,
                Some(&"in") => Operator::In,
                Some(&"=~") => Operator::Matches,
                _ => return left,
            };
            words.pop();
            let right = constant(words.pop().expect("a value"));
            binary(op, left, right, Type::Bool)
        }
        None => panic!("a condition ends early"),
    }
}

fn constant(word: &str) -> Expr {
    let one = |w: &str| match w.strip_prefix('"') {
        Some(rest) => Value::Str(rest.trim_end_matches('"').into()),
        None if w == "none" => Value::None,
        None => Value::Symbol(w.into()),
    };
    let value = match word.strip_prefix('[') {
        Some(rest) => Value::List(rest.trim_end_matches(']').split(',').map(one).collect()),
        None => one(word),
    };
    Expr::constant(value, Type::Str, place())
}

fn named(word: &str) -> Ref {
    let (head, rest) = word.split_once('.').unwrap_or((word, ""));
    match head {
        "event" if rest.is_empty() => Ref::Event,
        "event" => Ref::EventField(rest.split('.').map(str::to_string).collect()),
        "branch" => Ref::Branch,
        "target_branch" => Ref::TargetBranch,
        "tag" => Ref::Tag,
        "from_fork" => Ref::FromFork,
        "default_branch" => Ref::DefaultBranch,
        "changed" => Ref::Changed(rest.into()),
        "inputs" => Ref::Input(rest.into()),
        "variable" => Ref::Variable(rest.into()),
        "matrix" => Ref::Matrix(rest.into(), None),
        other => panic!("no fact {other}"),
    }
}

/// A finding in words: `code: message | label | …second labels… | …help…`.
fn said(d: &Diagnostic) -> String {
    let mut parts = vec![format!("{}: {}", d.code.name(), d.message)];
    parts.push(d.primary.text.clone());
    parts.extend(d.secondary.iter().map(|l| l.text.clone()));
    parts.extend(d.help.iter().map(|h| format!("help: {h}")));
    parts.retain(|p| !p.is_empty());
    parts.join(" | ")
}

/// All findings of a plan, in words, sorted.
pub(crate) fn said_of(plan: &Plan) -> Vec<String> {
    findings(plan).sorted().iter().map(said).collect()
}

/// The codes found in a plan, each once.
pub(crate) fn codes(plan: &Plan) -> Vec<&'static str> {
    let mut codes: Vec<_> = findings(plan).iter().map(|d| d.code.name()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
