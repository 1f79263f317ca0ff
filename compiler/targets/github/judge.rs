//! A judgement as a job: it gathers what was measured, fetches the evaluator and lets it speak.

use super::actions;
use super::approvals;
use super::baselines::Baselines;
use super::cells;
use super::conditions;
use super::context::Context;
use super::expressions::Tree;
use super::jobs;
use super::logins::Logins;
use super::permissions::Rights;
use super::runners;
use super::schema::{Body, Job, Step};
use super::steps;
use super::text::literal;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Comment, Evaluator, Event, Judge, Node};
use crate::targets::yaml::{Map, Yaml};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A judgement's job. It runs whatever happened before: that something is missing is its to say.
pub fn job(cx: &Context<'_>, conditional: &Conditional<'_>, node: &Node, judge: &Judge) -> Job {
    let asked = asked(cx, conditional, node, judge);
    let mut needs = jobs::needs(cx, node);
    let others = asked.iter().map(|n| cx.job_id(&n.id));
    let changes = cx.changes_id.clone();
    let changes = changes.filter(|_| asked.iter().any(|n| conditions::changes_read(n)));
    for id in changes.into_iter().chain(others) {
        if !needs.contains(&id) {
            needs.push(id);
        }
    }
    needs.extend(approvals::of_node(cx, node).map(|a| a.job.clone()));
    let asked_for = approvals::when_asked(cx, judge);
    let comments =
        judge.comment == Comment::PullRequest && cx.pipeline.has_event(Event::PullRequest);
    let mut parts = jobs::frame(cx, node, needs);
    parts.runs_on = Some(Yaml::from(runners::DEFAULT).into());
    let baselines = Baselines::of(cx, judge);
    let mut rights = Rights::default().with_sources();
    if !baselines.is_empty() {
        rights.add("actions", false, "fetch what earlier runs measured");
    }
    if asked_for.is_some() {
        rights.add("actions", false, "tell when an override was asked for");
    }
    let logins = Logins::of(cx, &baselines);
    if logins.takes_role() {
        rights.add("id-token", true, "take on the baseline's role");
    }
    if comments {
        rights.add(
            "pull-requests",
            true,
            "put the gate's report on the pull request",
        );
    }
    parts.permissions = rights.into_map();
    if cx.read_verdicts.contains(&node.id) {
        let verdict = Tree::path("steps.judge.outputs.verdict");
        parts.outputs.push("verdict", verdict.wrapped());
    }
    let mut list = vec![steps::checkout(cx)];
    list.extend(fetch_reports(cx, judge));
    list.extend(fetch_evaluator(cx, node));
    if !baselines.is_empty() {
        list.push(baselines.fetch());
    }
    let forms = Forms {
        comment: comments,
        html: judge.html,
    };
    list.extend(asked_for);
    list.extend(logins.step(cx));
    let mut step = assess(cx, node, judge, &asked, &baselines, &forms);
    approvals::hand_over(cx, node, judge, &mut step);
    logins.hand_over(cx, &mut step);
    list.push(step);
    list.extend(baselines.keep(cx));
    if judge.html {
        list.push(keep_html(cx, node));
    }
    if comments {
        list.push(comment());
    }
    parts.body = Body::Steps(list.into_iter().map(Yaml::from).collect());
    jobs::finish(cx, node, parts, &[])
}

/// Which nodes may be skipped without anything having gone wrong.
pub struct Conditional<'a>(HashSet<&'a str>);

impl<'a> Conditional<'a> {
    /// Of a pipeline; needs come before what needs them.
    pub fn of(cx: &Context<'a>) -> Self {
        let mut found = HashSet::new();
        for node in &cx.pipeline.nodes {
            let judged = |id: &str| cx.node(id).is_some_and(|n| n.as_judge().is_some());
            let passed_on = |n: &crate::plan::Need| {
                n.reason != crate::plan::NeedReason::Evidence
                    && (found.contains(n.node.as_str()) || judged(&n.node))
            };
            if node.when.is_some() || node.needs.iter().any(passed_on) {
                found.insert(node.id.as_str());
            }
        }
        Self(found)
    }

    /// Whether a node may be skipped.
    pub fn has(&self, node: &str) -> bool {
        self.0.contains(node)
    }
}

/// The nodes whose ends a judgement is told: its evidence and, where that may have been skipped,
/// all that could be the cause.
fn asked<'a>(
    cx: &Context<'a>,
    conditional: &Conditional<'_>,
    node: &Node,
    judge: &Judge,
) -> Vec<&'a Node> {
    let evidence = judge.evidence.iter().map(|e| e.node.as_str());
    let outcomes = judge.outcomes.iter().map(String::as_str);
    let mut seen: BTreeMap<&str, &'a Node> = BTreeMap::new();
    let mut open: Vec<&'a Node> = evidence
        .chain(outcomes)
        .filter_map(|id| cx.node(id))
        .collect();
    while let Some(next) = open.pop() {
        if next.id == node.id || seen.insert(&next.id, next).is_some() {
            continue;
        }
        if conditional.has(&next.id) {
            open.extend(next.needs.iter().filter_map(|n| cx.node(&n.node)));
        }
    }
    // In the order of the pipeline, whatever the order of discovery.
    let all = cx.pipeline.nodes.iter();
    all.filter(|n| seen.contains_key(n.id.as_str())).collect()
}

fn fetch_reports(cx: &Context<'_>, judge: &Judge) -> Option<Step> {
    let stages: BTreeSet<&str> = judge.evidence.iter().map(|e| e.node.as_str()).collect();
    let names: Vec<String> = stages.iter().map(|s| super::names::kebab(s)).collect();
    let names = match names.as_slice() {
        [] => return None,
        [one] => one.clone(),
        many => format!("@({})", many.join("|")),
    };
    let mut with = Map::new();
    with.push("pattern", format!("{}-{names}-reports*", cx.slug));
    with.push("path", steps::temporary("evidence"));
    Some(Step {
        name: "Fetch the reports".into(),
        uses: Some(actions::own(cx, actions::DOWNLOAD)),
        with,
        ..Step::default()
    })
}

fn fetch_evaluator(cx: &Context<'_>, node: &Node) -> Option<Step> {
    let Some(Evaluator::Download { url, sha256 }) = &cx.plan.project.evaluator else {
        if cx.plan.project.evaluator.is_none() {
            let message = format!(
                "gate `{}` is judged and nothing says by which program",
                node.id
            );
            cx.report(
                Diagnostic::new(Code::NoEvaluator, node.origin.span, message).help(
                    "say where gatec is: `project { evaluator { url = \"…\", sha256 = \"…\" } }`, or `path = \"tools/gatec\"`",
                ),
            );
        }
        return None;
    };
    let mut step = Step {
        name: "Fetch the evaluator".into(),
        run: Some(FETCH.into()),
        ..Step::default()
    };
    let scheme = if url.starts_with("http://") {
        "=http"
    } else {
        "=https"
    };
    step.env.push("EVALUATOR_URL", literal(url));
    step.env.push("EVALUATOR_SHA256", literal(sha256));
    step.env.push("EVALUATOR_SCHEME", scheme);
    Some(step)
}

const FETCH: &str = r#"curl --fail --silent --show-error --location --proto "${EVALUATOR_SCHEME}" \
  --retry 3 --output "${RUNNER_TEMP}/gatec" "${EVALUATOR_URL}"
printf '%s  %s\n' "${EVALUATOR_SHA256}" "${RUNNER_TEMP}/gatec" | sha256sum --check --strict
chmod +x "${RUNNER_TEMP}/gatec""#;

/// Which forms of the report a judgement's job needs.
struct Forms {
    comment: bool,
    html: bool,
}

fn assess(
    cx: &Context<'_>,
    node: &Node,
    judge: &Judge,
    asked: &[&Node],
    baselines: &Baselines<'_>,
    forms: &Forms,
) -> Step {
    let mut step = Step {
        name: "Judge".into(),
        id: Some("judge".into()),
        run: Some(command(baselines, forms)),
        ..Step::default()
    };
    let program = match &cx.plan.project.evaluator {
        Some(Evaluator::Path(path)) => literal(path),
        _ => steps::temporary("gatec"),
    };
    step.env.push("GATEC", program);
    step.env.push("GATE", literal(&judge.gate));
    step.env.push("PIPELINE", literal(&cx.pipeline.id));
    step.env
        .push("GATEC_RESULTS", Yaml::Block(results(cx, node, asked)));
    if !cx.pipeline.inputs.is_empty() {
        step.env.push("GATEC_INPUTS", "${{ toJSON(inputs) }}");
    }
    if !baselines.is_empty() {
        step.env.push("GATEC_BASELINE", Baselines::folder());
    }
    step.env.push("GATEC_SINCE", since(cx).wrapped());
    let cells = expected_cells(cx, judge);
    if !cells.is_empty() {
        step.env.push("GATEC_CELLS", Yaml::Block(cells));
    }
    step
}

/// When the run can't have begun before: what started it, as its payload tells, without a right to
/// ask for and a server to wait for. Of a schedule or a dispatch it is the last push.
fn since(cx: &Context<'_>) -> Tree {
    let pulls = [Event::PullRequest, Event::Call];
    let pulls = pulls.into_iter().any(|event| cx.pipeline.has_event(event));
    let pull = Tree::path("github.event.pull_request.updated_at");
    let push = Tree::path("github.event.repository.pushed_at");
    Tree::any(pulls.then_some(pull).into_iter().chain([push]))
}

/// The command adds the report to the summary and the verdict to the step's outputs itself.
fn command(baselines: &Baselines<'_>, forms: &Forms) -> String {
    let mut lines = vec![
        r#""${GATEC}" assess "${GATE}" --pipeline "${PIPELINE}""#,
        r#"  --evidence "${RUNNER_TEMP}/evidence" --this-run --report annotations=-"#,
    ];
    lines.extend(baselines.records().then_some("  --record"));
    let html = r#"  --report html="${RUNNER_TEMP}/report.html""#;
    lines.extend(forms.html.then_some(html));
    let comment = r#"  --report comment="${RUNNER_TEMP}/comment.md""#;
    lines.extend(forms.comment.then_some(comment));
    lines.join(" \\\n")
}

/// Keeps the page with the report.
fn keep_html(cx: &Context<'_>, node: &Node) -> Step {
    let mut with = Map::new();
    let name = super::names::kebab(&node.id);
    with.push("name", format!("{}-{name}-report", cx.slug));
    with.push("path", steps::temporary("report.html"));
    with.push("if-no-files-found", "error");
    with.push("overwrite", true);
    with.push("retention-days", REPORT_DAYS);
    Step {
        name: "Keep the report".into(),
        condition: Some(conditions::not_cancelled().wrapped()),
        uses: Some(actions::own(cx, actions::UPLOAD)),
        with,
        ..Step::default()
    }
}

/// How long a page is kept, in days.
const REPORT_DAYS: u32 = 30;

/// How each node ended and, where it has a condition, whether that held: a stage that did not
/// run because it had no reason to is told apart from one that could not.
fn results(cx: &Context<'_>, node: &Node, asked: &[&Node]) -> String {
    let mut lines = Vec::new();
    for other in asked {
        let job = cx.job_id(&other.id);
        let result = Tree::path(format!("needs.{job}.result")).wrapped();
        lines.push(format!("{}={result}", other.id));
        if other.as_judge().is_some() && cx.read_verdicts.contains(&other.id) {
            let verdict = Tree::path(format!("needs.{job}.outputs.verdict")).wrapped();
            lines.push(format!("{}.verdict={verdict}", other.id));
        }
        if let Some(when) = told(cx, other) {
            lines.push(format!("{}.when={}", other.id, when.wrapped()));
        }
    }
    if lines.len() > super::limits::FORMAT_ARGUMENTS {
        let message = format!(
            "a judgement can be told of {} ends and conditions on GitHub",
            super::limits::FORMAT_ARGUMENTS
        );
        cx.cannot(node.origin.span, message);
    }
    lines.join("\n")
}

/// A node's condition; as one that held where nobody found out what changed, for a skip is
/// excused by a condition that is known to be false, never by an empty output.
fn told(cx: &Context<'_>, node: &Node) -> Option<Tree> {
    let when = conditions::own(cx, node)?;
    let changes = cx.changes_id.as_ref();
    let Some(id) = changes.filter(|_| conditions::changes_read(node)) else {
        return Some(when);
    };
    let unknown = conditions::result_is(id, "success").negate();
    Some(Tree::any([unknown, when]))
}

/// The cells whose reports must be there, one `stage/cell` a line.
fn expected_cells(cx: &Context<'_>, judge: &Judge) -> String {
    let stages: BTreeSet<&str> = judge.evidence.iter().map(|e| e.node.as_str()).collect();
    let mut lines = Vec::new();
    for id in stages {
        let stage = cx.node(id).and_then(Node::as_stage);
        let Some(matrix) = stage.and_then(|s| s.matrix.as_ref()) else {
            continue;
        };
        for (cell, when) in cells::expected(cx, matrix) {
            let line = format!("{id}/{cell}");
            lines.push(match when {
                None => line,
                Some(when) => {
                    let there = Tree::all([when, Tree::text(line)]);
                    Tree::Or(vec![there, Tree::text("")]).wrapped()
                }
            });
        }
    }
    lines.join("\n")
}

/// Puts the report on the pull request, in place of the one that is there.
fn comment() -> Step {
    // Neither on other events nor for another repository, whose runs have no right to write.
    let here = Tree::compare(
        "==",
        Tree::path("github.event.pull_request.head.repo.full_name"),
        Tree::path("github.repository"),
    );
    let condition = Tree::all([conditions::not_cancelled(), here]);
    let mut step = Step {
        name: "Comment".into(),
        condition: Some(condition.wrapped()),
        run: Some(COMMENT.into()),
        ..Step::default()
    };
    let number = Tree::path("github.event.pull_request.number");
    step.env
        .push("GH_TOKEN", Tree::path("github.token").wrapped());
    step.env.push("PULL_REQUEST", number.wrapped());
    step
}

/// Without a report there is nothing to put, and why is said where it was to be made.
const COMMENT: &str = r#"report="${RUNNER_TEMP}/comment.md"
[ -s "${report}" ] || exit 0
MARKER="$(head -n 1 "${report}")"
export MARKER
comments="repos/${GITHUB_REPOSITORY}/issues/${PULL_REQUEST}/comments"
known="$(gh api --paginate "${comments}" --jq '.[] | select(.user.login == "github-actions[bot]" and (.body | startswith(env.MARKER))) | .id' | sed -n 1p)"
if [ -n "${known}" ]; then
  gh api --silent --method PATCH "repos/${GITHUB_REPOSITORY}/issues/comments/${known}" --field "body=@${report}"
else
  gh api --silent --method POST "${comments}" --field "body=@${report}"
fi"#;
