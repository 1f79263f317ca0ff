//! The plan as text for people: what the compiler understood, one fact a line.
//!
//! Takes a plan, gives a tree by indentation, in source order. It is for reading, not for
//! reading back; fragments of a target's own language are shown as opaque.

mod pipeline;
mod quality;
mod service;
#[cfg(test)]
mod tests;
mod watch;

use super::{Allow, Evaluator, Origin, Plan, Project, Raw, Secret, Value, Variable};

/// An expression or a text, its series with the services that export them.
fn full(of: &impl std::fmt::Display) -> String {
    format!("{of:#}")
}

/// The whole plan.
pub fn dump(plan: &Plan) -> String {
    let mut tree = Tree::default();
    project(&mut tree, &plan.project);
    plan.secrets.iter().for_each(|s| secret(&mut tree, s));
    plan.variables.iter().for_each(|v| variable(&mut tree, v));
    plan.pipelines
        .iter()
        .for_each(|p| pipeline::pipeline(&mut tree, p));
    plan.metrics
        .iter()
        .for_each(|m| quality::metric(&mut tree, m));
    plan.gates.iter().for_each(|g| quality::gate(&mut tree, g));
    plan.baselines
        .iter()
        .for_each(|b| quality::baseline(&mut tree, b));
    plan.limits
        .iter()
        .for_each(|l| quality::limit(&mut tree, l));
    plan.services
        .iter()
        .for_each(|s| service::service(&mut tree, s));
    plan.environments
        .iter()
        .for_each(|e| service::environment(&mut tree, e));
    plan.rollouts
        .iter()
        .for_each(|r| service::rollout(&mut tree, r));
    plan.alerts.iter().for_each(|a| watch::alert(&mut tree, a));
    plan.slos.iter().for_each(|s| watch::slo(&mut tree, s));
    plan.notifies
        .iter()
        .for_each(|n| watch::notify(&mut tree, n));
    plan.dashboards
        .iter()
        .for_each(|d| watch::dashboard(&mut tree, d));
    plan.tests.iter().for_each(|t| quality::test(&mut tree, t));
    plan.allows.iter().for_each(|a| allow(&mut tree, a));
    tree.text
}

fn project(tree: &mut Tree, project: &Project) {
    if project.origin.is_none() && project.name.is_none() && project.evaluator.is_none() {
        return;
    }
    let name = project.name.as_deref().unwrap_or_default();
    tree.open_at(
        &format!("project {name}"),
        project.origin.as_ref(),
        |tree| match &project.evaluator {
            Some(Evaluator::Download { url, sha256 }) => {
                tree.line(&format!("evaluator {url} sha256 {sha256}"));
            }
            Some(Evaluator::Path(path)) => tree.line(&format!("evaluator {path}")),
            None => {}
        },
    );
}

fn secret(tree: &mut Tree, secret: &Secret) {
    let optional = if secret.optional { " optional" } else { "" };
    tree.line_at(&format!("secret {}{optional}", secret.id), &secret.origin);
}

fn variable(tree: &mut Tree, variable: &Variable) {
    let default = variable.default.as_ref().map(|d| format!(" default {d}"));
    let line = format!("variable {}{}", variable.id, default.unwrap_or_default());
    tree.line_at(&line, &variable.origin);
}

fn allow(tree: &mut Tree, allow: &Allow) {
    tree.line_at(
        &format!("allow {} because {:?}", allow.code, allow.reason),
        &allow.origin,
    );
}

/// Text that grows by lines at a depth.
#[derive(Default)]
pub(super) struct Tree {
    text: String,
    depth: usize,
}

impl Tree {
    /// A line at this depth; further lines of it are indented by one more.
    pub fn line(&mut self, line: &str) {
        for (number, part) in line.trim_end().lines().enumerate() {
            let depth = self.depth + usize::from(number > 0);
            self.text.push_str(&"  ".repeat(depth));
            self.text.push_str(part.trim_end());
            self.text.push('\n');
        }
    }

    /// A line that says where it comes from.
    pub fn line_at(&mut self, line: &str, origin: &Origin) {
        self.open_at(line, Some(origin), |_| {});
    }

    /// A line with lines under it.
    pub fn open(&mut self, line: &str, inside: impl FnOnce(&mut Tree)) {
        self.line(line);
        self.depth += 1;
        inside(self);
        self.depth -= 1;
    }

    /// A line that says where it comes from, with its documentation and lines under it.
    pub fn open_at(&mut self, line: &str, origin: Option<&Origin>, inside: impl FnOnce(&mut Tree)) {
        let place = origin.map(|o| o.place.as_str()).filter(|p| !p.is_empty());
        let place = place.map(|p| format!("  [{p}]")).unwrap_or_default();
        self.open(&format!("{}{place}", line.trim_end()), |tree| {
            for doc in origin
                .iter()
                .filter_map(|o| o.docs.as_deref())
                .flat_map(str::lines)
            {
                tree.line(&format!("## {doc}"));
            }
            inside(tree);
        });
    }

    /// `name value`, when there is a value.
    pub fn fact(&mut self, name: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.line(&format!("{name} {value}"));
        }
    }

    /// `name a, b`, when there is any.
    pub fn list(&mut self, name: &str, values: &[impl AsRef<str>]) {
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        self.fact(name, (!values.is_empty()).then(|| values.join(", ")));
    }

    /// `name key = value` for each pair.
    pub fn pairs<'a>(&mut self, name: &str, pairs: impl IntoIterator<Item = &'a (String, Value)>) {
        for (key, value) in pairs {
            self.line(&format!("{name} {key} = {value}"));
        }
    }

    /// Fragments of a target's own language: that they are there and how long they are.
    pub fn raw(&mut self, raw: &[Raw]) {
        for fragment in raw {
            let lines = fragment.yaml.lines().count();
            self.line(&format!("raw {} (opaque, {lines} lines)", fragment.target));
        }
    }
}
