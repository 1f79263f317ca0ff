//! The job at the end: one check to require, which no skipped job can pass. GitHub reports a
//! skipped job as a success; here a job may be skipped only while its own condition is false.

use super::conditions;
use super::context::Context;
use super::expressions::Tree;
use super::judge::Conditional;
use super::runners;
use super::schema::{Body, Job, JobParts, Step};
use super::text::literal;
use crate::plan::Node;
use crate::targets::yaml::{Map, Yaml};

/// The last job of a pipeline.
pub fn job(cx: &Context<'_>, conditional: &Conditional<'_>) -> Job {
    let nodes = &cx.pipeline.nodes;
    let all = nodes.iter().map(|n| cx.job_id(&n.id));
    let may_fail = |n: &Node| n.as_stage().is_some_and(|s| s.may_fail);
    let mixed = |n: &Node| conditional.has(&n.id) || may_fail(n);
    let step = if nodes.iter().any(mixed) {
        let must = nodes.iter().filter(|n| !may_fail(n));
        each(cx, conditional, must)
    } else {
        together()
    };
    let parts = JobParts {
        name: format!("{}: all checks", literal(&cx.pipeline.title)),
        needs: cx.changes_id.iter().cloned().chain(all).collect(),
        condition: Some(Tree::Call("always", Vec::new()).wrapped()),
        runs_on: Some(Yaml::from(runners::DEFAULT).into()),
        timeout: Some(5),
        permissions: Map::new(),
        body: Body::Steps(vec![step.into()]),
        ..JobParts::default()
    };
    Job {
        id: cx.aggregate_id.clone(),
        comment: Some("Require this check: it fails unless every job ended as it should.".into()),
        keys: parts.into_map(),
    }
}

/// Nothing may be skipped: every result must be a success.
fn together() -> Step {
    let mut env = Map::new();
    env.push("RESULTS", "${{ join(needs.*.result, ' ') }}");
    Step {
        name: "All jobs ended well".into(),
        env,
        run: Some(TOGETHER.into()),
        ..Step::default()
    }
}

const TOGETHER: &str = r#"for result in ${RESULTS}; do
  [ "${result}" = success ] || { echo "::error::a job ended as ${result}"; exit 1; }
done"#;

/// Each job with its result and whether it was due.
fn each<'a>(
    cx: &Context<'_>,
    conditional: &Conditional<'_>,
    nodes: impl Iterator<Item = &'a Node>,
) -> Step {
    let mut lines: Vec<String> = cx
        .changes_id
        .iter()
        .map(|id| line(id, Tree::Bool(true)))
        .collect();
    lines.extend(nodes.map(|node| {
        let due = match conditional.has(&node.id) {
            true => conditions::due(cx, node),
            false => Tree::Bool(true),
        };
        line(&cx.job_id(&node.id), due)
    }));
    let mut env = Map::new();
    let mut names = Vec::new();
    for chunk in chunks(lines) {
        let name = match names.len() {
            0 => "JOBS".to_string(),
            n => format!("JOBS_{}", n + 1),
        };
        env.push(name.clone(), Yaml::Block(chunk));
        names.push(format!("\"${{{name}}}\""));
    }
    let run = match names.as_slice() {
        [one] => format!("{CHECK} <<< {one}\nexit \"${{status}}\""),
        _ => format!(
            "{CHECK} < <(printf '%s\\n' {})\nexit \"${{status}}\"",
            names.join(" ")
        ),
    };
    Step {
        name: "All jobs ended as they should".into(),
        env,
        run: Some(run),
        ..Step::default()
    }
}

fn line(job: &str, due: Tree) -> String {
    let result = Tree::path(format!("needs.{job}.result")).wrapped();
    match due {
        Tree::Bool(known) => format!("{job} {result} {known}"),
        due => format!("{job} {result} {}", due.wrapped()),
    }
}

const CHECK: &str = r#"status=0
while read -r job result due; do
  if [ "${result}" != success ] && ! { [ "${result}" = skipped ] && [ "${due}" = false ]; }; then
    echo "::error::${job} ended as ${result}, due: ${due}"
    status=1
  fi
done"#;

/// GitHub joins one value from at most so many parts, in an expression of limited length.
fn chunks(lines: Vec<String>) -> Vec<String> {
    let mut chunks: Vec<(usize, String)> = Vec::new();
    for line in lines {
        match chunks.last_mut() {
            Some((count, text)) if *count < 100 && text.len() + line.len() < 12_000 => {
                *count += 1;
                text.push('\n');
                text.push_str(&line);
            }
            _ => chunks.push((1, line)),
        }
    }
    chunks.into_iter().map(|(_, text)| text).collect()
}
