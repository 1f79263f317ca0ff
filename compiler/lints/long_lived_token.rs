//! `long-lived-token`: a stored token for a registry that would take the run's own identity.
//!
//! Only beside a command or action that surely publishes to the public registry; a token that
//! reads private packages is no matter of this.

use super::context::{Context, PipelineFacts, each_ref};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Expr, Ref, Stage, Step, StepKind};
use crate::proofs::publish::{Registry, input, publish};
use crate::source::Span;

/// A registry: its name, the variables its tools read tokens from, what sends them elsewhere, and
/// the way without a token.
struct Known {
    name: &'static str,
    tokens: &'static [&'static str],
    elsewhere: &'static [&'static str],
    way: &'static str,
}

fn known(registry: Registry) -> Known {
    match registry {
        Registry::Pypi => Known {
            name: "PyPI",
            tokens: &[
                "TWINE_PASSWORD",
                "PYPI_TOKEN",
                "PYPI_API_TOKEN",
                "UV_PUBLISH_TOKEN",
                "POETRY_PYPI_TOKEN_PYPI",
                "HATCH_INDEX_AUTH",
                "MATURIN_PYPI_TOKEN",
            ],
            elsewhere: &[
                "TWINE_REPOSITORY",
                "TWINE_REPOSITORY_URL",
                "UV_PUBLISH_URL",
                "HATCH_INDEX_REPO",
            ],
            way: "publish with `use \"pypa/gh-action-pypi-publish@release/v1\"` without a password",
        },
        Registry::Npm => Known {
            name: "npm",
            tokens: &[
                "NODE_AUTH_TOKEN",
                "NPM_TOKEN",
                "NPM_AUTH_TOKEN",
                "NPM_CONFIG_TOKEN",
            ],
            elsewhere: &["NPM_CONFIG_REGISTRY", "npm_config_registry"],
            way: "`npm publish` of npm 11.5.1 or later needs no token then",
        },
        Registry::Crates => Known {
            name: "crates.io",
            tokens: &["CARGO_REGISTRY_TOKEN", "CRATES_IO_TOKEN"],
            elsewhere: &["CARGO_REGISTRY_DEFAULT"],
            way: "take a token for this run from `use \"rust-lang/crates-io-auth-action@v1\"`",
        },
    }
}

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        for stage in facts.graph.nodes.iter().filter_map(|n| n.as_stage()) {
            for step in &stage.steps {
                let registry = publish(step).and_then(|p| p.registry);
                let finding = registry.and_then(|r| token(facts, stage, step, &known(r)));
                found.extend(finding);
            }
        }
    }
}

fn token(facts: &PipelineFacts, stage: &Stage, step: &Step, known: &Known) -> Option<Diagnostic> {
    let pairs = || {
        let shared = stage.env.iter().chain(&facts.pipeline.env);
        step.env.iter().chain(shared)
    };
    if pairs().any(|(name, _)| known.elsewhere.contains(&name.as_str())) || elsewhere(stage) {
        return None;
    }
    let mut given = pairs().filter(|(name, _)| known.tokens.contains(&name.as_str()));
    let (secret, span) = given
        .find_map(|(_, value)| secret(value))
        .or_else(|| password(step))?;
    let own = step.template.is_none();
    let span = if own { span } else { step.origin.span };
    let message = format!("a stored token publishes to {}: `{secret}`", known.name);
    Some(
        Diagnostic::new(Code::LongLivedToken, span, message)
            .label("works for whoever gets hold of it, from anywhere, until somebody revokes it")
            .help(format!(
                "let {} trust this pipeline (\"trusted publishing\"), write `permission id_token \
                 {{ access = write, reason = \"proves to {} which run this is\" }}`, and remove \
                 the secret: {}",
                known.name, known.name, known.way
            )),
    )
}

/// Whether a step before sets up another registry.
fn elsewhere(stage: &Stage) -> bool {
    stage.steps.iter().any(|step| match &step.kind {
        StepKind::Action(action) if action.name == "actions/setup-node" => {
            let url = input(&action.inputs, "registry-url").map(|e| e.value().cloned());
            url.is_some_and(|url| {
                let text = url.as_ref().and_then(|v| v.as_str());
                !text.is_some_and(|t| t.contains("registry.npmjs.org"))
            })
        }
        _ => false,
    })
}

/// The password of an action that publishes to its own registry.
fn password(step: &Step) -> Option<(String, Span)> {
    let StepKind::Action(action) = &step.kind else {
        return None;
    };
    let index = |name: &str| input(&action.inputs, name).is_some();
    if index("repository-url") || index("repository_url") {
        return None;
    }
    input(&action.inputs, "password").and_then(secret)
}

fn secret(value: &Expr) -> Option<(String, Span)> {
    let mut name = None;
    each_ref(value, &mut |r| {
        if let Ref::Secret(id) = r {
            name.get_or_insert_with(|| (id.clone(), value.span));
        }
    });
    name
}
