//! `movable-call`: a pipeline of another repository, called by a tag or a branch.
//!
//! Who moves the tag decides what runs with the rights and secrets that the stage hands over.

use super::context::{Context, called};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Node, RemoteCall};

/// Digits of a commit's name, by SHA-1 and by SHA-256.
const DIGITS: [usize; 2] = [40, 64];

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for node in context.pipelines.iter().flat_map(|p| p.graph.nodes) {
        let call = node.as_stage().and_then(|stage| stage.calls.as_ref());
        found.extend(
            call.filter(|c| !is_commit(&c.version))
                .map(|c| report(node, c)),
        );
    }
}

fn is_commit(version: &str) -> bool {
    DIGITS.contains(&version.len()) && version.chars().all(|c| c.is_ascii_hexdigit())
}

fn report(node: &Node, call: &RemoteCall) -> Diagnostic {
    let secrets = match call.secrets.is_empty() {
        true => "",
        false => " with the secrets it is given",
    };
    let message = format!(
        "{} calls `{}` by `{}`, which can be moved",
        called(node),
        call.path,
        call.version
    );
    Diagnostic::new(Code::MovableCall, node.origin.span, message)
        .label(format!("what stands there on the day runs{secrets}"))
        .help("write its commit, with the tag as a comment: `…yml@COMMIT\"  # v3`")
}
