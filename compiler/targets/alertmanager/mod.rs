//! Alertmanager: takes the plan's `notify`s and the severities that its alerts can have, gives one
//! configuration and the texts of its messages. It must not know queries.
//!
//! Every severity that is sent has a receiver, or the program is refused: an alert that nobody hears
//! is none. No secret stands in the file: each is read from a file of its own.

mod listeners;
mod receivers;
mod routes;
#[cfg(test)]
mod tests;

use super::prometheus::{self, Sent};
use super::yaml::{Entry, Map, Yaml, print};
use super::{Emitted, OutputFile};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::ValidPlan;
use listeners::{Listener, listeners};

/// Where the configuration goes.
const CONFIG: &str = "monitoring/alertmanager.yml";
/// Where its texts go, beside it.
const TEXTS: &str = "alertmanager.tmpl";

/// The configuration and its texts, for a program in which somebody hears alerts.
pub fn emit(plan: &ValidPlan) -> Emitted {
    let mut emitted = Emitted::default();
    let listeners = listeners(plan, &mut emitted.diagnostics);
    let sent = prometheus::sent(plan);
    if listeners.is_empty() || sent.is_empty() {
        return emitted;
    }
    unheard(&listeners, &sent, &mut emitted.diagnostics);
    let Some(route) = routes::route(&listeners) else {
        return emitted;
    };
    let mut doc = Map::new();
    doc.push("route", route);
    let inhibitions = routes::inhibitions(&sent);
    doc.push_some(
        "inhibit_rules",
        (!inhibitions.is_empty()).then_some(inhibitions),
    );
    let receivers: Vec<Entry> = listeners.iter().map(receivers::receiver).collect();
    doc.push("receivers", receivers)
        .push("templates", vec![Yaml::from(TEXTS)]);
    let header = prometheus::header(&plan.sources);
    emitted.files = vec![
        OutputFile {
            path: CONFIG.to_string(),
            content: print(&doc.into(), &header),
        },
        OutputFile {
            path: format!("monitoring/{TEXTS}"),
            content: texts(&header),
        },
    ];
    emitted
}

/// Severities that are sent and that nobody hears, each at the first alert that has it.
fn unheard(listeners: &[Listener], sent: &[Sent], findings: &mut Diagnostics) {
    let mut said: Vec<&str> = Vec::new();
    for alert in sent {
        let severity = alert.severity.as_str();
        let heard = listeners.iter().any(|l| l.hears(severity));
        if heard || said.contains(&severity) {
            continue;
        }
        said.push(severity);
        findings.push(
            Diagnostic::new(
                Code::UnroutedSeverity,
                alert.span,
                format!("nobody hears `{}`, which is sent as {severity}", alert.name),
            )
            .label(format!("no `notify` takes {severity}"))
            .help(format!(
                "let one hear it: `when severity in [{severity}, …]`; one without a `when` hears all"
            )),
        );
    }
}

/// The texts of messages, as Go templates. Labels and annotations that an alert lacks leave out
/// their line.
fn texts(header: &[String]) -> String {
    let header: Vec<_> = header
        .iter()
        .map(|l| format!("{{{{/* {l} */}}}}\n"))
        .collect();
    header.concat() + include_str!("texts.tmpl")
}
