//! Environments: where services run.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Environment, ExprKind, Overlay, Ref, Resources, Router};
use crate::resolve::callee;
use crate::resolve::shape::Shape;
use crate::resolve::{Realm, Scope};
use crate::schema::{Kind, Ty};
use crate::syntax::ast;

impl<'a> Lower<'_, 'a> {
    pub(super) fn environments(&self) -> Vec<Environment> {
        self.program
            .all("environment")
            .filter_map(|s| self.environment(s))
            .collect()
    }

    fn environment(&self, shape: &Shape<'a>) -> Option<Environment> {
        let id = self.name(shape)?;
        let monitoring = shape.one("monitoring");
        let text = |name: &str| monitoring.and_then(|m| self.text(m, name));
        let install = monitoring.and_then(|m| {
            self.flag(m, "install").filter(|i| *i)?;
            m.attribute("install").map(|e| e.span)
        });
        Some(Environment {
            namespace: self
                .text(shape, "namespace")
                .unwrap_or_else(|| id.replace('_', "-")),
            url: self.text(shape, "url"),
            approval: self.text(shape, "approval").as_deref() == Some("required"),
            login: shape.attribute("login").and_then(|e| self.secret_name(e)),
            prometheus: text("prometheus"),
            push: text("push"),
            install_monitoring: install,
            router: shape.attribute("router").and_then(|e| self.router(e)),
            engine: shape
                .attribute("argo_rollouts")
                .and_then(|e| Some((self.text(shape, "argo_rollouts")?, e.span))),
            overrides: shape
                .all("override")
                .filter_map(|o| self.overlay(o))
                .collect(),
            origin: self.origin(shape),
            id,
        })
    }

    /// `gateway("public")` or `gateway("edge/public")`, with its namespace before the `/`.
    fn router(&self, e: &ast::Expr) -> Option<Router> {
        let named = callee(e).filter(|(kind, _)| *kind == "gateway");
        let Some([arg]) = named.map(|(_, args)| args) else {
            self.report(
                Diagnostic::new(Code::WrongCall, e.span, "a router is a Gateway by its name")
                    .label("not a router")
                    .help("write `gateway(\"public\")`, or `gateway(\"edge/public\")` for one of the namespace `edge`"),
            );
            return None;
        };
        let text = self.cx.typed(&arg.value, &Ty::Str, &Scope::CONSTANT)?;
        let text = text.as_str()?;
        let (namespace, name) = match text.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_string()), name),
            None => (None, text),
        };
        Some(Router {
            name: name.to_string(),
            namespace,
            span: e.span,
        })
    }

    /// `secret.NAME`, and nothing else.
    pub(super) fn secret_name(&self, e: &ast::Expr) -> Option<String> {
        let typed = self.cx.infer(e, None, &Scope::CONSTANT.within(Realm::Run));
        match typed.kind {
            ExprKind::Ref(Ref::Secret(name)) => Some(name),
            _ => {
                if typed.ty != crate::plan::Type::Unknown {
                    self.report(
                        Diagnostic::new(Code::WrongType, e.span, "this must be a secret")
                            .label("not a secret")
                            .help(
                                "write `secret.NAME`: the value itself never stands in a program",
                            ),
                    );
                }
                None
            }
        }
    }

    fn overlay(&self, shape: &Shape<'a>) -> Option<Overlay> {
        let (_, service, _) = self.reference(shape.arg(0)?, &[Kind::Service])?;
        let (env, _) = self.container_env(shape);
        Some(Overlay {
            service,
            replicas: self.replicas(shape),
            resources: shape
                .one("resources")
                .map_or_else(Resources::default, |r| self.resources(r)),
            env,
            origin: self.origin_whole(shape),
        })
    }
}
