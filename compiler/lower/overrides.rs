//! Overrides of gates: when, why, and who may.

use super::Lower;
use crate::plan::{Approvers, Override, Type, Value};
use crate::resolve::eval::unparen;
use crate::resolve::scope::PipelineNames;
use crate::resolve::shape::Shape;
use crate::resolve::{Realm, Scope, callee};
use crate::schema::Ty;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Ast};

impl<'a> Lower<'_, 'a> {
    /// Inputs of every pipeline: a gate is bound late, and a run without such an input doesn't
    /// ask for an override. Their types are checked where they are declared.
    fn inputs_of_all(&self) -> PipelineNames {
        let events = self.program.all("pipeline").flat_map(|p| p.all("on"));
        let mut names = PipelineNames::default();
        for input in events.flat_map(|on| on.all("input")) {
            let ty = match input.arg(0).map(|a| &a.kind) {
                Some(Ast::Binary(BinaryOp::Typed, _, ty)) => match &unparen(ty).kind {
                    Ast::Name(name) if name == "bool" => Type::Bool,
                    Ast::Name(name) if name == "string" => Type::Str,
                    Ast::Call(..) => Type::Str,
                    _ => Type::Data,
                },
                _ => Type::Unknown,
            };
            if let Some(name) = self.name(input) {
                names.inputs.entry(name).or_insert(ty);
            }
        }
        names
    }

    /// `approvers("security")`, or names of people.
    fn approvers(&self, shape: &Shape) -> Approvers {
        let Some(e) = shape.attribute("by") else {
            return Approvers::People(vec![]);
        };
        let texts = |e: &ast::Expr| {
            let value = self.cx.typed(e, &Ty::Many(&Ty::Str), &Scope::CONSTANT);
            let list = value.as_ref().map(Value::as_list).unwrap_or_default();
            let list: Vec<String> = list
                .iter()
                .filter_map(|v| v.as_str().map(String::from))
                .collect();
            list
        };
        match callee(e) {
            Some(("approvers", groups @ [_, ..])) => {
                Approvers::Group(groups.iter().flat_map(|g| texts(&g.value)).collect())
            }
            _ => Approvers::People(texts(e)),
        }
    }

    pub(super) fn override_(&self, shape: &Shape) -> Override {
        let names = self.inputs_of_all();
        let run = Scope {
            pipeline: Some(&names),
            ..Scope::CONSTANT.within(Realm::Run)
        };
        Override {
            when: shape
                .one("when")
                .and_then(|w| w.arg(0))
                .map(|e| self.cx.condition(e, &run)),
            reason: shape
                .attribute("reason")
                .map(|e| self.cx.run_value(e, &run)),
            by: self.approvers(shape),
            expires: self.number(shape, "expires"),
            origin: self.origin_at(shape.statement.span, None),
        }
    }
}
