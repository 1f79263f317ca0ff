//! A value held against the type of its place, and what is said when it doesn't fit.

use super::Context;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind, Quantity, Type, Value};
use crate::resolve::scope::Scope;
use crate::resolve::units;
use crate::schema::sets;
use crate::source::Span;
use crate::syntax::ast;

impl Context<'_> {
    /// The value of an expression that must be known now.
    pub fn known(&self, e: &ast::Expr, want: Option<&Type>, scope: &Scope) -> Option<Value> {
        let typed = self.infer(e, want, scope);
        let typed = match want {
            Some(want) => self.expect(typed, want),
            None => typed,
        };
        let typed = self.must_be_known(typed);
        match typed.ty {
            Type::Unknown => None,
            _ => typed.value().cloned(),
        }
    }

    pub(super) fn must_be_known(&self, e: Expr) -> Expr {
        if e.ty == Type::Unknown || e.value().is_some() {
            return e;
        }
        self.report(
            Diagnostic::new(
                Code::NotConstant,
                e.span,
                "this must be known before the pipeline runs",
            )
            .label("only known when it runs")
            .help("write a value, or name a constant"),
        );
        self.unknown(e.span)
    }

    /// The expression, or an error if it isn't of the type.
    pub fn expect(&self, e: Expr, wanted: &Type) -> Expr {
        if fits(&e.ty, wanted) {
            // `none` stands for an absent field and literal numbers take the place's quantity.
            return adopt(e, wanted);
        }
        self.mismatch(&e, wanted);
        self.unknown(e.span)
    }

    pub(super) fn mismatch(&self, e: &Expr, wanted: &Type) {
        let number = match (&e.ty, wanted) {
            (Type::Quantity(_), Type::Quantity(_)) => true,
            (_, Type::Range(inner)) => matches!(
                (&e.ty, inner.as_ref()),
                (Type::Quantity(_), Type::Quantity(_))
            ),
            _ => false,
        };
        let code = if number {
            Code::WrongUnit
        } else {
            Code::WrongType
        };
        let diagnostic = Diagnostic::new(
            code,
            e.span,
            format!("expected {}, found {}", wanted.describe(), e.ty.describe()),
        )
        .label(format!("this is {}", e.ty.describe()));
        let diagnostic = match (e.value(), wanted) {
            (Some(Value::Number(n, Quantity::Number | Quantity::Count)), Type::Quantity(q)) => {
                self.offer_unit(diagnostic, e.span, *n, q)
            }
            (Some(Value::Str(text)), Type::Symbol(set)) => {
                let members = sets::ALL
                    .iter()
                    .find(|s| s.name == *set)
                    .map_or(&[][..], |s| s.members);
                match members.contains(&text.as_str()) {
                    true => diagnostic
                        .help("write it without quotes")
                        .replace(e.span, text.clone()),
                    false => diagnostic.help(format!("one of {}", members.join(", "))),
                }
            }
            (Some(Value::Number(..)), Type::Str) => {
                let quoted = format!("\"{}\"", self.sources.slice(e.span));
                diagnostic
                    .help(format!("write it in quotes: `{quoted}`"))
                    .replace(e.span, quoted)
            }
            (Some(Value::Str(text)), Type::Quantity(_)) if reads_as_number(text) => diagnostic
                .help("write it without quotes")
                .replace(e.span, text.clone()),
            (Some(Value::Str(_)), Type::Quantity(Quantity::Duration)) => {
                diagnostic.help("write a number with its unit, without quotes: `90s`, `10m`, `2h`")
            }
            (_, Type::Symbol(set)) => {
                let known = sets::ALL.iter().find(|s| s.name == *set);
                diagnostic.help(match known {
                    Some(set) => format!("one of {}", set.members.join(", ")),
                    None => format!("give {}", wanted.describe()),
                })
            }
            _ => diagnostic.help(format!("give {}", wanted.describe())),
        };
        self.report(diagnostic);
    }

    fn offer_unit(&self, d: Diagnostic, span: Span, n: f64, wanted: &Quantity) -> Diagnostic {
        let Some(unit) = units::usual_unit(wanted) else {
            return d.help(format!("give a {}", wanted.name()));
        };
        let digits = self.sources.slice(span);
        let digits = if digits.is_empty() {
            n.to_string()
        } else {
            digits.to_string()
        };
        // Which unit is meant is not to be guessed where another would pass, too.
        match wanted {
            Quantity::Ratio if n > 0.0 && n <= 1.0 => {
                let share = shortest(n * 100.0);
                d.help(format!(
                    "write `{share}%` ({digits} of 1); `{digits}%` would be {digits} of a hundred"
                ))
            }
            Quantity::Duration => d.help(format!(
                "say the unit: `{digits}ms`, `{digits}s`, `{digits}m` or `{digits}h`"
            )),
            Quantity::Bytes => d.help(format!(
                "say the unit: `{digits}KiB`, `{digits}MiB` or `{digits}GiB`"
            )),
            _ => d.help(format!("did you mean `{digits}{unit}`?")).fix(
                format!("write `{digits}{unit}`"),
                vec![(span, format!("{digits}{unit}"))],
            ),
        }
    }
}

/// A number without what its arithmetic in binary adds: 7, not 7.000000000000001.
fn shortest(n: f64) -> f64 {
    (n * 1e9).round() / 1e9
}

/// Whether a text would be a number without its quotes.
fn reads_as_number(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (digits, unit) = text.split_at(end.unwrap_or(text.len()));
    units::number(digits, unit, |_| false).is_some()
}

/// Whether a quantity carries no unit.
pub(super) fn plain(q: &Quantity) -> bool {
    matches!(q, Quantity::Number | Quantity::Count)
}

/// Whether a value of one type may stand where another is taken.
pub fn fits(found: &Type, wanted: &Type) -> bool {
    match (found, wanted) {
        (Type::Unknown, _) | (_, Type::Unknown) | (Type::None, _) => true,
        (Type::Data, Type::Quantity(_) | Type::Str | Type::Bool | Type::List(_)) => true,
        (Type::Quantity(Quantity::Count), Type::Quantity(Quantity::Number)) => true,
        (Type::Quantity(Quantity::Number), Type::Quantity(Quantity::Count)) => true,
        (Type::List(a), Type::List(b)) => fits(a, b),
        (Type::Range(a), Type::Range(b)) => fits(a, b),
        (a, b) => a == b,
    }
}

/// A literal takes the quantity of its place.
fn adopt(e: Expr, wanted: &Type) -> Expr {
    match (&e.kind, &e.ty, wanted) {
        (ExprKind::Const(Value::Number(n, q)), Type::Quantity(_), Type::Quantity(w))
            if plain(q) && plain(w) =>
        {
            Expr::constant(Value::Number(*n, w.clone()), wanted.clone(), e.span)
        }
        _ => e,
    }
}
