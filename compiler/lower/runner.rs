//! Runners: `ubuntu`, `machine(cores = 4)`, `self_hosted("gpu")`, `group("big")`, `matrix.os`.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Expr, ExprKind, Ref, Runner, Value};
use crate::resolve::eval::unparen;
use crate::resolve::{Realm, Scope, callee};
use crate::schema::{Ty, sets};
use crate::syntax::ast::{self, ExprKind as Ast};

impl Lower<'_, '_> {
    /// A runner; `scope` is the stage's, where a matrix key may name it.
    pub(super) fn runner(&self, e: &ast::Expr, scope: Option<&Scope>) -> Option<Runner> {
        if let Some((name, args)) = callee(e) {
            return match name {
                "machine" => self.machine(e, args, scope),
                "self_hosted" => Some(Runner::Labels(self.labels(args, scope))),
                "group" => {
                    let labels = self.labels(args, scope);
                    let (group, labels) = labels.split_first()?;
                    Some(Runner::Group(group.clone(), labels.to_vec()))
                }
                _ => self.unknown_runner(name, e),
            };
        }
        match &unparen(e).kind {
            Ast::Missing => None,
            Ast::Name(name) if sets::RUNNER.members.contains(&name.as_str()) => {
                Some(Runner::Hosted(name.clone()))
            }
            Ast::Name(name) => match (parameter(name, scope), self.program.constants.get(name)) {
                (Some(given), _) => self.given_runner(&given, e),
                (None, Some(constant)) => self.runner(&constant.value, scope),
                (None, None) => self.unknown_runner(name, e),
            },
            Ast::Field(..) => {
                let run = Scope::CONSTANT.within(Realm::Run);
                let typed: Expr = self.cx.infer(e, None, scope.unwrap_or(&run));
                match typed.kind {
                    ExprKind::Ref(Ref::Matrix(key, None)) => Some(Runner::FromMatrix(key)),
                    _ if typed.ty == crate::plan::Type::Unknown => None,
                    _ => self.unknown_runner(self.cx.sources.slice(e.span), e),
                }
            }
            Ast::Str(text) => {
                let diagnostic = Diagnostic::new(
                    Code::RunnerUnknown,
                    e.span,
                    "a runner is not a quoted label",
                )
                .label("quoted");
                let hosted = ["ubuntu", "windows", "macos"];
                self.report(match hosted.into_iter().find(|h| text.starts_with(h)) {
                    Some(hosted) => diagnostic
                        .help(format!("did you mean `{hosted}`? gatec names the image"))
                        .replace(e.span, hosted),
                    None => diagnostic.help(format!(
                        "a machine of your own is `self_hosted(\"{text}\")`"
                    )),
                });
                None
            }
            _ => self.unknown_runner(self.cx.sources.slice(e.span), e),
        }
    }

    /// The runner that a template is given.
    fn given_runner(&self, given: &Value, e: &ast::Expr) -> Option<Runner> {
        let hosted = given.as_str().filter(|w| sets::RUNNER.members.contains(w));
        match hosted {
            Some(word) => Some(Runner::Hosted(word.to_string())),
            None => self.unknown_runner(&crate::resolve::plain(given), e),
        }
    }

    fn machine(&self, e: &ast::Expr, args: &[ast::Arg], scope: Option<&Scope>) -> Option<Runner> {
        let constant = constants(scope);
        let (mut cores, mut memory, mut disk) = (1.0, None, None);
        for arg in args {
            let number = |ty: &Ty| self.cx.typed(&arg.value, ty, &constant)?.as_number();
            match arg.name.as_ref().map(|n| n.text.as_str()) {
                Some("cores") => cores = number(&Ty::Count)?,
                Some("memory") => memory = Some(number(&Ty::Bytes)?),
                Some("disk") => disk = Some(number(&Ty::Bytes)?),
                _ => {
                    self.report(
                        Diagnostic::new(
                            Code::WrongCall,
                            arg.value.span,
                            "a machine has `cores`, `memory` and `disk`",
                        )
                        .label("none of them")
                        .also(e.span, "of this machine")
                        .help("write `machine(cores = 4, memory = 8GiB, disk = 20GiB)`"),
                    );
                    return None;
                }
            }
        }
        Some(Runner::Machine {
            cores,
            memory,
            disk,
        })
    }

    fn labels(&self, args: &[ast::Arg], scope: Option<&Scope>) -> Vec<String> {
        let constant = constants(scope);
        let text = |a: &ast::Arg| match self.cx.typed(&a.value, &Ty::Str, &constant)? {
            Value::Str(s) => Some(s),
            _ => None,
        };
        args.iter().filter_map(text).collect()
    }

    fn unknown_runner(&self, name: &str, e: &ast::Expr) -> Option<Runner> {
        let known = crate::schema::RUNNER_WORDS;
        let diagnostic = Diagnostic::new(
            Code::RunnerUnknown,
            e.span,
            format!("there is no runner `{name}`"),
        )
        .label("not known");
        self.report(match nearest(name, known.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).replace(e.span, near),
            None => diagnostic.help(
                "write `ubuntu`, `ubuntu_arm`, `windows`, `macos`, `machine(cores = 4)`, `self_hosted(\"label\")`, `group(\"name\")` or `matrix.KEY`",
            ),
        });
        None
    }
}

/// Where the words of a runner are seen: parameters of a template are, too.
fn constants<'s>(scope: Option<&Scope<'s>>) -> Scope<'s> {
    scope.map_or(Scope::CONSTANT, |s| s.within(Realm::Constant))
}

/// What a template's parameter holds.
fn parameter(name: &str, scope: Option<&Scope>) -> Option<Value> {
    scope?.params?.get(name)?.value().cloned()
}
