//! Calls: which function, on what, giving what.

use super::eval::{Context, unparen};
use super::foreign;
use super::scope::{Realm, Scope};
use super::symbols::SeriesDecl;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Expr, ExprKind, Func, Quantity, Ref, SeriesKind, Type, Value};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast};

/// Functions of runs.
const RUN: &[&str] = &[
    "if",
    "join",
    "hash",
    "concat",
    "starts_with",
    "ends_with",
    "contains",
];
/// Functions of measurements.
const MEASURE: &[&str] = &[
    "count", "every", "min", "max", "mean", "sum", "clamp", "capped", "abs", "rise", "drop",
    "change", "failed", "if",
];
/// Those of them that a live value is given to as a measurement.
const OF_MEASURES: &[&str] = &["rise", "drop", "change", "abs", "clamp"];
/// Functions of series.
const LIVE: &[&str] = &[
    "p50", "p90", "p95", "p99", "share", "rate", "increase", "mean", "max", "min", "sum", "within",
    "last", "no_data", "promql",
];

impl Context<'_> {
    pub(super) fn call(
        &self,
        callee: &ast::Expr,
        args: &[ast::Arg],
        want: Option<&Type>,
        scope: &Scope,
        span: Span,
    ) -> Expr {
        let name = match &callee.kind {
            Ast::Name(name) => name.as_str(),
            // `ci.failures(over = 5m)`
            Ast::Field(..) => {
                let mut value = self.infer(callee, want, scope);
                if let ExprKind::Ref(Ref::Ci(_, matchers)) = &mut value.kind {
                    matchers.extend(self.matchers(args, scope, None));
                    value.span = span;
                    return value;
                }
                return value;
            }
            _ => return self.unknown(span),
        };
        match scope.realm {
            Realm::Run | Realm::Constant => {
                self.run_call(name, callee.span, args, want, scope, span)
            }
            Realm::Report | Realm::Measure => {
                self.measure_call(name, callee.span, args, scope, span)
            }
            Realm::Live | Realm::Alert => self.live_call(name, callee.span, args, scope, span),
            _ => {
                self.unknown_function(name, callee.span, &[]);
                self.unknown(span)
            }
        }
    }

    fn unknown_function(&self, name: &str, span: Span, known: &[&str]) {
        let diagnostic = Diagnostic::new(
            Code::UnknownFunction,
            span,
            format!("there is no function `{name}` here"),
        )
        .label("not a function of this place");
        let theirs = foreign::function(name);
        self.report(match nearest(name, known.iter().copied()) {
            _ if theirs.is_some() => diagnostic.help_some(theirs.map(str::to_string)),
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(span, near),
            None if known.is_empty() => diagnostic.help("no function may be called here"),
            None => diagnostic.help(format!("there are {}", known.join(", "))),
        });
    }

    fn wrong_call(&self, name: &str, usage: &str, span: Span) -> Expr {
        self.report(
            Diagnostic::new(
                Code::WrongCall,
                span,
                format!("`{name}` takes other arguments"),
            )
            .label("not what it takes")
            .help(format!("write `{usage}`")),
        );
        self.unknown(span)
    }

    fn run_call(
        &self,
        name: &str,
        at: Span,
        args: &[ast::Arg],
        want: Option<&Type>,
        scope: &Scope,
        span: Span,
    ) -> Expr {
        let value =
            |i: usize, want: Option<&Type>| args.get(i).map(|a| self.infer(&a.value, want, scope));
        let texts = || {
            args.iter()
                .map(|a| self.infer(&a.value, Some(&Type::Str), scope))
        };
        match (name, args.len()) {
            ("if", 3) => self.choice(
                value(0, Some(&Type::Bool)),
                value(1, want),
                value(2, want),
                span,
            ),
            ("if", _) => self.wrong_call("if", "if(condition, a, b)", span),
            ("join", 2) => self.joined(value(0, None), value(1, Some(&Type::Str)), span),
            ("join", _) => self.wrong_call("join", "join(list, \" \")", span),
            ("hash", 1..) => {
                let files = texts().map(|file| self.expect(file, &Type::Str));
                called(Func::Hash, files.collect(), Type::Str, span)
            }
            ("concat", 1..) => called(Func::Concat, texts().collect(), Type::Str, span),
            ("starts_with" | "ends_with" | "contains", 2) => {
                let func = match name {
                    "starts_with" => Func::StartsWith,
                    "ends_with" => Func::EndsWith,
                    _ => Func::Contains,
                };
                let both = [value(0, None), value(1, Some(&Type::Str))];
                called(func, both.into_iter().flatten().collect(), Type::Bool, span)
            }
            ("hash", _) => self.wrong_call(name, "hash(\"**/package-lock.json\")", span),
            ("concat", _) => self.wrong_call(name, "concat(a, b)", span),
            ("starts_with" | "ends_with" | "contains", _) => {
                self.wrong_call(name, &format!("{name}(text, \"part\")"), span)
            }
            _ => {
                self.unknown_function(name, at, RUN);
                self.unknown(span)
            }
        }
    }

    /// `if(condition, a, b)`; one of the two where the condition is known.
    fn choice(
        &self,
        condition: Option<Expr>,
        a: Option<Expr>,
        b: Option<Expr>,
        span: Span,
    ) -> Expr {
        let (Some(condition), Some(a), Some(b)) = (condition, a, b) else {
            return self.unknown(span);
        };
        let condition = self.expect(condition, &Type::Bool);
        match condition.value() {
            Some(Value::Bool(true)) => Expr { span, ..a },
            Some(Value::Bool(false)) => Expr { span, ..b },
            _ => {
                let ty = a.ty.clone();
                let b = self.expect(b, &ty);
                called(Func::If, vec![condition, a, b], ty, span)
            }
        }
    }

    /// `join(list, separator)`; a text where both are known, of a record `key=value` pairs.
    fn joined(&self, list: Option<Expr>, separator: Option<Expr>, span: Span) -> Expr {
        let (Some(list), Some(separator)) = (list, separator) else {
            return self.unknown(span);
        };
        let separator = self.expect(separator, &Type::Str);
        let texts: Vec<String> = match (list.value(), separator.value()) {
            (Some(Value::None), _) => return Expr { span, ..list },
            (Some(Value::Record(fields)), Some(Value::Str(_))) => {
                let pair = |(key, value): &(String, Value)| format!("{key}={}", plain(value));
                fields.iter().map(pair).collect()
            }
            (Some(Value::List(items)), Some(Value::Str(_))) => items.iter().map(plain).collect(),
            _ => return called(Func::Join, vec![list, separator], Type::Str, span),
        };
        let between = separator
            .value()
            .and_then(Value::as_str)
            .unwrap_or_default();
        Expr::constant(Value::Str(texts.join(between)), Type::Str, span)
    }

    fn measure_call(
        &self,
        name: &str,
        at: Span,
        args: &[ast::Arg],
        scope: &Scope,
        span: Span,
    ) -> Expr {
        // What `live_call` hands back here must not be handed over again.
        let series_like = !OF_MEASURES.contains(&name) && args.iter().any(|a| a.name.is_some());
        let live_only =
            !MEASURE.contains(&name) && (LIVE.contains(&name) || quantile(name).is_some());
        if scope.realm == Realm::Measure && (series_like || live_only) {
            return self.live_call(name, at, args, scope, span);
        }
        let typed: Vec<Expr> = match MEASURE.contains(&name) {
            true => self.measured_args(args, scope),
            false => vec![],
        };
        let call = |func: Func, ty: Type| called(func, typed.clone(), ty, span);
        let count = Type::Quantity(Quantity::Count);
        match (name, typed.as_slice()) {
            ("count", [one])
                if matches!(
                    one.ty,
                    Type::Findings | Type::Bool | Type::List(_) | Type::Data | Type::Unknown
                ) =>
            {
                call(Func::Count, count)
            }
            ("count", _) => self.wrong_call("count", "count(findings)", span),
            ("every", [one]) => call(Func::Every, one.ty.clone()),
            ("every", _) => self.wrong_call(name, "every(METRIC)", span),
            ("rise" | "drop" | "change", [one]) if is_metric(one) || one.ty == Type::Unknown => {
                match name {
                    "rise" => call(Func::Rise, Type::Quantity(Quantity::Ratio)),
                    "drop" => call(Func::Drop, Type::Quantity(Quantity::Ratio)),
                    _ => call(Func::Change, one.ty.clone()),
                }
            }
            ("rise" | "drop" | "change", _) => {
                self.wrong_call(name, &format!("{name}(METRIC)"), span)
            }
            ("failed", [one]) if one.ty == Type::Str => call(Func::Failed, Type::Bool),
            ("failed", _) => self.wrong_call("failed", "failed(\"criterion_id\")", span),
            ("abs", [one]) => call(Func::Abs, one.ty.clone()),
            ("abs", _) => self.wrong_call(name, "abs(x)", span),
            ("clamp", [x, low, high]) => self.same_units(name, &[x, low, high], Func::Clamp, span),
            ("clamp", _) => self.wrong_call("clamp", "clamp(x, low, high)", span),
            ("capped", [x, high]) => self.same_units(name, &[x, high], Func::Capped, span),
            ("capped", _) => self.wrong_call("capped", "capped(x, high)", span),
            ("min" | "max" | "mean" | "sum", [_, ..]) => {
                let func = match name {
                    "min" => Func::Min,
                    "max" => Func::Max,
                    "mean" => Func::Mean,
                    _ => Func::Sum,
                };
                self.same_units(name, &typed.iter().collect::<Vec<_>>(), func, span)
            }
            ("min" | "max" | "mean" | "sum", []) => {
                self.wrong_call(name, &format!("{name}(a, b)"), span)
            }
            ("if", [_, a, _]) => call(Func::If, a.ty.clone()),
            ("if", _) => self.wrong_call(name, "if(condition, a, b)", span),
            _ => {
                self.unknown_function(name, at, MEASURE);
                self.unknown(span)
            }
        }
    }

    fn measured_args(&self, args: &[ast::Arg], scope: &Scope) -> Vec<Expr> {
        let mut typed: Vec<Expr> = Vec::new();
        for arg in args {
            let want = typed.first().map(|t| t.ty.clone());
            typed.push(self.infer(&arg.value, want.as_ref(), scope));
        }
        typed
    }

    fn same_units(&self, name: &str, args: &[&Expr], func: Func, span: Span) -> Expr {
        let ty = args
            .iter()
            .map(|a| &a.ty)
            .find(|t| !matches!(t, Type::Unknown | Type::Data))
            .cloned()
            .unwrap_or(Type::Data);
        for arg in args {
            let ok = super::eval::fits(&arg.ty, &ty);
            if !ok {
                self.report(
                    Diagnostic::new(
                        Code::WrongUnit,
                        arg.span,
                        format!(
                            "`{name}` compares {} with {}",
                            ty.describe(),
                            arg.ty.describe()
                        ),
                    )
                    .label(format!("this is {}", arg.ty.describe()))
                    .help(format!("give {}", ty.describe())),
                );
                return self.unknown(span);
            }
        }
        let args = args.iter().map(|a| (*a).clone()).collect();
        called(func, args, ty, span)
    }

    fn live_call(
        &self,
        name: &str,
        at: Span,
        args: &[ast::Arg],
        scope: &Scope,
        span: Span,
    ) -> Expr {
        if OF_MEASURES.contains(&name) && scope.realm != Realm::Live {
            return self.measure_call(name, at, args, &scope.within(Realm::Measure), span);
        }
        if name == "promql" {
            return match args {
                [ast::Arg { value, .. }] => {
                    let text = self.expect(self.infer(value, Some(&Type::Str), scope), &Type::Str);
                    called(Func::Promql, vec![text], Type::Data, span)
                }
                _ => self.wrong_call("promql", "promql(\"…\")", span),
            };
        }
        let Some(func) = live_func(name) else {
            let known: Vec<&str> = LIVE
                .iter()
                .chain(&["rise", "drop", "change"])
                .copied()
                .collect();
            self.unknown_function(name, at, &known);
            return self.unknown(span);
        };
        let Some(mut list) = self.live_args(name, func, args, scope, span) else {
            return self.unknown(span);
        };
        let Some(ty) = self.live_type(name, func, &list, span) else {
            return self.unknown(span);
        };
        let needs_window = !matches!(func, Func::Last | Func::NoData);
        if needs_window && list.len() == asked(func) {
            // Five minutes is Prometheus' own rule of thumb: at least four scrapes of a minute.
            let five = Value::Number(300.0, Quantity::Duration);
            let duration = Type::Quantity(Quantity::Duration);
            list.push(Expr::constant(five, duration, span));
        }
        called(func, list, ty, span)
    }

    /// The arguments of a function of series; none, with a finding, if they are others.
    fn live_args(
        &self,
        name: &str,
        func: Func,
        args: &[ast::Arg],
        scope: &Scope,
        span: Span,
    ) -> Option<Vec<Expr>> {
        let own = asked(func);
        let misplaced = |at: usize, arg: &ast::Arg| match &arg.name {
            None => false,
            Some(name) => at < own || name.text != "over",
        };
        let wrong = args.iter().enumerate().any(|(at, arg)| misplaced(at, arg));
        if wrong || !(own..=own + 1).contains(&args.len()) {
            self.wrong_call(name, &live_usage(func, name), span);
            return None;
        }
        let mut list: Vec<Expr> = Vec::with_capacity(own + 1);
        for (at, arg) in args.iter().enumerate() {
            let ty = match list.first() {
                None => None,
                Some(series) if at < own => self.series_of(series).map(|d| d.unit.clone()),
                Some(_) => Some(Type::Quantity(Quantity::Duration)),
            };
            let value = self.infer(&arg.value, ty.as_ref(), scope);
            list.push(match ty {
                Some(ty) => self.expect(value, &ty),
                None => value,
            });
        }
        Some(list)
    }

    /// The declaration of a series that is referred to; none for what Prometheus writes itself.
    fn series_of(&self, series: &Expr) -> Option<&SeriesDecl> {
        let ExprKind::Ref(Ref::Series { service, name, .. }) = &series.kind else {
            return None;
        };
        let declared = self.program.series.get(name)?;
        declared.iter().find(|d| d.service == *service)
    }

    /// What a function of a series gives; an error when the series is of another kind.
    fn live_type(&self, name: &str, func: Func, args: &[Expr], span: Span) -> Option<Type> {
        let first = args.first()?;
        if first.ty == Type::Unknown {
            return None;
        }
        let ExprKind::Ref(Ref::Series { name: series, .. }) = &first.kind else {
            // `max` and the like over plain values.
            self.wrong_call(name, &live_usage(func, name), span);
            return None;
        };
        let declared = self.series_of(first);
        let (kind, unit) = match declared {
            Some(d) => (d.kind, d.unit.clone()),
            None => (SeriesKind::Gauge, Type::Quantity(Quantity::Number)),
        };
        use SeriesKind::*;
        let (ok, ty) = match func {
            Func::Quantile(_) => (matches!(kind, Histogram | Summary), unit),
            Func::Within => (kind == Histogram, Type::Quantity(Quantity::Ratio)),
            Func::Share => (
                matches!(kind, Histogram | Counter),
                Type::Quantity(Quantity::Ratio),
            ),
            Func::RateOf => (
                matches!(kind, Histogram | Counter | Summary),
                Type::Quantity(Quantity::Rate),
            ),
            Func::Increase => (
                matches!(kind, Histogram | Counter),
                Type::Quantity(Quantity::Count),
            ),
            Func::Mean => (kind != Counter, unit),
            Func::Max | Func::Min | Func::Sum | Func::Last => (kind == Gauge, unit),
            Func::NoData => (true, Type::Bool),
            _ => (true, Type::Data),
        };
        if ok {
            return Some(ty);
        }
        let word = |k: SeriesKind| match k {
            Counter => "a counter",
            Gauge => "a gauge",
            Histogram => "a histogram",
            Summary => "a summary",
        };
        let mut diagnostic = Diagnostic::new(
            Code::WrongSeriesKind,
            first.span,
            format!("`{name}` can't be asked of {}", word(kind)),
        )
        .label(format!("`{series}` is {}", word(kind)));
        if let Some(d) = declared {
            diagnostic = diagnostic.also(d.span, "declared here");
        }
        self.report(diagnostic.help(match kind {
            Counter => "ask a counter through `rate`, `increase` or `share`",
            Gauge => "ask a gauge through `mean`, `max`, `min`, `sum` or `last`",
            Histogram => "ask a histogram through `p95`, `mean`, `rate`, `share` or `within`",
            Summary => "ask a summary through its quantiles, `mean` or `rate`",
        }));
        None
    }
}

/// How many arguments come before the window: only `within` is asked about something besides its
/// series.
fn asked(func: Func) -> usize {
    1 + usize::from(func == Func::Within)
}

fn called(func: Func, args: Vec<Expr>, ty: Type, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Call(func, args),
        ty,
        span,
    }
}

/// How a function of a series is called.
fn live_usage(func: Func, name: &str) -> String {
    match func {
        Func::Within => format!("{name}(SERIES, BOUND, over = 5m)"),
        _ => format!("{name}(SERIES, over = 5m)"),
    }
}

fn live_func(name: &str) -> Option<Func> {
    Some(match name {
        "share" => Func::Share,
        "rate" => Func::RateOf,
        "increase" => Func::Increase,
        "mean" => Func::Mean,
        "max" => Func::Max,
        "min" => Func::Min,
        "sum" => Func::Sum,
        "within" => Func::Within,
        "last" => Func::Last,
        "no_data" => Func::NoData,
        _ => return quantile(name).map(Func::Quantile),
    })
}

/// `p95` → 950, `p99_9` → 999.
fn quantile(name: &str) -> Option<u16> {
    let digits = name.strip_prefix('p')?;
    let (whole, tenth) = digits.split_once('_').unwrap_or((digits, "0"));
    let (whole, tenth): (u16, u16) = (whole.parse().ok()?, tenth.parse().ok()?);
    (whole < 100 && tenth < 10 && !(whole == 0 && tenth == 0)).then_some(whole * 10 + tenth)
}

fn is_metric(e: &Expr) -> bool {
    matches!(&e.kind, ExprKind::Ref(Ref::Metric(..)))
}

/// A value as the text it stands for in a script or a list.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Str(s) | Value::Symbol(s) => s.clone(),
        Value::Number(n, _) => crate::plan::value::decimal(*n),
        other => other.to_string(),
    }
}

/// The name of a call's function: `machine` of `machine(cores = 4)`.
pub fn callee(e: &ast::Expr) -> Option<(&str, &[ast::Arg])> {
    match &unparen(e).kind {
        Ast::Call(callee, args) => match &callee.kind {
            Ast::Name(name) => Some((name, args)),
            _ => None,
        },
        _ => None,
    }
}
