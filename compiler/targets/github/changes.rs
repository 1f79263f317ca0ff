//! The job that looks for changed files, with nothing but git. When it can't tell what changed
//! (a new branch, a merge queue, a schedule, a lost commit), everything counts as changed.

use super::context::Context;
use super::expressions::Tree;
use super::permissions::Rights;
use super::runners;
use super::schema::{Body, Job, JobParts, Step};
use super::steps;
use crate::targets::yaml::{Map, Yaml};

/// The job, if a condition asks for changed files.
pub fn job(cx: &Context<'_>) -> Option<Job> {
    let id = cx.changes_id.clone()?;
    let mut outputs = Map::new();
    let mut lines = Vec::new();
    for (filter, patterns) in &cx.pipeline.changed {
        if !cx.read_changes.contains(filter) {
            continue;
        }
        let name = cx.ident(filter);
        outputs.push(
            name.clone(),
            Tree::path(format!("steps.look.outputs.{name}")).wrapped(),
        );
        let paths: Vec<String> = patterns.iter().map(|p| path_spec(p)).collect();
        lines.push(format!("look {name} {}", paths.join(" ")));
    }
    let mut checkout = steps::checkout(cx);
    checkout.with.push("fetch-depth", 0);
    let base = Tree::any([
        Tree::path("github.event.pull_request.base.sha"),
        Tree::path("github.event.before"),
    ]);
    let mut look = Step {
        name: "Look for changed files".into(),
        id: Some("look".into()),
        run: Some(format!("{LOOK}{}", lines.join("\n"))),
        ..Step::default()
    };
    look.env.push("BASE", base.wrapped());
    let parts = JobParts {
        name: "Changes".into(),
        runs_on: Some(Yaml::from(runners::DEFAULT).into()),
        timeout: Some(10),
        permissions: Rights::default().with_sources().into_map(),
        outputs,
        body: Body::Steps(vec![checkout.into(), look.into()]),
        ..JobParts::default()
    };
    Some(Job {
        id,
        comment: None,
        keys: parts.into_map(),
    })
}

const LOOK: &str = r#"look() {
  local name="$1" changed=true
  shift
  if [ -n "${BASE}" ] && git diff --quiet "${BASE}...HEAD" -- "$@"; then
    changed=false
  fi
  printf '%s=%s\n' "${name}" "${changed}" >> "${GITHUB_OUTPUT}"
}
"#;

/// A path pattern as git's own, quoted.
fn path_spec(pattern: &str) -> String {
    let (magic, path) = match pattern.strip_prefix('!') {
        Some(path) => ("top,glob,exclude", path),
        None => ("top,glob", pattern),
    };
    format!("':({magic}){}'", path.replace('\'', r"'\''"))
}
