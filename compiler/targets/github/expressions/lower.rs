//! The walk over a plan expression. Knows GitHub's coercions: what is absent is `null`, which
//! equals `false`, `0` and `''`, so a comparison that must be false on absence is guarded.

use super::names::{self, Scope};
use super::pattern::{Shape, shapes};
use super::tree::Tree;
use crate::plan::value::decimal;
use crate::plan::{
    Event, Expr, ExprKind, Func, InputKind, Node, Operator, Part, Ref, Text, Type, Value,
};
use crate::targets::github::context::Context;

/// Lowers expressions for one place of one pipeline.
#[derive(Clone, Copy)]
pub struct Lower<'a> {
    /// The pipeline.
    pub cx: &'a Context<'a>,
    /// The place.
    pub scope: Scope,
}

/// One side of a comparison: what is asked, the prefix GitHub puts before its value, and what
/// must hold for it to be there at all.
struct Subject {
    tree: Tree,
    prefix: &'static str,
    present: Option<Tree>,
}

impl<'a> Lower<'a> {
    /// For a place of a pipeline.
    pub fn new(cx: &'a Context<'a>, scope: Scope) -> Self {
        Self { cx, scope }
    }

    /// An expression as a condition.
    pub fn truth(&self, expr: &Expr) -> Tree {
        match &expr.kind {
            ExprKind::Const(Value::Bool(b)) => Tree::Bool(*b),
            ExprKind::Not(inner) => self.truth(inner).negate(),
            ExprKind::Binary(op, a, b) => self.binary(expr, *op, a, b),
            ExprKind::Call(Func::If, args) => match args.as_slice() {
                [c, a, b] => self.choose_truth(c, a, b),
                _ => self.refuse(expr, "this `if`"),
            },
            ExprKind::Ref(Ref::FromFork) => from_fork(),
            ExprKind::Ref(
                reference @ (Ref::Changed(_)
                | Ref::StepOutput { .. }
                | Ref::NodeOutput { .. }
                | Ref::Variable(_)),
            ) => Tree::compare("==", self.reference(expr, reference), Tree::text("true")),
            _ => self.value(expr),
        }
    }

    /// An expression as a value.
    pub fn value(&self, expr: &Expr) -> Tree {
        match &expr.kind {
            ExprKind::Const(value) => self.constant(expr, value),
            ExprKind::Ref(Ref::FromFork) => from_fork(),
            ExprKind::Ref(reference) => {
                let path = self.reference(expr, reference);
                if self.is_list(expr, reference) {
                    path.parsed()
                } else {
                    path
                }
            }
            ExprKind::Not(_) | ExprKind::Binary(..) => self.truth(expr),
            ExprKind::Call(func, args) => self.call(expr, *func, args),
            ExprKind::Text(text) => self.format(text),
            ExprKind::Negate(_) => self.refuse(expr, "arithmetic"),
            ExprKind::List(_) => self.refuse(expr, "a list of values known only in a run"),
        }
    }

    /// Whether it is a list, which GitHub hands on as JSON. What another stage hands on is one if
    /// what it is made of is.
    fn is_list(&self, expr: &Expr, reference: &Ref) -> bool {
        let made_of_list = |node: &str, output: &str| {
            let stage = self.cx.node(node).and_then(Node::as_stage);
            let mut outputs = stage.into_iter().flat_map(|s| &s.outputs);
            outputs.any(|(name, made, _)| name == output && matches!(made.ty, Type::List(_)))
        };
        match reference {
            Ref::StepOutput { .. } => matches!(expr.ty, Type::List(_)),
            Ref::NodeOutput { node, output } => {
                matches!(expr.ty, Type::List(_)) || made_of_list(node, output)
            }
            _ => false,
        }
    }

    /// Says that GitHub can't express it; what is given back is never written.
    fn refuse(&self, expr: &Expr, what: &str) -> Tree {
        self.cx.cannot(
            expr.span,
            format!("GitHub's expressions have no way to say {what}"),
        );
        Tree::Bool(false)
    }

    fn constant(&self, expr: &Expr, value: &Value) -> Tree {
        match value {
            Value::Bool(b) => Tree::Bool(*b),
            Value::Number(n, _) => Tree::Number(decimal(*n)),
            Value::Str(text) => Tree::text(text.clone()),
            Value::Symbol(name) => {
                let set = match &expr.ty {
                    Type::Symbol(set) => set,
                    _ => "",
                };
                match names::symbol(set, name) {
                    Some(text) => Tree::text(text),
                    None => self.refuse(expr, &format!("`{set} == {name}`")),
                }
            }
            Value::List(_) | Value::Record(_) => Tree::Call(
                "fromJSON",
                vec![Tree::text(super::super::json::text(value))],
            ),
            Value::None => Tree::path("null"),
            Value::Range(..) => self.refuse(expr, "a range"),
        }
    }

    fn reference(&self, expr: &Expr, reference: &Ref) -> Tree {
        let Some(path) = names::path(self.cx, self.scope, reference) else {
            return self.refuse(expr, "a measurement; only a gate can judge it");
        };
        if !self.scope.offers(reference) {
            self.cx.cannot(
                expr.span,
                format!("GitHub does not know this value {}", self.scope.describe()),
            );
        }
        match reference {
            Ref::Input(name) => self.input(name, path),
            Ref::Variable(name) => self.variable(name, path),
            _ => path,
        }
    }

    /// An input; with its default on events that bring none.
    fn input(&self, name: &str, path: Tree) -> Tree {
        let input = self.cx.pipeline.inputs.iter().find(|i| i.id == name);
        let default = input.and_then(|i| i.default.as_ref());
        let (Some(input), Some(default)) = (input, default) else {
            return path;
        };
        if !self.inputs_may_be_absent() {
            return path;
        }
        match (&input.kind, default) {
            (InputKind::Bool, Value::Bool(true)) => {
                Tree::compare("!=", Tree::Call("toJSON", vec![path]), Tree::text("false"))
            }
            (InputKind::Bool, _) => Tree::any([path, Tree::Bool(false)]),
            (InputKind::Number(_), Value::Number(n, _)) => Tree::any([
                Tree::Call("format", vec![Tree::text("{0}"), path]),
                Tree::text(decimal(*n)),
            ]),
            (_, other) => match other.as_str() {
                Some(text) if !text.is_empty() => Tree::any([path, Tree::text(text)]),
                _ => path,
            },
        }
    }

    fn inputs_may_be_absent(&self) -> bool {
        let brings = |event| matches!(event, Event::Dispatch | Event::Call);
        self.cx.pipeline.triggers.iter().any(|t| !brings(t.event))
    }

    fn variable(&self, name: &str, path: Tree) -> Tree {
        let declared = self.cx.plan.variables.iter().find(|v| v.id == name);
        match declared.and_then(|v| v.default.as_ref()) {
            Some(default) => {
                let text = super::super::text::constant(default);
                if text.is_empty() {
                    path
                } else {
                    Tree::any([path, Tree::text(text)])
                }
            }
            None => path,
        }
    }

    fn call(&self, expr: &Expr, func: Func, args: &[Expr]) -> Tree {
        let values = || args.iter().map(|a| self.value(a)).collect::<Vec<_>>();
        match (func, args) {
            (Func::If, [c, a, b]) if expr.ty == Type::Bool => self.choose_truth(c, a, b),
            (Func::If, [c, a, b]) => choose(self.truth(c), self.value(a), self.value(b)),
            (Func::Join, [_, _]) => Tree::Call("join", values()),
            (Func::Hash, _) => Tree::Call("hashFiles", values()),
            (Func::Concat, _) => concat(values()),
            (Func::StartsWith, [a, b]) => self.shape(a, b, Shape::Starts),
            (Func::EndsWith, [a, b]) => self.shape(a, b, Shape::Ends),
            (Func::Contains, [a, b]) => match a.value() {
                Some(Value::List(_)) => self.member(expr, b, a, true),
                Some(_) => self.refuse(expr, "whether a constant text contains a value"),
                None if matches!(a.ty, Type::List(_)) => Tree::Call("contains", values()),
                None => self.shape(a, b, Shape::Has),
            },
            _ => self.refuse(expr, &format!("`{}`", func.name())),
        }
    }

    fn choose_truth(&self, c: &Expr, a: &Expr, b: &Expr) -> Tree {
        let (c, a, b) = (self.truth(c), self.truth(a), self.truth(b));
        if let Tree::Bool(known) = c {
            return if known { a } else { b };
        }
        let yes = Tree::all([c.clone(), a]);
        Tree::any([yes, Tree::all([c.negate(), b])])
    }

    fn binary(&self, expr: &Expr, op: Operator, a: &Expr, b: &Expr) -> Tree {
        match op {
            Operator::And => Tree::all([self.truth(a), self.truth(b)]),
            Operator::Or => Tree::any([self.truth(a), self.truth(b)]),
            Operator::In => self.member(expr, a, b, true),
            Operator::Matches => self.matches(expr, a, b, true),
            Operator::NotMatches => self.matches(expr, a, b, false),
            Operator::Equal => self.equality(a, b, true),
            Operator::NotEqual => self.equality(a, b, false),
            Operator::Less => self.order("<", a, b),
            Operator::LessEqual => self.order("<=", a, b),
            Operator::Greater => self.order(">", a, b),
            Operator::GreaterEqual => self.order(">=", a, b),
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => {
                self.refuse(expr, "arithmetic")
            }
        }
    }

    fn order(&self, op: &'static str, a: &Expr, b: &Expr) -> Tree {
        let (left, right) = (self.subject(a), self.subject(b));
        let guards = left.present.into_iter().chain(right.present);
        Tree::all(guards.chain([Tree::compare(op, left.tree, right.tree)]))
    }

    fn equality(&self, a: &Expr, b: &Expr, equal: bool) -> Tree {
        if let (Some(known), None) = (a.value(), b.value()) {
            return self.with_constant(b, a, known, equal);
        }
        if let Some(known) = b.value() {
            return self.with_constant(a, b, known, equal);
        }
        let (left, right) = (self.spelt(a), self.spelt(b));
        let guards = left.present.into_iter().chain(right.present);
        let op = if equal { "==" } else { "!=" };
        Tree::all(guards.chain([Tree::compare(op, left.tree, right.tree)]))
    }

    /// `subject == constant` or its opposite; false when the subject is absent.
    fn with_constant(&self, asked: &Expr, at: &Expr, known: &Value, equal: bool) -> Tree {
        let subject = self.subject(asked);
        if let Value::Bool(value) = known {
            let truth = self.truth(asked);
            return if *value == equal {
                truth
            } else {
                Tree::all(subject.present.into_iter().chain([truth.negate()]))
            };
        }
        let constant = match self.constant(at, known) {
            Tree::Text(text) => Tree::Text(format!("{}{text}", subject.prefix)),
            other => other,
        };
        let risky = !equal || !constant.surely_truthy() || reads_as_zero(&constant);
        let guard = subject.present.filter(|_| risky);
        let op = if equal { "==" } else { "!=" };
        Tree::all(
            guard
                .into_iter()
                .chain([Tree::compare(op, subject.tree, constant)]),
        )
    }

    fn member(&self, expr: &Expr, asked: &Expr, list: &Expr, equal: bool) -> Tree {
        let members: Vec<Tree> = match (&list.kind, list.value()) {
            (_, Some(Value::List(items))) => {
                let of = match &list.ty {
                    Type::List(of) => of.as_ref().clone(),
                    _ => asked.ty.clone(),
                };
                let constant = |v: &Value| Expr::constant(v.clone(), of.clone(), list.span);
                let expressions: Vec<Expr> = items.iter().map(constant).collect();
                expressions
                    .iter()
                    .map(|item| self.equality(asked, item, equal))
                    .collect()
            }
            (ExprKind::List(items), _) => items
                .iter()
                .map(|item| self.equality(asked, item, equal))
                .collect(),
            (_, Some(Value::Range(low, high))) => {
                let bound = |v: &Value| Expr::constant(v.clone(), asked.ty.clone(), list.span);
                return Tree::all([
                    self.order(">=", asked, &bound(low)),
                    self.order("<=", asked, &bound(high)),
                ]);
            }
            _ if matches!(list.ty, Type::List(_)) => {
                return Tree::Call("contains", vec![self.value(list), self.value(asked)]);
            }
            _ => return self.refuse(expr, "this membership"),
        };
        Tree::any(members)
    }

    fn matches(&self, expr: &Expr, asked: &Expr, pattern: &Expr, wanted: bool) -> Tree {
        let shapes = pattern.value().and_then(Value::as_str).and_then(shapes);
        let Some(shapes) = shapes else {
            return self.refuse(
                expr,
                "this pattern; a literal with `.*` at an end is possible",
            );
        };
        let subject = self.subject(asked);
        let found = Tree::any(shapes.into_iter().map(|s| fits(&subject, s)));
        if wanted {
            found
        } else {
            Tree::all(subject.present.into_iter().chain([found.negate()]))
        }
    }

    fn shape(&self, asked: &Expr, part: &Expr, shape: fn(String) -> Shape) -> Tree {
        let subject = self.subject(asked);
        if let Some(text) = part.value().and_then(Value::as_str) {
            return fits(&subject, shape(text.to_string()));
        }
        let name = match shape(String::new()) {
            Shape::Starts(_) => "startsWith",
            Shape::Ends(_) => "endsWith",
            _ => "contains",
        };
        let plain = self.spelt(asked);
        let guards = plain.present.into_iter();
        Tree::all(guards.chain([Tree::Call(name, vec![plain.tree, self.value(part)])]))
    }

    /// A value to be compared, under the name that carries its kind.
    fn subject(&self, expr: &Expr) -> Subject {
        let whole = |prefix: &'static str| Subject {
            tree: Tree::path("github.ref"),
            prefix,
            present: Some(starts("github.ref", prefix)),
        };
        match &expr.kind {
            ExprKind::Ref(Ref::Branch) => whole("refs/heads/"),
            ExprKind::Ref(Ref::Tag) => whole("refs/tags/"),
            _ => self.spelt(expr),
        }
    }

    /// A value to be compared, under the name that carries nothing but it.
    fn spelt(&self, expr: &Expr) -> Subject {
        let present = match &expr.kind {
            ExprKind::Ref(Ref::Branch) => Some(starts("github.ref", "refs/heads/")),
            ExprKind::Ref(Ref::Tag) => Some(starts("github.ref", "refs/tags/")),
            ExprKind::Ref(Ref::TargetBranch) => Some(not_empty("github.base_ref")),
            ExprKind::Ref(Ref::SourceBranch) => Some(not_empty("github.head_ref")),
            ExprKind::Ref(reference @ (Ref::EventField(_) | Ref::PullRequestNumber)) => {
                names::path(self.cx, self.scope, reference).map(not_null)
            }
            ExprKind::Ref(reference @ Ref::Input(name)) => {
                let inputs = &self.cx.pipeline.inputs;
                let default = inputs.iter().any(|i| &i.id == name && i.default.is_some());
                let asked = self.inputs_may_be_absent() && !default;
                let path = names::path(self.cx, self.scope, reference);
                path.filter(|_| asked).map(not_null)
            }
            _ => None,
        };
        Subject {
            tree: self.value(expr),
            prefix: "",
            present,
        }
    }

    /// Text with values inside, as one expression.
    fn format(&self, text: &Text) -> Tree {
        let part = |part: &Part| match part {
            Part::Text(text) => Tree::text(text.clone()),
            Part::Value(expr, _) => self.value(expr),
        };
        concat(text.parts.iter().map(part).collect())
    }
}

/// `c ? a : b` without the trap of `c && a || b`, which gives `b` for an empty `a`.
pub fn choose(c: Tree, a: Tree, b: Tree) -> Tree {
    if let Tree::Bool(known) = c {
        return if known { a } else { b };
    }
    if a == b {
        return a;
    }
    if a.surely_truthy() {
        return Tree::Or(vec![Tree::all([c, a]), b]);
    }
    if b.surely_truthy() {
        return Tree::Or(vec![Tree::all([c.negate(), b]), a]);
    }
    let half = |c: Tree, v: Tree| Tree::Or(vec![Tree::all([c, v]), Tree::text("")]);
    concat(vec![half(c.clone(), a), half(c.negate(), b)])
}

/// Texts one after the other; the known ones stand in the pattern.
fn concat(values: Vec<Tree>) -> Tree {
    let mut pattern = String::new();
    let mut open = Vec::new();
    for value in values {
        match value {
            Tree::Text(text) => pattern.push_str(&braced(&text)),
            other => {
                pattern.push_str(&format!("{{{}}}", open.len()));
                open.push(other);
            }
        }
    }
    if open.is_empty() {
        return Tree::Text(pattern.replace("{{", "{").replace("}}", "}"));
    }
    let mut args = vec![Tree::Text(pattern)];
    args.extend(open);
    Tree::Call("format", args)
}

/// A text inside the pattern of `format`.
fn braced(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn fits(subject: &Subject, shape: Shape) -> Tree {
    let call = |name, text: String| Tree::Call(name, vec![subject.tree.clone(), Tree::Text(text)]);
    let prefix = subject.prefix;
    // With a prefix the text's end is not the subject's alone: its presence is asked, too.
    let guarded = |tree| {
        let guard = subject.present.clone().filter(|_| !prefix.is_empty());
        Tree::all(guard.into_iter().chain([tree]))
    };
    match shape {
        Shape::Is(text) => Tree::compare(
            "==",
            subject.tree.clone(),
            Tree::Text(format!("{prefix}{text}")),
        ),
        Shape::Starts(text) => call("startsWith", format!("{prefix}{text}")),
        Shape::Ends(text) => guarded(call("endsWith", text)),
        Shape::Has(text) => guarded(call("contains", text)),
    }
}

/// Whether the run is of a pull request from another repository.
pub fn from_fork() -> Tree {
    Tree::all([
        Tree::is("github.event_name", "pull_request"),
        Tree::compare(
            "!=",
            Tree::path("github.event.pull_request.head.repo.full_name"),
            Tree::path("github.repository"),
        ),
    ])
}

fn starts(path: &str, prefix: &str) -> Tree {
    Tree::Call("startsWith", vec![Tree::path(path), Tree::text(prefix)])
}

fn not_empty(path: &str) -> Tree {
    Tree::compare("!=", Tree::path(path), Tree::text(""))
}

fn not_null(path: Tree) -> Tree {
    Tree::compare("!=", Tree::Call("toJSON", vec![path]), Tree::text("null"))
}

/// GitHub reads a text as a number when it compares it with `null`.
fn reads_as_zero(tree: &Tree) -> bool {
    matches!(tree, Tree::Text(t) if t.trim().parse::<f64>().is_ok_and(|n| n == 0.0))
}
