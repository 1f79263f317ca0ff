//! Metrics, dimensions and baselines.

use super::Lower;
use super::gates::key_expr;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Baseline, Better, Dimension, Expr, Metric, Quantity, Type, Value};

use crate::resolve::shape::Shape;
use crate::resolve::{Realm, Scope};
use crate::schema::Kind;
use crate::syntax::ast;

impl<'a> Lower<'_, 'a> {
    pub(super) fn metrics(&self) -> Vec<Metric> {
        self.program
            .all("metric")
            .filter_map(|s| self.metric(s))
            .collect()
    }

    fn metric(&self, shape: &Shape<'a>) -> Option<Metric> {
        let id = self.name(shape)?;
        let ty = self
            .program
            .metric_types
            .get(&id)
            .cloned()
            .unwrap_or(Type::Unknown);
        self.check_repeats(shape);
        Some(Metric {
            better: self.text(shape, "better").map(|b| match b.as_str() {
                "higher" => Better::Higher,
                _ => Better::Lower,
            }),
            key: self.texts(shape, "key"),
            by: shape.attribute("by").and_then(|e| {
                let (_, name, _) = self.reference(e, &[Kind::Dimension])?;
                self.dimension(&name)
            }),
            samples: self.number(shape, "samples"),
            repeats: self.number(shape, "repeats"),
            cluster: self.text(shape, "cluster"),
            range: self.metric_range(shape, &ty),
            report: self.source(shape, "report", Realm::Report, &ty),
            live: self.source(shape, "live", Realm::Live, &ty),
            origin: self.origin(shape),
            id,
            ty,
        })
    }

    /// Repeats count as one only where it is known which belong together.
    fn check_repeats(&self, shape: &Shape) {
        let Some(repeats) = shape.attribute("repeats") else {
            return;
        };
        if shape.attribute("cluster").is_none() {
            let message = "nothing tells which samples repeat the same item";
            self.report(
                Diagnostic::new(Code::MissingAttribute, repeats.span, message)
                    .label("`repeats` has no effect without `cluster`")
                    .help("name the field that tells items apart: `cluster = \"item\"`"),
            );
        }
    }

    fn dimension(&self, name: &str) -> Option<Dimension> {
        let shape = self
            .program
            .all("dimension")
            .find(|d| self.name(d).as_deref() == Some(name))?;
        Some(Dimension {
            id: name.to_string(),
            values: self.texts(shape, "values"),
            origin: self.origin(shape),
        })
    }

    fn source(&self, shape: &Shape, attribute: &str, realm: Realm, ty: &Type) -> Option<Expr> {
        let written = shape.attribute(attribute)?;
        let typed = self
            .cx
            .infer(written, Some(ty), &Scope::CONSTANT.within(realm));
        if let (Type::Quantity(wanted), Type::Quantity(found)) = (ty, &typed.ty)
            && wanted != found
            && !(unitless(wanted) && unitless(found))
        {
            let help = match (unitless(found), crate::resolve::units::usual_unit(wanted)) {
                (true, Some(unit)) => format!("say the unit it is written in: `… * 1{unit}`"),
                _ => format!("give a {}", wanted.name()),
            };
            self.report(
                Diagnostic::new(
                    Code::WrongUnit,
                    typed.span,
                    format!("expected {}, found {}", ty.describe(), typed.ty.describe()),
                )
                .label(format!("this is {}", typed.ty.describe()))
                .also(shape.head(), format!("the metric is {}", ty.describe()))
                .help(help),
            );
            return None;
        }
        // A plain number may be a share: its range of 0 to 1 tells a percent from a fraction.
        if let (Type::Quantity(wanted), Type::Data) = (ty, &typed.ty)
            && attribute == "report"
            && *wanted != Quantity::Ratio
            && let Some(unit) = crate::resolve::units::usual_unit(wanted)
        {
            let found = "a plain number of the report";
            self.report(
                Diagnostic::new(
                    Code::WrongUnit,
                    typed.span,
                    format!("expected {}, found {found}", ty.describe()),
                )
                .label("in which unit?")
                .also(shape.head(), format!("the metric is {}", ty.describe()))
                .help(format!("say the unit it is written in: `… * 1{unit}`")),
            );
            return None;
        }
        let typed = match &typed.ty {
            Type::Quantity(_) | Type::Data => typed,
            _ => self.cx.expect(typed, ty),
        };
        (typed.ty != Type::Unknown).then_some(typed)
    }

    fn metric_range(&self, shape: &Shape, ty: &Type) -> Option<(f64, f64)> {
        match self.value(shape, "range") {
            Some(Value::Range(low, high)) => Some((low.as_number()?, high.as_number()?)),
            Some(other) => other.as_number().map(|n| (n, n)),
            None if *ty == Type::Quantity(Quantity::Ratio) => Some((0.0, 1.0)),
            None => None,
        }
    }

    pub(super) fn baselines(&self) -> Vec<Baseline> {
        let lower = |s: &Shape<'a>| {
            let accept_on = s.attribute("accept_on");
            Some(Baseline {
                id: self.name(s)?,
                branch: self.text(s, "branch"),
                key: self.texts(s, "key"),
                reference: self.text(s, "reference").unwrap_or_else(|| "last".into()),
                keep: self.number(s, "keep"),
                accept_on: accept_on
                    .and_then(|e| self.reference(e, &[Kind::Gate]))
                    .map(|(_, n, _)| n),
                first_run: self
                    .text(s, "first_run")
                    .unwrap_or_else(|| "establish".into()),
                max_age: self.number(s, "max_age"),
                floor: self.floor(s),
                budget: self.number(s, "budget"),
                store: self.store(s),
                origin: self.origin(s),
            })
        };
        self.program.all("baseline").filter_map(lower).collect()
    }

    /// `floor { error_rate = 0.1% }`, each in its metric's unit.
    fn floor(&self, shape: &Shape<'a>) -> Vec<(String, f64)> {
        let entries = shape.one("floor").into_iter().flat_map(|f| &f.open);
        let lower = |entry: &&ast::Attribute| {
            let (_, id, _) = self.reference(&key_expr(entry), &[Kind::Metric])?;
            let ty = self.program.metric_types.get(&id)?;
            let value = self.cx.known(&entry.value, Some(ty), &Scope::CONSTANT)?;
            Some((id, value.as_number()?))
        };
        entries.filter_map(lower).collect()
    }
}

fn unitless(q: &Quantity) -> bool {
    matches!(q, Quantity::Number | Quantity::Count)
}
