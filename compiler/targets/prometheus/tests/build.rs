//! Plans built by hand, as short as the programs they stand for.

use crate::diagnostics::Diagnostics;
use crate::plan::*;
use crate::source::{FileId, Span};

pub fn origin(place: &str, docs: Option<&str>) -> Origin {
    let line: usize = place
        .rsplit(':')
        .next()
        .and_then(|l| l.parse().ok())
        .unwrap_or(0);
    Origin {
        span: Span::new(FileId(0), line * 100, line * 100 + 10),
        docs: docs.map(str::to_string),
        place: place.to_string(),
        ..Origin::default()
    }
}

pub fn span() -> Span {
    Span::new(FileId(0), 0, 1)
}

pub fn quantity(q: Quantity) -> Type {
    Type::Quantity(q)
}

pub fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr {
        kind,
        ty,
        span: span(),
    }
}

pub fn number(n: f64, q: Quantity) -> Expr {
    expr(ExprKind::Const(Value::Number(n, q.clone())), quantity(q))
}

pub fn seconds(n: f64) -> Expr {
    number(n, Quantity::Duration)
}

pub fn matcher(label: &str, op: MatcherOp, value: &str) -> Matcher {
    Matcher {
        label: label.into(),
        op,
        values: vec![Value::Str(value.into())],
    }
}

pub fn series(service: &str, name: &str, matchers: Vec<Matcher>) -> Expr {
    let (service, name) = (service.to_string(), name.to_string());
    expr(
        ExprKind::Ref(Ref::Series {
            service,
            name,
            matchers,
        }),
        Type::Series,
    )
}

pub fn metric_ref(id: &str, q: Quantity) -> Expr {
    expr(ExprKind::Ref(Ref::Metric(id.into(), vec![])), quantity(q))
}

pub fn call(func: Func, args: Vec<Expr>, q: Quantity) -> Expr {
    expr(ExprKind::Call(func, args), quantity(q))
}

pub fn binary(op: Operator, a: Expr, b: Expr) -> Expr {
    let ty = match op {
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => a.ty.clone(),
        _ => Type::Bool,
    };
    expr(ExprKind::Binary(op, Box::new(a), Box::new(b)), ty)
}

pub fn metric(line: usize, id: &str, q: Quantity, live: Option<Expr>) -> Metric {
    Metric {
        id: id.into(),
        ty: quantity(q),
        better: None,
        key: vec![],
        by: None,
        samples: None,
        repeats: None,
        cluster: None,
        range: None,
        report: None,
        live,
        origin: origin(&format!("pipeline.gate:{line}"), None),
    }
}

pub fn criterion(line: usize, id: &str, holds: Expr) -> Criterion {
    Criterion {
        id: id.into(),
        condition: Condition::Holds(holds),
        strength: Strength::Require { warn: None },
        places: vec![],
        confidence: None,
        samples: None,
        if_missing: None,
        if_skipped: None,
        origin: origin(&format!("pipeline.gate:{line}"), None),
    }
}

pub fn gate(id: &str, docs: Option<&str>, criteria: Vec<Criterion>) -> Gate {
    Gate {
        id: id.into(),
        title: id.into(),
        against: None,
        pass: 100.0,
        pass_given: None,
        criteria,
        scoring: Scoring::AllOrNothing,
        advice: vec![],
        overrides: vec![],
        origin: origin("pipeline.gate:40", docs),
    }
}

pub fn service(id: &str, series: Vec<Series>) -> Service {
    Service {
        id: id.into(),
        port: 8080,
        replicas: (3, 10),
        scale_at: None,
        resources: Resources::default(),
        metrics: Some("/metrics".into()),
        health: None,
        ready: None,
        probes: vec![],
        series,
        env: vec![],
        config: vec![],
        secrets: vec![],
        command: vec![],
        user: None,
        writable: vec![],
        calls: vec![],
        egress: Egress::Listed,
        labels: vec![],
        raw: vec![],
        origin: origin("pipeline.gate:200", None),
    }
}

pub fn declared(
    id: &str,
    kind: SeriesKind,
    q: Quantity,
    labels: &[&str],
    buckets: &[f64],
) -> Series {
    Series {
        id: id.into(),
        kind,
        unit: quantity(q),
        labels: labels.iter().map(ToString::to_string).collect(),
        buckets: buckets.to_vec(),
        origin: origin("pipeline.gate:205", None),
    }
}

pub fn environment(id: &str, prometheus: bool) -> Environment {
    Environment {
        id: id.into(),
        namespace: id.into(),
        url: None,
        approval: false,
        login: None,
        prometheus: prometheus.then(|| "prometheus.monitoring:9090".to_string()),
        push: None,
        install_monitoring: None,
        router: None,
        engine: None,
        overrides: vec![],
        origin: origin("pipeline.gate:230", None),
    }
}

pub fn alert(line: usize, id: &str, cause: Cause, hold: f64, severity: &str) -> Alert {
    Alert {
        id: id.into(),
        cause,
        hold,
        keep: None,
        severity: severity.into(),
        labels: vec![],
        summary: None,
        description: None,
        runbook: None,
        environments: vec![],
        origin: origin(&format!("pipeline.gate:{line}"), None),
    }
}

pub fn test(title: &str, live: Vec<(&str, f64, Quantity)>, expects: Vec<Expect>) -> Test {
    let live = live.into_iter();
    Test {
        title: title.into(),
        given: vec![],
        live: live
            .map(|(id, n, q)| (id.to_string(), Value::Number(n, q), span()))
            .collect(),
        baseline: vec![],
        others_perfect: true,
        expects,
        origin: origin("pipeline.gate:300", None),
    }
}

pub fn expect(alert: &str, outcome: &str, on: &[&str]) -> Expect {
    Expect {
        subject: Subject::Alert(alert.into()),
        outcome: outcome.into(),
        on: on.iter().map(ToString::to_string).collect(),
        score: None,
        at: None,
        origin: origin("pipeline.gate:301", None),
    }
}

pub fn valid(plan: Plan) -> ValidPlan {
    ValidPlan::new(plan, &Diagnostics::new()).unwrap()
}
