//! What a program writes in GitHub's own words, merged where gatec writes nothing itself.
//!
//! It adds what the language has no word for. What decides whether something runs, whether its
//! failure counts and what its token may do is said in the language alone: the checks, the gates
//! and the aggregate job would else speak of another workflow than the one that runs.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::Raw;
use crate::source::Span;
use crate::targets::yaml::{Map, Yaml, from_serde};

/// Where a fragment stands.
pub struct Level {
    /// What it belongs to, for messages.
    name: &'static str,
    /// Keys that GitHub knows there and a fragment may hold.
    open: &'static [&'static str],
    /// Keys whose meaning gatec must know, each with its word in the language.
    own: &'static [(&'static str, &'static str)],
}

/// The workflow.
pub const WORKFLOW: Level = Level {
    name: "a workflow",
    open: &["name", "run-name", "on", "env", "concurrency", "defaults"],
    own: &[("jobs", "stage"), ("permissions", "permission")],
};

/// A job.
pub const JOB: Level = Level {
    name: "a job",
    open: &[
        "name",
        "runs-on",
        "timeout-minutes",
        "environment",
        "concurrency",
        "container",
        "services",
        "strategy",
        "outputs",
        "env",
        "defaults",
        "with",
        "secrets",
        "snapshot",
    ],
    own: &[
        ("if", "when"),
        ("needs", "needs"),
        ("permissions", "permission"),
        ("continue-on-error", "may_fail"),
        ("steps", "run"),
        ("uses", "call"),
    ],
};

/// A step.
pub const STEP: Level = Level {
    name: "a step",
    open: &[
        "name",
        "id",
        "with",
        "timeout-minutes",
        "shell",
        "working-directory",
        "env",
    ],
    own: &[
        ("if", "when"),
        ("continue-on-error", "may_fail"),
        ("run", "run"),
        ("uses", "use"),
    ],
};

/// Merges fragments for this target into a map. New keys are added, maps are merged; a key that
/// is already there is an error, so that nothing is overwritten in silence.
pub fn merge(cx: &Context<'_>, into: &mut Map, raws: &[Raw], level: &Level) {
    for raw in raws.iter().filter(|r| r.target == "github") {
        match serde_yaml::from_str::<serde_yaml::Value>(&raw.yaml).map(from_serde) {
            Ok(Yaml::Map(map)) => {
                if map
                    .entries()
                    .all(|(key, _)| may_stand(cx, key, raw.span, level))
                {
                    add(cx, into, &map, raw.span, "");
                }
            }
            Ok(Yaml::Null) => {}
            Ok(_) => bad(
                cx,
                raw.span,
                "a raw fragment must be a map of keys".to_string(),
            ),
            Err(error) => bad(cx, raw.span, format!("a raw fragment is not YAML: {error}")),
        }
    }
}

fn may_stand(cx: &Context<'_>, key: &str, span: Span, level: &Level) -> bool {
    let refuse = |message: String, help: String| {
        let finding = Diagnostic::new(Code::BadRaw, span, message);
        cx.report(finding.label("of this fragment").help(help));
        false
    };
    let own = level.own.iter().find(|(own, _)| *own == key);
    match own {
        Some((_, word)) => refuse(
            format!("a fragment can't set `{key}`, which gatec must know of"),
            format!("say it in the language: `{word}`"),
        ),
        None if level.open.contains(&key) => true,
        None => refuse(
            format!("{} of GitHub has no key `{key}`", level.name),
            match nearest(key, level.open.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a fragment may set {}", level.open.join(", ")),
            },
        ),
    }
}

fn add(cx: &Context<'_>, into: &mut Map, from: &Map, span: Span, path: &str) {
    for (key, entry) in from.entries() {
        let full = format!("{path}{key}");
        match (into.get_mut(key), &entry.value) {
            (None, _) => {
                into.push_entry(key.to_string(), entry.clone());
            }
            (Some(Yaml::Map(own)), Yaml::Map(theirs)) => {
                add(cx, own, theirs, span, &format!("{full}."));
            }
            (Some(_), _) => bad(cx, span, format!("gatec writes `{full}` itself")),
        }
    }
}

fn bad(cx: &Context<'_>, span: Span, message: String) {
    cx.report(
        Diagnostic::new(Code::BadRaw, span, message)
            .label("of this fragment")
            .help("say it in the language where it has a word for it; `raw` only adds keys"),
    );
}
