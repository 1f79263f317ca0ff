//! Services: what is deployed.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::ExprKind;
use crate::plan::{
    Egress, Expr, Probe, Raw, Ref, Resources, Series, SeriesKind, Service, Type, Value,
};
use crate::resolve::shape::Shape;
use crate::resolve::{Realm, Scope};
use crate::schema::{Kind, Ty};
use crate::source::Span;
use crate::syntax::ast;

/// Values by name, and names of secrets by variable.
type ContainerEnv = (Vec<(String, Value)>, Vec<(String, String)>);

impl<'a> Lower<'_, 'a> {
    pub(super) fn services(&self) -> Vec<Service> {
        self.program
            .all("service")
            .filter_map(|s| self.service(s))
            .collect()
    }

    fn service(&self, shape: &Shape<'a>) -> Option<Service> {
        let id = self.name(shape)?;
        let (env, secrets) = self.container_env(shape);
        let config = shape
            .one("config")
            .map(|c| self.known_pairs(&c.open))
            .unwrap_or_default();
        let labels = shape
            .one("labels")
            .map(|c| self.known_pairs(&c.open))
            .unwrap_or_default();
        let calls = shape
            .attribute("calls")
            .map(|e| self.references(e, &[Kind::Service]));
        let port = self.whole_in(shape, "port", 1.0, 65_535.0).unwrap_or(80.0);
        let user = self.whole_in(shape, "user", 1.0, 4_294_967_294.0);
        Some(Service {
            port: port as u16,
            replicas: self.replicas(shape).unwrap_or((2, 2)),
            scale_at: self.number(shape, "scale_at"),
            resources: shape
                .one("resources")
                .map(|r| self.resources(r))
                .unwrap_or_default(),
            metrics: self.http_path(shape, "metrics"),
            health: self.http_path(shape, "health"),
            ready: self.http_path(shape, "ready"),
            probes: shape.all("probe").filter_map(|p| self.probe(p)).collect(),
            series: shape
                .all("series")
                .filter_map(|s| self.series(s, &id))
                .collect(),
            env,
            config,
            secrets,
            command: self.texts(shape, "command"),
            user: user.map(|u| u as u32),
            writable: self.texts(shape, "writable"),
            calls: calls
                .unwrap_or_default()
                .into_iter()
                .map(|(_, n, _)| n)
                .collect(),
            egress: match self.text(shape, "egress").as_deref() {
                Some("open") => Egress::Open,
                _ => Egress::Listed,
            },
            labels: labels
                .into_iter()
                .filter_map(|(k, v)| Some((k, v.as_str()?.to_string())))
                .collect(),
            raw: shape.all("raw").filter_map(|r| self.raw(r)).collect(),
            origin: self.origin(shape),
            id,
        })
    }

    fn http_path(&self, shape: &Shape, name: &str) -> Option<String> {
        let path = self.text(shape, name)?;
        if !path.starts_with('/')
            && let Some(e) = shape.attribute(name)
        {
            self.report(
                Diagnostic::new(Code::InvalidValue, e.span, "a path begins with `/`")
                    .label("not a path")
                    .help(format!("write `\"/{path}\"`"))
                    .replace(e.span, format!("\"/{path}\"")),
            );
        }
        Some(path)
    }

    /// A whole number of an attribute, within bounds.
    pub(super) fn whole_in(&self, shape: &Shape, name: &str, low: f64, high: f64) -> Option<f64> {
        let n = self.number(shape, name)?;
        if n < low || n > high {
            let span = shape.attribute(name).map_or(shape.head(), |e| e.span);
            self.report(
                Diagnostic::new(
                    Code::OutOfRange,
                    span,
                    format!("`{name}` is from {low} to {high}"),
                )
                .label("outside")
                .help(format!("give a whole number from {low} to {high}")),
            );
            return None;
        }
        Some(n)
    }

    pub(super) fn replicas(&self, shape: &Shape) -> Option<(u32, u32)> {
        match self.value(shape, "replicas")? {
            Value::Range(low, high) => Some((low.as_number()? as u32, high.as_number()? as u32)),
            one => one.as_number().map(|n| (n as u32, n as u32)),
        }
    }

    pub(super) fn resources(&self, shape: &Shape) -> Resources {
        let pair = |name: &str| match self.value(shape, name)? {
            Value::Range(low, high) => Some((low.as_number()?, high.as_number()?)),
            one => one.as_number().map(|n| (n, n)),
        };
        Resources {
            cpu: pair("cpu"),
            memory: pair("memory"),
            gpu: self.number(shape, "gpu").map(|n| n as u32),
        }
    }

    pub(super) fn container_env(&self, shape: &Shape) -> ContainerEnv {
        let mut env = Vec::new();
        let mut secrets = Vec::new();
        let scope = Scope::CONSTANT.within(Realm::Run);
        for entry in shape.one("env").into_iter().flat_map(|e| &e.open) {
            let typed = self.cx.infer(&entry.value, None, &scope);
            match (&typed.kind, typed.value()) {
                (ExprKind::Ref(Ref::Secret(secret)), _) => {
                    secrets.push((entry.key(), secret.clone()))
                }
                (_, Some(value)) if typed.ty != Type::Unknown => {
                    env.push((entry.key(), value.clone()))
                }
                _ if typed.ty == Type::Unknown => {}
                _ => self.report(
                    Diagnostic::new(
                        Code::NotConstant,
                        entry.value.span,
                        "a service's environment is fixed",
                    )
                    .label("only known in a run")
                    .help("write a value, or `secret.NAME`"),
                ),
            }
        }
        (env, secrets)
    }

    pub(super) fn known_pairs(&self, open: &[&ast::Attribute]) -> Vec<(String, Value)> {
        open.iter()
            .filter_map(|e| Some((e.key(), self.cx.known(&e.value, None, &Scope::CONSTANT)?)))
            .collect()
    }

    fn probe(&self, shape: &Shape) -> Option<Probe> {
        let ty = shape.block.args.iter().filter_map(|a| match a.kind {
            crate::schema::ArgumentKind::Value(ty) => Some(ty),
            _ => None,
        });
        let args: Vec<Option<Value>> = ty
            .zip(&shape.statement.args)
            .map(|(ty, e)| self.cx.typed(e, &ty, &Scope::CONSTANT))
            .collect();
        let [Some(method), Some(path)] = args.as_slice() else {
            return None;
        };
        let answer = Scope::CONSTANT.within(Realm::Answer);
        let expects = shape.all("expect").filter_map(|e| e.arg(0)).map(|e| {
            let typed = self.cx.infer(e, Some(&Type::Bool), &answer);
            self.cx.expect(typed, &Type::Bool)
        });
        let expects: Vec<Expr> = expects.filter(|e| e.ty == Type::Bool).collect();
        Some(Probe {
            method: method.as_str()?.to_uppercase(),
            path: path.as_str()?.to_string(),
            timeout: self.number(shape, "timeout"),
            json: self.value(shape, "json"),
            expects,
            origin: self.origin_whole(shape),
        })
    }

    fn series(&self, shape: &Shape, service: &str) -> Option<Series> {
        let id = self.name(shape)?;
        let declared = self
            .program
            .series
            .get(&id)?
            .iter()
            .find(|d| d.service == service)?;
        let buckets = self.value(shape, "buckets");
        let buckets: Vec<f64> = buckets
            .as_ref()
            .map(Value::as_list)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_number)
            .collect();
        if declared.unit != Type::Unknown {
            self.check_buckets(shape, declared.kind, &buckets);
        }
        Some(Series {
            kind: declared.kind,
            unit: declared.unit.clone(),
            labels: self.texts(shape, "labels"),
            buckets,
            origin: self.origin(shape),
            id,
        })
    }

    fn check_buckets(&self, shape: &Shape, kind: SeriesKind, buckets: &[f64]) {
        let span = shape.attribute("buckets").map_or(shape.head(), |e| e.span);
        let wrong = |message: &str, help: &str| {
            self.report(
                Diagnostic::new(Code::InvalidValue, span, message)
                    .label("here")
                    .help(help),
            );
        };
        let rising = buckets.windows(2).all(|w| matches!(w, [a, b] if a < b));
        if kind == SeriesKind::Histogram && buckets.is_empty() {
            wrong(
                "a histogram needs its buckets",
                "write `buckets = [10ms, 50ms, 100ms]`",
            );
        } else if kind != SeriesKind::Histogram && !buckets.is_empty() {
            wrong("only a histogram has buckets", "remove them");
        } else if !rising {
            wrong("buckets must rise", "order them from least to greatest");
        }
    }

    pub(super) fn raw(&self, shape: &Shape) -> Option<Raw> {
        let target = shape.arg(0)?;
        let target = self.cx.typed(
            target,
            &Ty::Symbol(&crate::schema::sets::TARGET),
            &Scope::CONSTANT,
        )?;
        let text = shape.arg(1)?;
        let yaml = self.cx.known(text, Some(&Type::Str), &Scope::CONSTANT)?;
        let yaml = yaml.as_str()?.to_string();
        self.check_yaml(&yaml, text.span);
        Some(Raw {
            target: target.as_str()?.to_string(),
            yaml,
            span: text.span,
        })
    }

    fn check_yaml(&self, yaml: &str, span: Span) {
        match serde_yaml::from_str::<serde_yaml::Value>(yaml) {
            Ok(serde_yaml::Value::Mapping(_)) => {}
            Ok(_) => self.report(
                Diagnostic::new(Code::BadRaw, span, "a raw fragment is a YAML mapping")
                    .label("not `key: value`")
                    .help("write keys and values: `key: value`"),
            ),
            Err(why) => self.report(
                Diagnostic::new(Code::BadRaw, span, format!("this is not YAML: {why}"))
                    .label("can't be read")
                    .help("mend the YAML; the line is counted within the fragment"),
            ),
        }
    }
}
