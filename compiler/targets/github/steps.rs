//! Steps: those a stage wrote and those that gatec adds around them.

use super::actions;
use super::conditions;
use super::context::{Context, secret_in};
use super::expressions::{Lower, Scope, Tree};
use super::schema::Step as Keys;
use super::script::{self, Shell};
use super::text::{literal, scalar};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{ActionUse, Artifact, Expr, Node, Report, Stage, Step, StepKind, Text, Value};
use crate::source::Span;
use crate::targets::yaml::{Entry, Map, Yaml};
use std::collections::BTreeSet;

/// Days that what only later jobs of the run read is kept.
const REPORT_DAYS: u32 = 14;

/// Days that an artifact is kept unless the program says otherwise.
const ARTIFACT_DAYS: u32 = 30;

/// Fetches the sources; the token stays out of the checkout.
pub fn checkout(cx: &Context<'_>) -> Keys {
    let mut with = Map::new();
    with.push("persist-credentials", false);
    Keys {
        name: "Check out".into(),
        uses: Some(actions::own(cx, actions::CHECKOUT)),
        with,
        ..Keys::default()
    }
}

/// What every step of a job shares.
pub struct Surroundings<'a> {
    /// The stage.
    pub stage: &'a Stage,
    /// Variables with a secret in them: they go to the steps, never to the whole job.
    pub secrets: Vec<(&'a str, &'a Expr)>,
    /// Names of the variables that steps have from outside.
    pub outside: BTreeSet<String>,
}

/// A value of `env` or `with`. A secret outside an environment carries the reason that allows it.
pub fn entry(cx: &Context<'_>, expr: &Expr, guarded: bool) -> Entry {
    let value = scalar(Lower::new(cx, Scope::Step), expr);
    secret_entry(cx, value, secret_in(expr), guarded, expr.span)
}

/// A value with a secret in it.
pub fn secret_entry(
    cx: &Context<'_>,
    value: String,
    secret: Option<&str>,
    guarded: bool,
    span: Span,
) -> Entry {
    let several = value.contains('\n');
    let value = if several {
        Yaml::Block(value)
    } else {
        value.into()
    };
    let entry = Entry::from(value);
    let Some(secret) = secret.filter(|_| !guarded) else {
        return entry;
    };
    if let Some(reason) = cx.allowed(Code::SecretOutsideEnvironment, span) {
        return entry.with_trailing(format!("zizmor: ignore[secrets-outside-env] {reason}"));
    }
    let message = format!("the secret `{secret}` is used in a stage without an environment");
    cx.report(
        Diagnostic::new(Code::SecretOutsideEnvironment, span, message)
            .help("name an environment, whose rules then guard the secret: `environment = …`"),
    );
    entry
}

/// A step that the stage wrote.
pub fn written(cx: &Context<'_>, around: &Surroundings<'_>, step: &Step) -> Map {
    let guarded = around.stage.environment.is_some();
    let mut keys = Keys {
        name: literal(&step.title),
        id: step.id.as_deref().map(|id| cx.ident(id)),
        condition: conditions::of_step(cx, step),
        may_fail: step.may_fail || step.measure,
        timeout: step.timeout.map(super::minutes),
        ..Keys::default()
    };
    for (name, expr) in &step.env {
        keys.env.push_entry(name.clone(), entry(cx, expr, guarded));
    }
    match &step.kind {
        StepKind::Run(text) => run(cx, around, step, text, &mut keys),
        StepKind::Action(action) => act(cx, action, guarded, &mut keys),
        StepKind::Take { node, artifact, to } => take(cx, node, artifact, to, &mut keys),
    }
    let mut map = keys.into_map();
    super::raw::merge(cx, &mut map, &step.raw, &super::raw::STEP);
    map
}

fn run(cx: &Context<'_>, around: &Surroundings<'_>, step: &Step, text: &Text, keys: &mut Keys) {
    let name = step.shell.as_deref().or(cx.pipeline.shell.as_deref());
    let Some(shell) = Shell::of(name) else {
        let shell = name.unwrap_or_default();
        let message = format!("gatec writes no scripts for the shell `{shell}`");
        cx.cannot(step.origin.span, message);
        return;
    };
    let guarded = around.stage.environment.is_some();
    for (name, expr) in &around.secrets {
        if keys.env.get(name).is_none() {
            keys.env
                .push_entry(name.to_string(), entry(cx, expr, guarded));
        }
    }
    let own = step.env.iter().map(|(name, _)| name.clone());
    let taken: BTreeSet<String> = around.outside.iter().cloned().chain(own).collect();
    let lower = Lower::new(cx, Scope::Step);
    let built = script::build(lower, text, shell, &taken, step.origin.span);
    for (name, value, secret) in built.env {
        let span = step.origin.span;
        let value = secret_entry(cx, value, secret.as_deref(), guarded, span);
        keys.env.push_entry(name, value);
    }
    let retries = step.retries.unwrap_or(around.stage.retries);
    let run = match (retries, shell) {
        (0, _) => built.run,
        (_, Shell::Posix) => script::repeated(&built.run, retries),
        _ => {
            cx.report(
                Diagnostic::new(
                    Code::GithubCannotExpress,
                    step.origin.span,
                    "only bash scripts can be tried again",
                )
                .label("another shell")
                .help("write it for bash, or remove its `retries`: `retries = 0` takes it from those of the stage"),
            );
            built.run
        }
    };
    super::limits::script(cx, &run, step.origin.span);
    keys.shell = name.map(str::to_string);
    keys.dir = step
        .dir
        .as_deref()
        .or(cx.pipeline.dir.as_deref())
        .map(literal);
    keys.run = Some(run);
}

/// Switches and whole numbers as people write them; GitHub hands over their text.
fn plain(value: &Value) -> Option<Yaml> {
    match value {
        Value::Bool(b) => Some((*b).into()),
        Value::Number(n, _) if n.fract() == 0.0 && n.abs() < 1e15 => Some(Yaml::Int(*n as i64)),
        _ => None,
    }
}

fn act(cx: &Context<'_>, action: &ActionUse, guarded: bool, keys: &mut Keys) {
    keys.uses = Some(actions::used(cx, &action.name, &action.version));
    for (name, expr) in &action.inputs {
        match expr.value().and_then(plain) {
            Some(plain) => keys.with.push(name.clone(), plain),
            None => keys.with.push_entry(name.clone(), entry(cx, expr, guarded)),
        };
    }
    let says = |name: &str| action.inputs.iter().any(|(own, _)| own == name);
    if action.name == actions::CHECKOUT && !says("persist-credentials") {
        keys.with.push("persist-credentials", false);
    }
    if action.name == actions::UPLOAD && !says("if-no-files-found") {
        keys.with.push("if-no-files-found", "error");
    }
}

fn take(cx: &Context<'_>, node: &str, artifact: &str, to: &str, keys: &mut Keys) {
    keys.uses = Some(actions::own(cx, actions::DOWNLOAD));
    let name = artifact_name(cx, node, artifact);
    let cells = cx.node(node).and_then(Node::as_stage);
    if cells.is_some_and(|s| s.matrix.is_some()) {
        keys.with.push("pattern", format!("{name}-*"));
        keys.with.push("merge-multiple", true);
    } else {
        keys.with.push("name", name);
    }
    keys.with.push("path", literal(&in_folder(cx, to)));
}

/// A path of a stage, from the root of the checkout; actions don't know the stage's folder.
fn in_folder(cx: &Context<'_>, path: &str) -> String {
    let Some(dir) = cx.pipeline.dir.as_deref().map(|d| d.trim_end_matches('/')) else {
        return path.to_string();
    };
    match path.strip_prefix('!') {
        Some(path) => format!("!{dir}/{path}"),
        None if path.starts_with(['/', '~']) => path.to_string(),
        None => format!("{dir}/{path}"),
    }
}

fn artifact_name(cx: &Context<'_>, node: &str, artifact: &str) -> String {
    let part = super::names::kebab;
    format!("{}-{}-{}", cx.slug, part(node), part(artifact))
}

/// The name of the artifact with a stage's reports, without the cell.
pub fn reports_name(cx: &Context<'_>, node: &str) -> String {
    format!("{}-{}-reports", cx.slug, super::names::kebab(node))
}

/// Says that only scripts are tried again.
pub fn check_retries(cx: &Context<'_>, node: &Node, stage: &Stage) {
    let acts = |s: &&Step| matches!(s.kind, StepKind::Action(_));
    let scripts = |template: &str| {
        let mut steps = stage.steps.iter();
        steps.any(|s| s.template.as_deref() == Some(template) && !acts(&s))
    };
    let told = |s: &&Step| match &s.template {
        // Of a template, its scripts are tried again.
        Some(template) => !scripts(template),
        None => true,
    };
    let asked = stage.steps.iter().filter(|s| s.retries.unwrap_or(0) > 0);
    let runs_once = |s: &&Step| !matches!(s.kind, StepKind::Run(_));
    for step in asked.filter(runs_once).filter(told) {
        cx.report(
            Diagnostic::new(
                Code::GithubCannotExpress,
                step.origin.span,
                "GitHub runs an action once, and only a script can be tried again",
            )
            .label("not a script")
            .help("remove its `retries`; to try it again, write its commands in a `run`, or see whether the action has an input for it"),
        );
    }
    if stage.retries > 0
        && let Some(step) = stage.steps.iter().find(acts)
    {
        let message = format!("`{}` is tried again, its actions are not", node.id);
        cx.report(
            Diagnostic::new(Code::RetriesSkipActions, node.origin.span, message)
                .also(step.origin.span, "this action runs once"),
        );
    }
}

/// Removes what lies at the paths of a stage's reports before it begins: what came with the
/// sources, or was left by another run, is no evidence of this one. None for a stage without.
pub fn clear_reports(cx: &Context<'_>, stage: &Stage) -> Option<Keys> {
    if stage.reports.is_empty() {
        return None;
    }
    let paths: Vec<String> = stage
        .reports
        .iter()
        .map(|r| in_folder(cx, &r.path))
        .collect();
    let mut keys = Keys {
        name: "Remove older reports".into(),
        run: Some(CLEAR.into()),
        ..Keys::default()
    };
    keys.env
        .push("REPORTS", lines(paths.iter().map(String::as_str)));
    Some(keys)
}

/// Whether older reports are to be removed behind a step that the stage wrote: behind a checkout of
/// its own. One into the root empties it anyway; one into a folder leaves what scripts made.
pub fn brings_sources(step: &Step, made: bool) -> bool {
    let StepKind::Action(action) = &step.kind else {
        return false;
    };
    let into_folder = action.inputs.iter().any(|(name, _)| name == "path");
    action.name == actions::CHECKOUT && !(made && into_folder)
}

/// A folder stays: what it holds is no report.
pub(super) const CLEAR: &str = r#"rm -rf -- gatec-reports
while read -r pattern; do
  while read -r report; do
    [ -d "${report}" ] && [ ! -L "${report}" ] && continue
    rm -f -- "${report}"
    echo "removed ${report}: it is older than this run"
  done < <(compgen -G "${pattern}")
done <<< "${REPORTS}""#;

/// Keeps what a stage measured, whether it went well or not, with a manifest that says of which
/// run, stage and cell it is.
pub fn keep_reports(cx: &Context<'_>, node: &Node, stage: &Stage) -> Vec<Keys> {
    if stage.reports.is_empty() {
        return Vec::new();
    }
    let cell = stage.matrix.as_ref().map(|m| super::cells::own_name(cx, m));
    let mut gather = Keys {
        name: "Gather the reports".into(),
        condition: Some(conditions::not_cancelled().wrapped()),
        dir: cx.pipeline.dir.as_deref().map(literal),
        run: Some(GATHER.into()),
        ..Keys::default()
    };
    let folder = cell.as_deref().unwrap_or("_");
    gather
        .env
        .push("FOLDER", format!("{REPORTS}/{}/{folder}", node.id));
    gather.env.push(
        "REPORTS",
        lines(stage.reports.iter().map(|r: &Report| r.path.as_str())),
    );
    let name = with_cell(reports_name(cx, &node.id), cell.as_deref());
    let keep = upload(cx, "Keep the reports", name, REPORTS.into(), REPORT_DAYS);
    vec![gather, keep]
}

/// The folder of the checkout in which reports are gathered.
const REPORTS: &str = "gatec-reports";

const GATHER: &str = r#"mkdir -p "${GITHUB_WORKSPACE}/${FOLDER}"
while read -r pattern; do
  while read -r report; do
    mkdir -p "${GITHUB_WORKSPACE}/${FOLDER}/$(dirname "${report}")"
    cp "${report}" "${GITHUB_WORKSPACE}/${FOLDER}/${report}"
  done < <(compgen -G "${pattern}")
done <<< "${REPORTS}"
cd "${GITHUB_WORKSPACE}/${FOLDER}"
{
  printf 'gatec-evidence 1\nfolder %s\n' "${FOLDER#*/}"
  printf 'run %s\nattempt %s\ncommit %s\n' "${GITHUB_RUN_ID}" "${GITHUB_RUN_ATTEMPT}" "${GITHUB_SHA}"
  find . -type f | sed 's|^\./|file |'
} > "${GITHUB_WORKSPACE}/${FOLDER%%/*}/gatec-manifest""#;

/// Keeps an artifact, whether the stage went well or not.
pub fn keep_artifact(cx: &Context<'_>, node: &Node, stage: &Stage, artifact: &Artifact) -> Keys {
    let cell = stage.matrix.as_ref().map(|m| super::cells::own_name(cx, m));
    let name = with_cell(artifact_name(cx, &node.id, &artifact.id), cell.as_deref());
    let title = format!("Keep {}", literal(&artifact.id));
    let days = artifact.retention_days.unwrap_or(ARTIFACT_DAYS);
    upload(
        cx,
        &title,
        name,
        lines(artifact.paths.iter().map(String::as_str)),
        days,
    )
}

fn with_cell(name: String, cell: Option<&str>) -> String {
    match cell {
        Some(cell) => format!("{name}-{cell}"),
        None => name,
    }
}

fn lines<'t>(texts: impl Iterator<Item = &'t str>) -> Yaml {
    let texts: Vec<String> = texts.map(literal).collect();
    match texts.as_slice() {
        [one] => one.clone().into(),
        _ => Yaml::Block(texts.join("\n")),
    }
}

fn upload(cx: &Context<'_>, title: &str, name: String, path: Yaml, days: u32) -> Keys {
    let mut with = Map::new();
    with.push("name", name);
    with.push("path", path);
    with.push("if-no-files-found", "error");
    with.push("overwrite", true);
    with.push("retention-days", days);
    Keys {
        name: title.into(),
        condition: Some(conditions::not_cancelled().wrapped()),
        uses: Some(actions::own(cx, actions::UPLOAD)),
        with,
        ..Keys::default()
    }
}

/// Stops a stage on a machine that is less than it asked for.
pub fn check_machine(cores: f64, memory: Option<f64>, disk: Option<f64>) -> Keys {
    let mut keys = Keys {
        name: "Check the machine".into(),
        run: Some(MACHINE.into()),
        ..Keys::default()
    };
    let mebibytes = |bytes: Option<f64>| (bytes.unwrap_or(0.0) / 1_048_576.0).ceil() as i64;
    keys.env.push("CORES", cores.ceil() as i64);
    // A kernel keeps a part of a machine's memory for itself.
    keys.env
        .push("MEMORY_MIB", mebibytes(memory.map(|m| m * 15.0 / 16.0)));
    keys.env.push("DISK_MIB", mebibytes(disk));
    keys
}

const MACHINE: &str = r#"cores="$(nproc)"
memory="$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)"
disk="$(df --output=avail -m . | tail -n 1 | tr -d ' ')"
echo "cores: ${cores}, memory: ${memory} MiB, free disk: ${disk} MiB"
[ "${cores}" -ge "${CORES}" ] && [ "${memory}" -ge "${MEMORY_MIB}" ] && [ "${disk}" -ge "${DISK_MIB}" ]"#;

/// A path in the runner's own folder for passing things on.
pub fn temporary(name: &str) -> String {
    format!("{}/{name}", Tree::path("runner.temp").wrapped())
}
