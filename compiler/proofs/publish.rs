//! What a step gives to the world: packages, images, releases.
//!
//! Takes a step, gives the command or action that publishes, if one surely does.

use super::shell::{Command, commands};
use crate::plan::{Expr, Part, Step, StepKind, Text, Value};

/// A place for packages that knows who a pipeline's run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Registry {
    Pypi,
    Npm,
    Crates,
}

/// Something that publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// As it is written: `npm publish`.
    pub how: String,
    /// Where to, when it is one of these.
    pub registry: Option<Registry>,
}

use Registry::{Crates, Npm, Pypi};

/// Commands that publish, by their first words.
const COMMANDS: &[(&[&str], Option<Registry>)] = &[
    (&["npm", "publish"], Some(Npm)),
    (&["pnpm", "publish"], Some(Npm)),
    (&["yarn", "npm", "publish"], Some(Npm)),
    (&["twine", "upload"], Some(Pypi)),
    (&["python", "-m", "twine", "upload"], Some(Pypi)),
    (&["python3", "-m", "twine", "upload"], Some(Pypi)),
    (&["uv", "publish"], Some(Pypi)),
    (&["poetry", "publish"], Some(Pypi)),
    (&["hatch", "publish"], Some(Pypi)),
    (&["maturin", "publish"], Some(Pypi)),
    (&["maturin", "upload"], Some(Pypi)),
    (&["cargo", "publish"], Some(Crates)),
    (&["docker", "push"], None),
    (&["helm", "push"], None),
    (&["gem", "push"], None),
    (&["gh", "release", "create"], None),
    (&["gh", "release", "upload"], None),
    (&["dotnet", "nuget", "push"], None),
];

/// Each of those commands says one of these: a script that says none isn't taken apart.
const VERBS: &[&str] = &["publish", "upload", "push", "create"];

/// Actions that publish; with an input, only if it is `true`.
const ACTIONS: &[(&str, Option<&str>, Option<Registry>)] = &[
    ("pypa/gh-action-pypi-publish", None, Some(Pypi)),
    ("docker/build-push-action", Some("push"), None),
    ("docker/bake-action", Some("push"), None),
    ("softprops/action-gh-release", None, None),
    ("ncipollo/release-action", None, None),
    ("goreleaser/goreleaser-action", None, None),
];

/// Options that send a package elsewhere, or nowhere.
const ELSEWHERE: &[&str] = &[
    "--registry",
    "--repository",
    "--repository-url",
    "--publish-url",
    "--index",
    "--dry-run",
    "-r",
];

/// What a step publishes with.
pub fn publish(step: &Step) -> Option<Publish> {
    match &step.kind {
        StepKind::Run(script) if says_verb(script) => commands(script).iter().find_map(command),
        StepKind::Run(_) => None,
        StepKind::Action(action) => {
            let (name, only, registry) = ACTIONS.iter().find(|(n, ..)| *n == action.name)?;
            let input = only.map(|name| input(&action.inputs, name).and_then(truth));
            (input != Some(None) && input != Some(Some(false))).then(|| Publish {
                how: name.to_string(),
                registry: *registry,
            })
        }
        StepKind::Take { .. } => None,
    }
}

fn says_verb(script: &Text) -> bool {
    let said = |part: &Part| match part {
        Part::Text(text) => VERBS.iter().any(|verb| text.contains(verb)),
        Part::Value(..) => false,
    };
    script.parts.iter().any(said)
}

fn command(command: &Command) -> Option<Publish> {
    let (words, registry) = COMMANDS.iter().find(|(words, _)| command.starts(words))?;
    let option = |word: &String| {
        let name = word.split('=').next().unwrap_or(word);
        ELSEWHERE.contains(&name)
    };
    let elsewhere = command.args().iter().any(option);
    Some(Publish {
        how: words.join(" "),
        registry: registry.filter(|_| !elsewhere),
    })
}

/// An input of an action.
pub fn input<'a>(inputs: &'a [(String, Expr)], name: &str) -> Option<&'a Expr> {
    inputs.iter().find(|(n, _)| n == name).map(|(_, e)| e)
}

/// Whether a value is surely true or false.
pub fn truth(expr: &Expr) -> Option<bool> {
    match expr.value()? {
        Value::Bool(b) => Some(*b),
        Value::Str(text) if text == "true" => Some(true),
        Value::Str(text) if text == "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_says_a_verb() {
        for (words, _) in COMMANDS {
            assert!(says_verb(&Text::plain(words.join(" "))), "{words:?}");
        }
    }
}
