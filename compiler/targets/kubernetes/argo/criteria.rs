//! From a program's criteria to what an analysis measures: gates are taken apart, each comparison
//! becomes a query with a limit; what a rollout can't judge is said with its place.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Condition, Criterion, Expr, Place, Ref, Scoring, Strength, Verdict};
use crate::source::Span;
use crate::targets::prometheus::kebab;
use crate::targets::prometheus::versions::{self, Asked};

use super::{Here, cannot};

/// One comparison that an analysis looks at.
#[derive(Debug)]
pub(super) struct Measure {
    /// Unique in the rollout.
    pub(super) name: String,
    /// The criterion in the program's words.
    pub(super) said: String,
    /// Query, comparison and limit.
    pub(super) asked: Asked,
    /// Whether it must be known in the end: no data is then no pass.
    pub(super) decided: bool,
}

/// How criteria are taken: where they stand, and what they may compare with.
pub(super) struct Taken {
    /// The places of which a criterion must count in one.
    pub(super) places: &'static [Place],
    /// Whether the stable version has traffic to compare with.
    pub(super) stable: bool,
}

/// The measures of criteria, in source order.
pub(super) fn measures<'a>(
    here: &Here,
    criteria: impl IntoIterator<Item = &'a Criterion>,
    taken: &Taken,
    found: &mut Diagnostics,
) -> Vec<Measure> {
    let mut taking = Taking {
        here,
        taken,
        measures: Vec::new(),
        found,
        open: Vec::new(),
    };
    let against = here.rollout.against.as_deref();
    for criterion in criteria {
        taking.criterion(criterion, &[], against);
    }
    unique(taking.measures)
}

struct Taking<'a, 'f> {
    here: &'a Here<'a>,
    taken: &'a Taken,
    measures: Vec<Measure>,
    found: &'f mut Diagnostics,
    /// Gates that are being taken apart; a circle of them is said elsewhere.
    open: Vec<String>,
}

impl Taking<'_, '_> {
    fn criterion(&mut self, criterion: &Criterion, gates: &[&str], against: Option<&str>) {
        let here = |p: &Place| self.taken.places.contains(p);
        let counts = criterion.places.is_empty() || criterion.places.iter().any(here);
        match &criterion.condition {
            _ if !counts => {}
            Condition::Gate(id) => self.gate(id, criterion.origin.span, gates),
            Condition::Holds(expr) => {
                if let Err(why) = self.comparison(criterion, expr, gates, against) {
                    self.found.push(*why);
                }
            }
            Condition::Outcome(_) | Condition::EveryPart => self.found.push(
                cannot(
                    criterion.origin.span,
                    "a rollout judges measured values, and no stages or parts",
                )
                .help("say where it counts: `{ where = ci }`"),
            ),
        }
    }

    fn gate(&mut self, id: &str, used: Span, gates: &[&str]) {
        let plan = self.here.plan;
        let Some(gate) = plan.gate(id).filter(|_| !self.open.iter().any(|o| o == id)) else {
            return;
        };
        let scored = gate
            .criteria
            .iter()
            .any(|c| matches!(c.strength, Strength::Score { .. }));
        if scored || !matches!(gate.scoring, Scoring::AllOrNothing) {
            self.found.push(
                cannot(
                    used,
                    format!("Argo Rollouts knows no points, and `{id}` has a score"),
                )
                .also(gate.origin.span, "scored here")
                .help("require what must hold in the rollout itself: `require error_rate <= 1%`"),
            );
            return;
        }
        self.open.push(id.to_string());
        let inner: Vec<&str> = gates.iter().copied().chain([id]).collect();
        for criterion in &gate.criteria {
            self.criterion(criterion, &inner, gate.against.as_deref());
        }
        self.open.pop();
    }

    fn comparison(
        &mut self,
        criterion: &Criterion,
        expr: &Expr,
        gates: &[&str],
        against: Option<&str>,
    ) -> Result<(), Box<Diagnostic>> {
        if reads_probes(self.here, expr) {
            let message = format!(
                "`{}` asks the probes, and gatec can't call them around a rollout yet",
                criterion.id
            );
            return Err(Diagnostic::new(Code::NotYet, expr.span, message)
                .label("asks the service's probes")
                .help("require what its series say, or leave it out here")
                .into());
        }
        if criterion.confidence.is_some() {
            let message = "a rollout judges by what was measured, not by a confidence bound";
            return Err(cannot(criterion.origin.span, message)
                .help("say how many requests are enough: `{ samples = 1000 }`")
                .into());
        }
        let place = self.here.asks(self.taken.stable);
        let asked = versions::asked(&place, expr, criterion.samples)?;
        if asked.iter().any(|a| a.compares) && against.is_some_and(|a| a != "stable") {
            let message = "a rollout compares with the stable version, not with earlier runs";
            return Err(cannot(expr.span, message)
                .help("write `against = stable`, or say where it counts: `{ where = ci }`")
                .into());
        }
        let words = gates.iter().copied().chain([criterion.id.as_str()]);
        let name = kebab(&words.collect::<Vec<_>>().join(" "));
        let passes = matches!(criterion.if_missing, Some(Verdict::Pass | Verdict::Warn));
        self.measures.extend(asked.into_iter().map(|asked| Measure {
            name: name.clone(),
            said: expr.to_string(),
            asked,
            decided: !passes,
        }));
        Ok(())
    }
}

/// Whether an expression reads the report of the service's probes, through a metric too.
fn reads_probes(here: &Here, expr: &Expr) -> bool {
    expr.refs().iter().any(|r| match r {
        Ref::Report { .. } => true,
        Ref::Metric(id, _) => {
            let metric = here.plan.metric(id).filter(|m| m.live.is_none());
            let report = metric.and_then(|m| m.report.as_ref());
            let smoke = |r: &&Ref| matches!(r, Ref::Report { stage, report, .. } if stage == "smoke" || (stage.is_empty() && report == "smoke"));
            report.is_some_and(|r| r.refs().iter().any(smoke))
        }
        _ => false,
    })
}

/// Names that an analysis takes: each once.
fn unique(mut measures: Vec<Measure>) -> Vec<Measure> {
    let mut seen: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for measure in &mut measures {
        let count = seen.entry(measure.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            measure.name = format!("{}-{count}", measure.name);
        }
    }
    measures
}
