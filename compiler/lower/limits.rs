//! Limits: thresholds by environment, branch or group, each case of them.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Limit, LimitBy, Type};
use crate::resolve::Scope;
use crate::resolve::eval::unparen;
use crate::resolve::shape::Shape;
use crate::schema::Kind;
use crate::syntax::ast::{self, ExprKind as Ast};

impl<'a> Lower<'_, 'a> {
    pub(super) fn limits(&self) -> Vec<Limit> {
        let limits = self.program.all("limit");
        limits.filter_map(|s| self.limit(s)).collect()
    }

    fn limit(&self, shape: &Shape<'a>) -> Option<Limit> {
        let id = self.name(shape)?;
        let ty = self.program.limit_types.get(&id).cloned();
        let ty = ty.unwrap_or(Type::Unknown);
        let want = (ty != Type::Unknown).then_some(&ty);
        let number = |e: &ast::Expr| {
            let value = self.cx.known(e, want, &Scope::CONSTANT)?;
            value.as_number()
        };
        let entries = shape.one("cases").into_iter().flat_map(|c| &c.open);
        let entries: Vec<&ast::Attribute> = entries.copied().collect();
        let cases: Vec<(String, f64)> = entries
            .iter()
            .filter_map(|entry| Some((entry.key(), number(&entry.value)?)))
            .collect();
        let others = shape.attribute("others").and_then(number);
        let by = self.limit_by(shape.attribute("by")?)?;
        self.check_cases(shape, &by, &entries, others.is_some());
        Some(Limit {
            origin: self.origin(shape),
            id,
            ty,
            by,
            cases,
            others,
        })
    }

    fn limit_by(&self, e: &ast::Expr) -> Option<LimitBy> {
        match &unparen(e).kind {
            Ast::Name(name) if name == "environment" => Some(LimitBy::Environment),
            Ast::Name(name) if name == "branch" => Some(LimitBy::Branch),
            _ => {
                let (_, name, _) = self.reference(e, &[Kind::Dimension])?;
                Some(LimitBy::Group(name))
            }
        }
    }

    /// Every environment or group has its case, and every case is one.
    fn check_cases(
        &self,
        shape: &Shape<'a>,
        by: &LimitBy,
        entries: &[&ast::Attribute],
        others: bool,
    ) {
        let (word, all): (&str, Vec<String>) = match by {
            LimitBy::Environment => (
                "environment",
                self.program
                    .names(Kind::Environment)
                    .map(String::from)
                    .collect(),
            ),
            LimitBy::Group(name) => (name.as_str(), self.values_of(name)),
            LimitBy::Branch if others => return,
            LimitBy::Branch => {
                return self.missing_case(shape, "any other branch", "a branch can have any name");
            }
        };
        for entry in entries.iter().filter(|entry| !all.contains(&entry.key())) {
            let key = entry.key();
            let message = format!("there is no {word} `{key}`");
            let found = Diagnostic::new(Code::UnknownName, entry.key_span(), message)
                .label("no case of it");
            self.report(match nearest(&key, all.iter().map(String::as_str)) {
                Some(near) => found
                    .help(format!("did you mean `{near}`?"))
                    .replace(entry.key_span(), near),
                None => found.help(format!("the cases are {}", all.join(", "))),
            });
        }
        let given: Vec<String> = entries.iter().map(|entry| entry.key()).collect();
        let missing: Vec<_> = all.iter().filter(|name| !given.contains(name)).collect();
        if let Some(first) = missing.first().filter(|_| !others) {
            let names: Vec<_> = missing.iter().map(|name| format!("`{name}`")).collect();
            let why = format!(
                "it is declared, and nothing says its limit: {}",
                names.join(", ")
            );
            self.missing_case(shape, &format!("{word} `{first}`"), &why);
        }
    }

    fn missing_case(&self, shape: &Shape<'a>, what: &str, why: &str) {
        let name = self.name(shape).unwrap_or_default();
        self.report(
            Diagnostic::new(
                Code::MissingCase,
                shape.head(),
                format!("limit `{name}` has no case for {what}"),
            )
            .label(why.to_string())
            .help("add it to `cases { }`, or say `others = …`"),
        );
    }

    fn values_of(&self, dimension: &str) -> Vec<String> {
        let mut shapes = self.program.all("dimension");
        let shape = shapes.find(|d| self.name(d).as_deref() == Some(dimension));
        shape.map(|s| self.texts(s, "values")).unwrap_or_default()
    }
}
