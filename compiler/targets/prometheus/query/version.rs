//! One version of a service beside another, as a rollout compares them: the same queries, of the
//! pods with one value of a label. Recorded series hold all versions, so metrics are written out.

use super::source::Source;
use super::{Context, Labels, Lowered, Lowering, Shape, refuse};
use crate::diagnostics::Diagnostic;
use crate::plan::{Expr, Func, LimitBy};
use crate::source::Span;
use crate::targets::prometheus::promql::{Match, Op, Query};

/// The version that is asked, and the one it is compared with.
#[derive(Clone, Debug)]
pub struct Version<'r> {
    /// The service whose versions are told apart; others are asked as a whole.
    pub service: &'r str,
    /// What its samples have.
    pub own: Match,
    /// What the samples of the other version have; `None` where nothing can be compared.
    pub other: Option<Match>,
    /// Which groups of a metric are meant.
    pub(super) groups: Vec<Match>,
    /// How many metrics are open; a circle of them has no end.
    pub(super) depth: usize,
}

impl<'r> Version<'r> {
    /// A version of a service by the matcher of its samples.
    pub fn new(service: &'r str, own: Match, other: Option<Match>) -> Self {
        Self {
            service,
            own,
            other,
            groups: Vec::new(),
            depth: 0,
        }
    }

    /// Leaves of a series what is of this version and of the groups that are meant.
    pub(super) fn narrow(&self, source: &mut Source) {
        if source.service == Some(self.service) {
            source.scope.push(self.own.clone());
        }
        let labels = source.series.map_or(&[] as &[String], |s| &s.labels);
        let known = self.groups.iter().filter(|m| labels.contains(&m.label));
        source.scope.extend(known.cloned());
    }
}

impl<'a, 'r> Context<'a, 'r> {
    /// The same place, asked for the other version; `None` where there is none.
    pub fn other(&self) -> Option<Self> {
        let version = self.version.as_ref()?;
        let own = version.other.clone()?;
        let version = Version {
            own,
            other: None,
            ..version.clone()
        };
        Some(self.with(version, self.groups.clone()))
    }

    fn with(&self, version: Version<'r>, groups: Vec<String>) -> Self {
        Context {
            plan: self.plan,
            environment: self.environment,
            records: self.records,
            groups,
            version: Some(version),
        }
    }

    /// A metric of the version: its `live` source, written out.
    pub(super) fn of_version(&self, id: &str, groups: Vec<Match>, span: Span) -> Lowering<Lowered> {
        let metric = self.plan.metric(id);
        let live = metric.and_then(|m| Some((m, m.live.as_ref()?)));
        let (Some((metric, live)), Some(version)) = (live, &self.version) else {
            return Err(self.without_live(id, span));
        };
        if version.depth > self.plan.metrics.len() {
            return Err(refuse(
                span,
                format!("`{id}` is defined by itself, through others"),
            ));
        }
        let mut inner = version.clone();
        inner.depth += 1;
        inner.groups.extend(groups);
        let kept = metric.by.iter().map(|d| d.id.clone());
        let kept = kept.chain(metric.key.iter().cloned()).collect();
        self.with(inner, kept).value(live)
    }

    /// The case of a limit that holds in this environment.
    pub(super) fn limit_here(&self, id: &str, span: Span) -> Lowering<Lowered> {
        let limit = self.plan.limit(id);
        let by_environment = limit.filter(|l| l.by == LimitBy::Environment);
        let Some(case) = by_environment.and_then(|l| l.case(&self.environment.id)) else {
            let message = format!("`{id}` is no one number in an environment");
            let help = "let the limit depend on the environment: `by = environment`";
            return Err(refuse(span, message).help(help).into());
        };
        Ok(Lowered {
            query: Query::Number(case),
            shape: Shape::constant(case),
        })
    }

    /// `rise`, `drop` or `change` from the other version at the same moment. Of a reference of
    /// zero or less nothing is a share, so it gives no sample.
    pub(super) fn compared(&self, func: Func, of: &'a Expr, span: Span) -> Lowering<Lowered> {
        let now = self.value(of)?;
        let before = match self.other() {
            Some(other) => other.value(of)?,
            None => return Err(nothing_to_compare(func, span)),
        };
        if now.query == before.query {
            let message = "nothing tells the two versions apart here";
            let help = "compare what a series of the deployed service says";
            return Err(refuse(span, message).help(help).into());
        }
        if now.shape.labels == Labels::All {
            let message = "samples of single replicas have no counterpart in the other version";
            let help = "ask for one value of all replicas: `mean(SERIES, over = 5m)`";
            return Err(refuse(span, message).help(help).into());
        }
        if func == Func::Change {
            return self.combined(Op::Subtract, now, before, span);
        }
        let before = Lowered {
            query: before.query.with(Op::Greater, Query::Number(0.0)),
            ..before
        };
        let share = self.combined(Op::Divide, now, before, span)?;
        let one = || Lowered {
            query: Query::Number(1.0),
            shape: Shape::constant(1.0),
        };
        match func {
            Func::Drop => self.combined(Op::Subtract, one(), share, span),
            _ => self.combined(Op::Subtract, share, one(), span),
        }
    }
}

fn nothing_to_compare(func: Func, span: Span) -> Box<Diagnostic> {
    let message = format!(
        "`{}` has no other version to compare with here",
        func.name()
    );
    refuse(span, message)
        .help("compare in a canary, where both versions have traffic: `against = stable`")
        .into()
}
