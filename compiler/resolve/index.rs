//! Types of metrics and series, before any expression is typed.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::eval::{Context, unparen};
use super::functions::callee;
use super::scope::Scope;
use super::shape::Shape;
use super::symbols::{Program, SeriesDecl};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest};
use crate::plan::{Quantity, SeriesKind, Type, Value};
use crate::schema::{Kind, Ty};
use crate::source::SourceMap;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Ast};

#[derive(Default)]
pub(super) struct Index {
    pub metric_types: HashMap<String, Type>,
    pub metric_groups: HashMap<String, (String, Vec<String>)>,
    pub metric_sources: HashMap<String, (bool, bool)>,
    pub limit_types: HashMap<String, Type>,
    pub series: IndexMap<String, Vec<SeriesDecl>>,
}

impl Index {
    pub(super) fn of(program: &Program, sources: &SourceMap, found: &mut Diagnostics) -> Self {
        let cx = Context::new(program, sources);
        let mut index = Index::default();
        for metric in program.all("metric") {
            index.metric(&cx, metric);
        }
        for limit in program.all("limit") {
            if let Some(name) = limit.name() {
                index.limit_types.insert(name.text, typed_head(&cx, limit));
            }
        }
        for service in program.all("service") {
            index.service(&cx, service);
        }
        found.extend(cx.found.into_inner());
        index
    }

    fn metric(&mut self, cx: &Context, metric: &Shape) {
        let Some(name) = metric.name() else { return };
        self.metric_types
            .insert(name.text.clone(), typed_head(cx, metric));
        let sources = (
            metric.attribute("report").is_some(),
            metric.attribute("live").is_some(),
        );
        self.metric_sources.insert(name.text.clone(), sources);
        if let Some(by) = metric.attribute("by")
            && let Ast::Name(dimension) = &unparen(by).kind
        {
            let declared = cx
                .program
                .all("dimension")
                .find(|d| d.name().is_some_and(|n| n.text == *dimension));
            let values = declared
                .and_then(|d| d.attribute("values"))
                .and_then(|v| cx.typed(v, &Ty::Many(&Ty::Str), &Scope::CONSTANT));
            let values = values.as_ref().map(Value::as_list).unwrap_or_default();
            let values = values
                .iter()
                .filter_map(|v| v.as_str().map(String::from))
                .collect();
            self.metric_groups
                .insert(name.text, (dimension.clone(), values));
        }
    }

    fn service(&mut self, cx: &Context, service: &Shape) {
        let Some(owner) = service.name() else { return };
        for series in service.all("series") {
            let Some(name) = series.name() else { continue };
            let Some(Ast::Binary(BinaryOp::Typed, _, ty)) = series.arg(0).map(|a| &a.kind) else {
                continue;
            };
            let (kind, unit) = series_type(cx, ty);
            // Labels are typed again, and reported, when the service is lowered.
            let labels = series
                .attribute("labels")
                .and_then(|v| cx.infer_quietly(v, &Scope::CONSTANT))
                .and_then(|e| e.value().cloned());
            let labels = labels.as_ref().map(Value::as_list).unwrap_or_default();
            let labels = labels
                .iter()
                .filter_map(|v| v.as_str().map(String::from))
                .collect();
            let decl = SeriesDecl {
                service: owner.text.clone(),
                kind,
                unit,
                labels,
                span: name.span,
            };
            self.series.entry(name.text).or_default().push(decl);
        }
    }
}

const QUANTITIES: &[(&str, Quantity)] = &[
    ("ratio", Quantity::Ratio),
    ("points", Quantity::Points),
    ("duration", Quantity::Duration),
    ("bytes", Quantity::Bytes),
    ("rate", Quantity::Rate),
    ("cpu", Quantity::Cpu),
    ("count", Quantity::Count),
    ("number", Quantity::Number),
];

/// The type in `metric name: type`.
fn typed_head(cx: &Context, shape: &Shape) -> Type {
    match shape.arg(0).map(|a| &a.kind) {
        Some(Ast::Binary(BinaryOp::Typed, _, ty)) => quantity_type(cx, ty),
        _ => Type::Unknown,
    }
}

/// The type that a type's name stands for.
pub fn quantity_type(cx: &Context, e: &ast::Expr) -> Type {
    let name = match &unparen(e).kind {
        Ast::Name(name) => name.as_str(),
        Ast::Missing => return Type::Unknown,
        _ => "",
    };
    if let Some((_, q)) = QUANTITIES.iter().find(|(n, _)| *n == name) {
        return Type::Quantity(q.clone());
    }
    if cx.program.declared(Kind::Unit, name).is_some() {
        return Type::Quantity(Quantity::User(name.to_string()));
    }
    let names: Vec<&str> = QUANTITIES.iter().map(|(n, _)| *n).collect();
    let all = names.iter().copied().chain(cx.program.names(Kind::Unit));
    let diagnostic = Diagnostic::new(
        Code::UnknownName,
        e.span,
        format!("`{}` is no type", cx.sources.slice(e.span)),
    )
    .label("not a type");
    cx.report(match nearest(name, all) {
        Some(near) => diagnostic
            .help(format!("did you mean `{near}`?"))
            .replace(e.span, near),
        None => diagnostic.help(format!(
            "types are {}; declare your own with `unit NAME`",
            names.join(", ")
        )),
    });
    Type::Unknown
}

fn series_type(cx: &Context, e: &ast::Expr) -> (SeriesKind, Type) {
    const KINDS: &[(&str, SeriesKind)] = &[
        ("counter", SeriesKind::Counter),
        ("gauge", SeriesKind::Gauge),
        ("histogram", SeriesKind::Histogram),
        ("summary", SeriesKind::Summary),
    ];
    if let Some((name, [of])) = callee(e)
        && let Some((_, kind)) = KINDS.iter().find(|(n, _)| *n == name)
    {
        return (*kind, quantity_type(cx, &of.value));
    }
    cx.report(
        Diagnostic::new(
            Code::WrongArgument,
            e.span,
            "a series is `counter(T)`, `gauge(T)`, `histogram(T)` or `summary(T)`",
        )
        .label("not the kind of a series")
        .help("write `series requests_total: counter(count)`"),
    );
    (SeriesKind::Gauge, Type::Unknown)
}
