//! Values for the places of the table, and texts with values inside.

use super::{Context, unparen};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind, Part, Quantity, Quoting, Text, Type, Value};
use crate::resolve::scope::Scope;
use crate::schema::{Ty, sets};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Ast};

impl Context<'_> {
    /// A value for a place of the table: typed, held against the type.
    pub fn typed(&self, e: &ast::Expr, ty: &Ty, scope: &Scope) -> Option<Value> {
        let quantity = |q: Quantity| Type::Quantity(q);
        match ty {
            Ty::Bool => self.known(e, Some(&Type::Bool), scope),
            Ty::Str => self.plain_text(e, scope),
            Ty::Number => self.known(e, Some(&quantity(Quantity::Number)), scope),
            Ty::Count => self.count(e, scope),
            Ty::Ratio => self.known(e, Some(&quantity(Quantity::Ratio)), scope),
            Ty::Points => self.known(e, Some(&quantity(Quantity::Points)), scope),
            Ty::Duration => self.known(e, Some(&quantity(Quantity::Duration)), scope),
            Ty::Minutes => self.minutes(e, scope),
            Ty::Bytes => self.known(e, Some(&quantity(Quantity::Bytes)), scope),
            Ty::Cpu => self.known(e, Some(&quantity(Quantity::Cpu)), scope),
            Ty::Symbol(set) if self.dashed(e, set) => None,
            Ty::Symbol(set) => self.known(e, Some(&Type::Symbol(set.name)), scope),
            Ty::Many(of) => self.many(e, of, scope),
            Ty::RangeOr(of) => match &unparen(e).kind {
                Ast::Binary(BinaryOp::Range, low, high) => {
                    let low = self.typed(low, of, scope)?;
                    let high = self.typed(high, of, scope)?;
                    self.ordered(&low, &high, e.span);
                    Some(Value::Range(Box::new(low), Box::new(high)))
                }
                _ => {
                    let typed = self.typed(e, of, scope)?;
                    Some(typed)
                }
            },
            Ty::Either(types) => self.either(e, types, scope),
            _ => self.known(e, None, scope),
        }
    }

    fn minutes(&self, e: &ast::Expr, scope: &Scope) -> Option<Value> {
        let wanted = Type::Quantity(Quantity::Duration);
        let Ast::Number { digits, unit } = &unparen(e).kind else {
            return self.known(e, Some(&wanted), scope);
        };
        if !unit.is_empty() {
            return self.known(e, Some(&wanted), scope);
        }
        self.report(
            Diagnostic::new(
                Code::WrongUnit,
                e.span,
                "expected a duration, found a number",
            )
            .label("this is a number")
            .help(format!("did you mean `{digits}m`?"))
            .replace(e.span, format!("{digits}m")),
        );
        None
    }

    /// `id-token` where `id_token` is meant.
    fn dashed(&self, e: &ast::Expr, set: &sets::Set) -> bool {
        let written = self.sources.slice(e.span);
        let meant = written.replace('-', "_");
        let found = meant != written && set.members.contains(&meant.as_str());
        if found {
            self.report(
                Diagnostic::new(
                    Code::UnknownName,
                    e.span,
                    format!("`{written}` is no {}", set.name),
                )
                .label("a name has no `-`")
                .help(format!("did you mean `{meant}`?"))
                .replace(e.span, meant),
            );
        }
        found
    }

    fn ordered(&self, low: &Value, high: &Value, span: Span) {
        if let (Some(a), Some(b)) = (low.as_number(), high.as_number())
            && a > b
        {
            self.report(
                Diagnostic::new(
                    Code::OutOfRange,
                    span,
                    format!("the range {low}..{high} is empty"),
                )
                .label("begins above its end")
                .help(format!("write `{high}..{low}`")),
            );
        }
    }

    fn plain_text(&self, e: &ast::Expr, scope: &Scope) -> Option<Value> {
        let value = self.known(e, Some(&Type::Str), scope)?;
        if let Value::Str(text) = &value
            && text.contains("${{")
        {
            self.report(
                Diagnostic::new(
                    Code::NotConstant,
                    e.span,
                    "`${{ }}` is not a value in this text",
                )
                .label("taken as it stands")
                .help("values stand in scripts, names and messages only"),
            );
        }
        Some(value)
    }

    fn count(&self, e: &ast::Expr, scope: &Scope) -> Option<Value> {
        let value = self.known(e, Some(&Type::Quantity(Quantity::Count)), scope)?;
        let n = value.as_number()?;
        if n < 0.0 || n.fract() != 0.0 {
            self.report(
                Diagnostic::new(Code::OutOfRange, e.span, "a count is a whole number from 0")
                    .label(format!("this is {n}"))
                    .help(match n < 0.0 {
                        true => "write `0` or more".to_string(),
                        // Which of the two was meant is not known.
                        false => format!("write `{}` or `{}`", n.floor(), n.ceil()),
                    }),
            );
            return None;
        }
        Some(Value::Number(n, Quantity::Count))
    }

    fn many(&self, e: &ast::Expr, of: &Ty, scope: &Scope) -> Option<Value> {
        if let Ast::List(items) = &unparen(e).kind {
            if *of == Ty::Str && self.unquoted(items, scope) {
                return None;
            }
            return Some(Value::List(
                items
                    .iter()
                    .filter_map(|i| self.typed(i, of, scope))
                    .collect(),
            ));
        }
        // A constant or parameter may hold the whole list.
        if let Ast::Name(_) | Ast::Field(..) = &unparen(e).kind
            && let Some(Value::List(items)) = self
                .infer_quietly(e, scope)
                .and_then(|e| e.value().cloned())
        {
            return Some(Value::List(items));
        }
        let one = self.typed(e, of, scope)?;
        if *of == Ty::Str {
            self.comma_in_text(e);
        }
        Some(Value::List(vec![one]))
    }

    /// `[main, develop]` where texts are taken: names that nothing here has.
    fn unquoted(&self, items: &[ast::Expr], scope: &Scope) -> bool {
        let unknown = |e: &&ast::Expr| match &unparen(e).kind {
            Ast::Name(name) => self.infer_quietly(e, scope).is_none() && !self.is_near(name, scope),
            _ => false,
        };
        let names: Vec<&ast::Expr> = items.iter().filter(unknown).collect();
        let (Some(first), Some(last)) = (names.first(), names.last()) else {
            return false;
        };
        let quoted = |e: &ast::Expr| format!("\"{}\"", self.sources.slice(e.span));
        let all: Vec<String> = items
            .iter()
            .map(|e| match names.iter().any(|n| n.span == e.span) {
                true => quoted(e),
                false => self.sources.slice(e.span).to_string(),
            })
            .collect();
        let shown: Vec<String> = names
            .iter()
            .map(|e| format!("`{}`", self.sources.slice(e.span)))
            .collect();
        let edits = names.iter().map(|e| (e.span, quoted(e))).collect();
        self.report(
            Diagnostic::new(
                Code::UnknownName,
                first.span.to(last.span),
                format!("nothing here is called {}", shown.join(" or ")),
            )
            .label("text is quoted")
            .help(format!("write `[{}]`", all.join(", ")))
            .fix("quote them", edits),
        );
        true
    }

    /// `"main, develop"` where a list of texts is taken.
    pub fn comma_in_text(&self, e: &ast::Expr) {
        let Ast::Str(text) = &unparen(e).kind else {
            return;
        };
        let word = |part: &&str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_./*".contains(c);
            !part.is_empty() && part.chars().all(plain)
        };
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        if parts.len() < 2 || !text.contains(", ") || !parts.iter().all(word) {
            return;
        }
        let items: Vec<String> = parts.iter().map(|p| format!("\"{p}\"")).collect();
        let list = format!("[{}]", items.join(", "));
        self.report(
            Diagnostic::new(
                Code::CommaInText,
                e.span,
                "a list is taken here, and this is one text",
            )
            .label("one item, comma and all")
            .help(format!("if several are meant, write `{list}`"))
            .replace(e.span, list),
        );
    }

    fn either(&self, e: &ast::Expr, types: &[Ty], scope: &Scope) -> Option<Value> {
        let before = self.found.borrow().len();
        for (index, ty) in types.iter().enumerate() {
            let value = self.typed(e, ty, scope);
            let clean = self.found.borrow().len() == before;
            if clean || index + 1 == types.len() {
                return value;
            }
            self.found.borrow_mut().truncate(before);
        }
        None
    }

    /// Types without reporting: `None` if anything was wrong.
    pub fn infer_quietly(&self, e: &ast::Expr, scope: &Scope) -> Option<Expr> {
        let before = self.found.borrow().len();
        let typed = self.infer(e, None, scope);
        let clean = self.found.borrow().len() == before;
        self.found.borrow_mut().truncate(before);
        clean.then_some(typed)
    }

    /// Text with values: a message or a name.
    pub fn message(&self, e: &ast::Expr, scope: &Scope) -> Text {
        match &unparen(e).kind {
            Ast::Str(text) | Ast::Text(text) => {
                self.interpolate(text, e.span, Quoting::Message, scope)
            }
            _ => match self.known(e, Some(&Type::Str), scope) {
                Some(Value::Str(text)) => Text::plain(text),
                _ => Text::default(),
            },
        }
    }

    /// A value that a run knows, as text with values inside if it is quoted.
    pub fn run_value(&self, e: &ast::Expr, scope: &Scope) -> Expr {
        match &unparen(e).kind {
            Ast::Str(text) | Ast::Text(text) if text.contains("${{") => {
                let text = self.interpolate(text, e.span, Quoting::Message, scope);
                match text.as_plain() {
                    Some(plain) => Expr::constant(Value::Str(plain), Type::Str, e.span),
                    None => match <[Part; 1]>::try_from(text.parts) {
                        Ok([Part::Value(value, _)]) => value,
                        Ok([part]) => Expr {
                            kind: ExprKind::Text(Text { parts: vec![part] }),
                            ty: Type::Str,
                            span: e.span,
                        },
                        Err(parts) => Expr {
                            kind: ExprKind::Text(Text { parts }),
                            ty: Type::Str,
                            span: e.span,
                        },
                    },
                }
            }
            _ => self.infer(e, None, scope),
        }
    }
}
