//! Matrices: keys with their values, cells left out and added.

use indexmap::IndexMap;

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Matrix, MatrixKey, MatrixRule, MatrixValues, Type, Value};
use crate::resolve::names_type_of as type_of;
use crate::resolve::shape::Shape;
use crate::resolve::{Realm, Scope};
use crate::schema::sets;
use crate::syntax::ast;

impl<'a> Lower<'_, 'a> {
    pub(super) fn matrix(&self, shape: &Shape<'a>, scope: &Scope) -> Matrix {
        let mut matrix = Matrix {
            max_parallel: self
                .number_in(shape, "max_parallel", scope)
                .map(|n| n as u32),
            fail_fast: self.flag_in(shape, "fail_fast", scope).unwrap_or(true),
            ..Matrix::default()
        };
        for entry in &shape.open {
            let name = entry.key();
            if let Some(values) = self.matrix_values(&name, &entry.value, scope) {
                matrix.keys.push(MatrixKey {
                    name,
                    values,
                    span: entry.key_span(),
                });
            }
        }
        matrix.exclude = shape.all("exclude").map(|r| self.rule(r, scope)).collect();
        matrix.include = shape.all("include").map(|r| self.rule(r, scope)).collect();
        for rule in &matrix.exclude {
            self.check_exclude(rule, &matrix);
        }
        matrix
    }

    fn matrix_values(&self, key: &str, e: &ast::Expr, scope: &Scope) -> Option<MatrixValues> {
        let runner = Type::Symbol(sets::RUNNER.name);
        let want = (key == "os").then_some(&runner);
        let typed = self.cx.infer(e, want, scope);
        match typed.value() {
            _ if typed.ty == Type::Unknown => None,
            Some(Value::List(items)) if items.is_empty() => {
                self.report(
                    Diagnostic::new(Code::MatrixShape, e.span, format!("`{key}` has no values"))
                        .label("an empty list makes no cell")
                        .help("give it at least one value"),
                );
                None
            }
            Some(Value::List(items)) => Some(MatrixValues::Known(items.clone())),
            Some(one) => Some(MatrixValues::Known(vec![one.clone()])),
            None => Some(MatrixValues::From(typed)),
        }
    }

    fn rule(&self, shape: &Shape, scope: &Scope) -> MatrixRule {
        let runner = Type::Symbol(sets::RUNNER.name);
        let constant = scope.within(Realm::Constant);
        let pairs = shape.open.iter().filter_map(|e| {
            let want = (e.key() == "os").then_some(&runner);
            Some((e.key(), self.cx.known(&e.value, want, &constant)?))
        });
        MatrixRule {
            pairs: pairs.collect(),
            when: self.when(shape, scope),
            span: shape.statement.span,
        }
    }

    fn check_exclude(&self, rule: &MatrixRule, matrix: &Matrix) {
        for (name, value) in &rule.pairs {
            let key = matrix.keys.iter().find(|k| k.name == *name);
            let wrong = match key.map(|k| &k.values) {
                None => format!("the matrix has no key `{name}`"),
                Some(MatrixValues::Known(values)) if !values.contains(value) => {
                    format!("the matrix has no cell with `{name} = {value}`")
                }
                _ => continue,
            };
            self.report(
                Diagnostic::new(Code::MatrixShape, rule.span, wrong)
                    .label("excludes nothing")
                    .help("name a key and a value of the matrix"),
            );
        }
    }
}

/// Types of a matrix's keys and of their fields.
pub(super) fn matrix_types(matrix: &Matrix) -> IndexMap<String, (Type, IndexMap<String, Type>)> {
    let mut types: IndexMap<String, (Type, IndexMap<String, Type>)> = IndexMap::new();
    for key in &matrix.keys {
        let entry = match &key.values {
            MatrixValues::From(_) => (Type::Data, IndexMap::new()),
            MatrixValues::Known(values) => known_types(&key.name, values),
        };
        types.insert(key.name.clone(), entry);
    }
    // A key that only `include` adds is known, too.
    for (name, value) in matrix.include.iter().flat_map(|r| &r.pairs) {
        if !types.contains_key(name) {
            types.insert(name.clone(), known_types(name, std::slice::from_ref(value)));
        }
    }
    types
}

fn known_types(name: &str, values: &[Value]) -> (Type, IndexMap<String, Type>) {
    let mut fields = IndexMap::new();
    for value in values {
        if let Value::Record(pairs) = value {
            for (field, v) in pairs {
                fields.entry(field.clone()).or_insert_with(|| type_of(v));
            }
        }
    }
    let ty = match (name, values.first()) {
        ("os", Some(Value::Symbol(_))) => Type::Symbol(sets::RUNNER.name),
        (_, Some(value)) => type_of(value),
        (_, None) => Type::Data,
    };
    (ty, fields)
}
