//! Alerts, objectives, notifications and dashboards of the dump.

use super::quality::percent;
use super::{Tree, full};
use crate::plan::value::duration;
use crate::plan::{Alert, Cause, Dashboard, Notify, Slo};

pub(super) fn alert(tree: &mut Tree, alert: &Alert) {
    tree.open_at(
        &format!("alert {}", alert.id),
        Some(&alert.origin),
        |tree| {
            match &alert.cause {
                Cause::When(condition) => tree.line(&format!("when {condition:#}")),
                Cause::Gate(gate) => tree.line(&format!("when gate {gate} is broken")),
            }
            tree.fact("for", (alert.hold > 0.0).then(|| duration(alert.hold)));
            tree.fact("keep", alert.keep.map(duration));
            tree.fact("severity", Some(&alert.severity));
            for (key, value) in &alert.labels {
                tree.line(&format!("label {key} = {value:?}"));
            }
            tree.fact("summary", alert.summary.as_ref().map(full));
            tree.fact("description", alert.description.as_ref().map(full));
            tree.fact("runbook", alert.runbook.as_ref());
            tree.list("environments", &alert.environments);
        },
    );
}

pub(super) fn slo(tree: &mut Tree, slo: &Slo) {
    tree.open_at(&format!("slo {}", slo.id), Some(&slo.origin), |tree| {
        tree.fact("bad", slo.bad.as_ref().map(full));
        tree.fact("good", slo.good.as_ref().map(full));
        for (share, window) in &slo.objectives {
            tree.line(&format!(
                "objective {} over {}",
                percent(*share),
                duration(*window)
            ));
        }
        tree.fact("runbook", slo.runbook.as_ref());
    });
}

pub(super) fn notify(tree: &mut Tree, notify: &Notify) {
    tree.open_at(
        &format!("notify {}", notify.id),
        Some(&notify.origin),
        |tree| {
            let (channel, address) = &notify.channel;
            let address = address.as_deref().unwrap_or_default();
            tree.line(&format!("by {channel} {address}"));
            tree.fact("secret", notify.secret.as_ref());
            tree.fact("server", notify.mail.as_ref().map(|m| &m.server));
            tree.fact("when", notify.when.as_ref().map(full));
        },
    );
}

pub(super) fn dashboard(tree: &mut Tree, dashboard: &Dashboard) {
    let title = dashboard.title.as_deref().unwrap_or_default();
    let line = format!("dashboard {} {title:?}", dashboard.id);
    tree.open_at(&line, Some(&dashboard.origin), |tree| {
        tree.list("from", &dashboard.from);
        tree.pairs("setting", &dashboard.settings);
        for row in &dashboard.rows {
            tree.open(&format!("row {:?}", row.title), |tree| {
                for panel in &row.panels {
                    tree.open_at(
                        &format!("panel {:?}", panel.title),
                        Some(&panel.origin),
                        |tree| {
                            for shown in &panel.show {
                                tree.line(&format!("show {shown:#}"));
                            }
                            tree.pairs("setting", &panel.settings);
                        },
                    );
                }
            });
        }
    });
}
