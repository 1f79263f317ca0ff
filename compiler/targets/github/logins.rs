//! How a judgement gets at what its baselines keep elsewhere: a role that is taken on without a
//! secret, or the secrets themselves, which only the one step that judges is given.
//!
//! A run of another repository's pull request is given neither: what it can't read as anyone may
//! is undecided there, and it never writes.

use super::actions;
use super::baselines::Baselines;
use super::context::Context;
use super::expressions::{Tree, from_fork};
use super::schema::Step;
use super::steps;
use crate::plan::{Baseline, Event, Login, Objects, Prometheus, Store};
use crate::targets::yaml::Map;

/// What the baselines of a judgement ask for.
pub struct Logins<'a> {
    role: Option<(&'a str, &'a Objects)>,
    secrets: Vec<(&'static str, &'a str, &'a Baseline)>,
}

impl<'a> Logins<'a> {
    /// Of the baselines of a judgement, which must agree: a step has each variable once.
    pub fn of(cx: &Context<'a>, baselines: &Baselines<'a>) -> Self {
        let mut found = Self {
            role: None,
            secrets: Vec::new(),
        };
        let mut by_key = false;
        for baseline in baselines.elsewhere() {
            let before = (found.role.map(|(role, _)| role), found.secrets.clone());
            match &baseline.store {
                Some(Store::Objects(store)) => match &store.login {
                    Some(Login::Role(role)) => found.role = Some((role, store)),
                    Some(Login::Key(id, key)) => {
                        by_key = true;
                        found.add("AWS_ACCESS_KEY_ID", id, baseline);
                        found.add("AWS_SECRET_ACCESS_KEY", key, baseline);
                    }
                    None => {}
                },
                Some(Store::Prometheus(Prometheus {
                    token: Some(token), ..
                })) => found.add("GATEC_PROMETHEUS_TOKEN", token, baseline),
                _ => {}
            }
            let other_role = before.0.is_some() && before.0 != found.role.map(|(role, _)| role);
            if other_role || found.is_twofold() || (by_key && found.role.is_some()) {
                let message = "one gate's baselines are in stores with different logins";
                cx.cannot(baseline.origin.span, message.to_string());
            }
        }
        found
    }

    fn add(&mut self, name: &'static str, secret: &'a str, baseline: &'a Baseline) {
        let known = |(n, s, _): &(&str, &str, &Baseline)| *n == name && *s == secret;
        if !self.secrets.iter().any(known) {
            self.secrets.push((name, secret, baseline));
        }
    }

    fn is_twofold(&self) -> bool {
        let mut names: Vec<&str> = self.secrets.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair.first() == pair.last())
    }

    /// Whether a role is taken on.
    pub fn takes_role(&self) -> bool {
        self.role.is_some()
    }

    /// The step that takes on the role. Without it the store can't be read, and the judge says so.
    pub fn step(&self, cx: &Context<'_>) -> Option<Step> {
        let (role, store) = self.role?;
        let mut with = Map::new();
        with.push("role-to-assume", super::text::literal(role));
        let region = store.region.as_deref().unwrap_or_default();
        with.push("aws-region", super::text::literal(region));
        Some(Step {
            name: "Take on the baseline's role".into(),
            condition: here(cx).map(|here| here.wrapped()),
            uses: Some(actions::own(cx, actions::AWS)),
            may_fail: true,
            with,
            ..Step::default()
        })
    }

    /// Hands the secrets to the step that judges.
    pub fn hand_over(&self, cx: &Context<'_>, step: &mut Step) {
        for (name, secret, baseline) in &self.secrets {
            let value = Tree::path(format!("secrets.{secret}"));
            let value = match here(cx) {
                Some(here) => Tree::Or(vec![Tree::all([here, value]), Tree::text("")]),
                None => value,
            };
            let span = baseline.origin.span;
            let entry = steps::secret_entry(cx, value.wrapped(), Some(secret), false, span);
            step.env.push_entry(*name, entry);
        }
    }
}

/// Not for another repository's pull request, where a run may be of one.
fn here(cx: &Context<'_>) -> Option<Tree> {
    cx.pipeline
        .has_event(Event::PullRequest)
        .then(|| from_fork().negate())
}
