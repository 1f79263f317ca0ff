//! Alerts, objectives, notifications and dashboards.

use super::Lower;
use super::gates::title_of;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{
    Alert, Cause, Dashboard, Expr, ExprKind, Mail, Notify, Panel, Quantity, Ref, Row, Slo, Text,
    Type, Value,
};
use crate::resolve::eval::unparen;
use crate::resolve::shape::Shape;
use crate::resolve::{Context, Realm, Scope};
use crate::schema::{Kind, Ty};
use crate::syntax::ast::ExprKind as Ast;

impl<'a> Lower<'_, 'a> {
    pub(super) fn alerts(&self) -> Vec<Alert> {
        self.program
            .all("alert")
            .filter_map(|s| self.alert(s))
            .collect()
    }

    fn alert(&self, shape: &Shape<'a>) -> Option<Alert> {
        let id = self.name(shape)?;
        let message = |name: &str| -> Option<Text> {
            let e = shape.attribute(name)?;
            Some(
                self.cx
                    .message(e, &Scope::CONSTANT.within(Realm::AlertMessage)),
            )
        };
        let environments = shape.attribute("environment");
        let environments = environments.map(|e| self.references(e, &[Kind::Environment]));
        let labels = shape
            .one("labels")
            .map(|l| self.known_pairs(&l.open))
            .unwrap_or_default();
        Some(Alert {
            cause: self.cause(shape)?,
            hold: self.number(shape, "for").unwrap_or(0.0),
            keep: self.number(shape, "keep"),
            severity: self
                .text(shape, "severity")
                .unwrap_or_else(|| "warning".into()),
            labels: labels
                .into_iter()
                .filter_map(|(k, v)| Some((k, v.as_str()?.to_string())))
                .collect(),
            summary: message("summary"),
            description: message("description"),
            runbook: self.text(shape, "runbook"),
            environments: environments
                .unwrap_or_default()
                .into_iter()
                .map(|(_, name, _)| name)
                .collect(),
            origin: self.origin(shape),
            id,
        })
    }

    fn cause(&self, shape: &Shape<'a>) -> Option<Cause> {
        let from = shape.attribute("from");
        let mut when: Option<Expr> = None;
        for e in shape.all("when").filter_map(|w| w.arg(0)) {
            let scope = Scope::CONSTANT.within(Realm::Alert);
            let typed = self.cx.infer(e, Some(&Type::Bool), &scope);
            // A query of the target's own language holds when it gives anything.
            let typed = match typed.ty {
                Type::Data => Expr {
                    ty: Type::Bool,
                    ..typed
                },
                _ => self.cx.expect(typed, &Type::Bool),
            };
            when = Some(Context::both(when, typed));
        }
        match (from, when) {
            (Some(e), None) => Some(Cause::Gate(self.reference(e, &[Kind::Gate])?.1)),
            (None, Some(when)) => {
                self.check_live(&when);
                (when.ty != Type::Unknown).then_some(Cause::When(when))
            }
            (None, None) if shape.broken => None,
            (from, _) => {
                self.report(
                    Diagnostic::new(
                        Code::InvalidValue,
                        shape.head(),
                        match from.is_some() {
                            true => "an alert has `from` or `when`, not both",
                            false => "an alert says what fires it",
                        },
                    )
                    .label("what fires it?")
                    .help("write `when METRIC > LIMIT`, or `from = GATE`"),
                );
                None
            }
        }
    }

    /// A condition on live data needs metrics that have a live source.
    fn check_live(&self, e: &Expr) {
        e.walk(&mut |inner| {
            if let ExprKind::Ref(Ref::Metric(name, _)) = &inner.kind
                && let Some((_, false)) = self.program.metric_sources.get(name)
            {
                let mut diagnostic = Diagnostic::new(
                    Code::NoLiveSource,
                    inner.span,
                    format!("`{name}` is not measured at run time"),
                )
                .label("has no `live` source");
                if let Some(span) = self.program.declared(Kind::Metric, name) {
                    diagnostic = diagnostic.also(span, "declared here");
                }
                self.report(diagnostic.help(format!(
                    "give `{name}` one: `live = p95(SERIES, over = 5m)`"
                )));
            }
        });
    }

    pub(super) fn slos(&self) -> Vec<Slo> {
        self.program
            .all("slo")
            .filter_map(|s| self.slo(s))
            .collect()
    }

    fn slo(&self, shape: &Shape<'a>) -> Option<Slo> {
        let id = self.name(shape)?;
        let live = |name: &str| {
            let e = shape.attribute(name)?;
            // A metric with a live source, or series asked directly.
            let scope = Scope::CONSTANT.within(Realm::Alert);
            let typed = self.cx.infer(e, None, &scope);
            self.check_live(&typed);
            let typed = self.cx.expect(typed, &Type::Quantity(Quantity::Ratio));
            (typed.ty != Type::Unknown).then_some(typed)
        };
        let (bad, good) = (live("bad"), live("good"));
        let said = ["bad", "good"].map(|n| shape.attribute(n).is_some());
        if !shape.broken && said[0] == said[1] {
            let message = match said[0] {
                true => "an objective has `good` or `bad`, not both",
                false => "an objective says which events are good, or which are bad",
            };
            self.report(
                Diagnostic::new(Code::InvalidValue, shape.head(), message)
                    .label("good of what?")
                    .help("write `good = within(SERIES, 250ms)`, or `bad = share(SERIES[status =~ \"5..\"])`"),
            );
        }
        let objectives: Vec<_> = shape
            .all("objective")
            .filter_map(|o| self.objective(o))
            .collect();
        if !shape.broken && shape.all("objective").next().is_none() {
            self.report(
                Diagnostic::new(
                    Code::MissingAttribute,
                    shape.head(),
                    "an `slo` has no objective",
                )
                .label("how good, over how long?")
                .help("write `objective 99% { over = 30d }`"),
            );
        }
        Some(Slo {
            id,
            bad,
            good,
            objectives,
            runbook: self.text(shape, "runbook"),
            origin: self.origin(shape),
        })
    }

    /// The share of good events and the window; what no budget can be made of is refused.
    fn objective(&self, shape: &Shape<'a>) -> Option<(f64, f64)> {
        let head = shape.arg(0)?;
        let share = self.cx.typed(head, &Ty::Ratio, &Scope::CONSTANT)?;
        let (share, over) = (share.as_number()?, self.number(shape, "over")?);
        let (span, message, help) = if share >= 1.0 || share <= 0.0 {
            (
                head.span,
                "an objective lies between 0% and 100%, so that there is a budget to spend",
                "99.9% lets one of a thousand fail",
            )
        } else if over < 86_400.0 {
            let span = shape.attribute("over").map_or(head.span, |e| e.span);
            (
                span,
                "an objective is watched over a day or more",
                "write `over = 30d`; what must hold from minute to minute is an `alert`",
            )
        } else {
            return Some((share, over));
        };
        self.report(
            Diagnostic::new(Code::OutOfRange, span, message)
                .label("outside")
                .help(help),
        );
        None
    }

    pub(super) fn notifies(&self) -> Vec<Notify> {
        self.program
            .all("notify")
            .filter_map(|s| self.notify(s))
            .collect()
    }

    fn notify(&self, shape: &Shape<'a>) -> Option<Notify> {
        let id = self.name(shape)?;
        let channels = ["slack", "email", "pagerduty", "webhook", "teams"];
        let mut given = channels.iter().filter(|c| shape.attribute(c).is_some());
        let (Some(channel), None) = (given.next(), given.next()) else {
            self.report(
                Diagnostic::new(
                    Code::InvalidValue,
                    shape.head(),
                    "a notification has one channel",
                )
                .label("which of slack, email, pagerduty, webhook, teams?")
                .help("write one of them; declare another `notify` for another channel"),
            );
            return None;
        };
        let address = shape.attribute(channel)?;
        let (address, from_channel) = match &unparen(address).kind {
            Ast::Str(text) => (Some(text.clone()), None),
            _ => (None, self.secret_name(address)),
        };
        let secret = shape
            .attribute("secret")
            .and_then(|e| self.secret_name(e))
            .or(from_channel);
        let scope = Scope::CONSTANT.within(Realm::Notify);
        let mut when = None;
        for e in shape.all("when").filter_map(|w| w.arg(0)) {
            when = Some(Context::both(when, self.cx.condition(e, &scope)));
        }
        let mail = (*channel == "email").then(|| Mail {
            server: self.text(shape, "smtp").unwrap_or_default(),
            from: self.text(shape, "sender"),
            user: self.text(shape, "user"),
        });
        if !shape.broken {
            self.check_channel(shape, channel, address.is_some(), secret.is_some());
        }
        Some(Notify {
            channel: ((*channel).to_string(), address),
            secret,
            mail,
            when,
            origin: self.origin(shape),
            id,
        })
    }

    /// What a channel can't do without: a key that is a secret, a server.
    fn check_channel(&self, shape: &Shape<'a>, channel: &str, open: bool, secret: bool) {
        let (message, label, help) = match channel {
            "email" if shape.attribute("smtp").is_none() => (
                "an e-mail needs a server that takes it",
                "by which server?",
                "add `smtp = \"mail.example.com:587\"`, and `secret = secret.SMTP_PASSWORD` if it asks for a login",
            ),
            "slack" if !secret => (
                "Slack needs the address of a webhook, which is a secret",
                "by which webhook?",
                "add `secret = secret.SLACK_WEBHOOK_URL`",
            ),
            "pagerduty" | "teams" if open || !secret => (
                "this key lets anybody send messages, so it is a secret",
                "in the open",
                "name the secret that holds it: `pagerduty = secret.PAGERDUTY_KEY`",
            ),
            _ => return,
        };
        let code = match channel {
            "pagerduty" | "teams" => Code::InvalidValue,
            _ => Code::MissingAttribute,
        };
        let finding = Diagnostic::new(code, shape.head(), message);
        self.report(finding.label(label).help(help));
    }

    pub(super) fn dashboards(&self) -> Vec<Dashboard> {
        let lower = |s: &Shape<'a>| {
            let from = s.attribute("from");
            let from = from.map(|e| self.references(e, &[Kind::Gate, Kind::Service]));
            let setting = |name: &str| Some((name.to_string(), self.value(s, name)?));
            Some(Dashboard {
                id: self.name(s)?,
                title: self.text(s, "title"),
                from: from
                    .unwrap_or_default()
                    .into_iter()
                    .map(|(_, n, _)| n)
                    .collect(),
                rows: s.all("row").map(|r| self.row(r)).collect(),
                settings: ["tags", "refresh"]
                    .iter()
                    .filter_map(|n| setting(n))
                    .collect(),
                origin: self.origin(s),
            })
        };
        self.program.all("dashboard").filter_map(lower).collect()
    }

    fn row(&self, shape: &Shape<'a>) -> Row {
        let title = shape
            .arg(0)
            .and_then(|e| self.cx.typed(e, &Ty::Str, &Scope::CONSTANT));
        Row {
            title: title
                .as_ref()
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_string(),
            panels: shape.all("panel").filter_map(|p| self.panel(p)).collect(),
        }
    }

    fn panel(&self, shape: &Shape<'a>) -> Option<Panel> {
        let scope = Scope::CONSTANT.within(Realm::Alert);
        let head = shape.arg(0)?;
        let mut show = Vec::new();
        let title = match &unparen(head).kind {
            Ast::Str(text) => text.clone(),
            _ => {
                let typed = self.cx.infer(head, None, &scope);
                let title = self.cx.sources.slice(head.span).to_string();
                show.push(typed);
                title_of(&title)
            }
        };
        if let Some(e) = shape.attribute("show") {
            match &unparen(e).kind {
                Ast::List(items) => {
                    show.extend(items.iter().map(|i| self.cx.infer(i, None, &scope)));
                }
                _ => show.push(self.cx.infer(e, None, &scope)),
            }
        }
        show.iter().for_each(|e| self.check_live(e));
        let setting = |name: &str| Some((name.to_string(), self.value(shape, name)?));
        let mut settings: Vec<_> = ["as", "bands"].iter().filter_map(|n| setting(n)).collect();
        if let Some(Ast::Name(label)) = shape.attribute("split").map(|e| &unparen(e).kind) {
            settings.push(("split".into(), Value::Str(label.clone())));
        }
        Some(Panel {
            title,
            show,
            settings,
            origin: self.origin_whole(shape),
        })
    }
}
