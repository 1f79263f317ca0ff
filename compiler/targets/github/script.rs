//! Scripts: text with values inside becomes a script without any `${{ }}` and the environment
//! that carries the values, so that nothing a stranger wrote is ever read as code.

use super::expressions::{Lower, Tree, variable_name};
use super::text;
use crate::plan::{Expr, ExprKind, Part, Quoting, Ref, Text, Value};
use crate::source::Span;
use std::collections::BTreeSet;

/// A script and what it needs.
#[derive(Default)]
pub struct Script {
    /// What runs.
    pub run: String,
    /// Variables, in the order used: name, value, and the secret inside.
    pub env: Vec<(String, String, Option<String>)>,
}

/// How a shell spells texts and variables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// bash and sh.
    Posix,
    /// PowerShell.
    Power,
    /// Python.
    Python,
}

impl Shell {
    /// Of a name; `None` for one that gatec doesn't write scripts for.
    pub fn of(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("bash" | "sh") => Some(Self::Posix),
            Some("pwsh" | "powershell") => Some(Self::Power),
            Some("python") => Some(Self::Python),
            Some(_) => None,
        }
    }

    fn variable(self, name: &str, quoting: Quoting) -> Option<String> {
        Some(match (self, quoting) {
            (Self::Posix, Quoting::Bare) => format!("\"${{{name}}}\""),
            (Self::Posix, _) => format!("${{{name}}}"),
            (Self::Power, _) => format!("${{env:{name}}}"),
            (Self::Python, Quoting::Bare) => format!("__import__('os').environ['{name}']"),
            (Self::Python, _) => return None,
        })
    }

    fn constant(self, value: &Value, quoting: Quoting) -> String {
        match (value, quoting) {
            (Value::List(items), Quoting::Bare) if self != Self::Python => {
                let words: Vec<String> = items.iter().map(|i| self.constant(i, quoting)).collect();
                words.join(" ")
            }
            (Value::List(items), _) => items
                .iter()
                .map(text::constant)
                .collect::<Vec<_>>()
                .join(" "),
            (value, Quoting::Bare) => self.word(&text::constant(value)),
            (value, _) => self.inside_double(&text::constant(value)),
        }
    }

    /// A text as one word.
    fn word(self, text: &str) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
        match self {
            Self::Posix if !text.is_empty() && text.chars().all(plain) => text.to_string(),
            Self::Posix => format!("'{}'", text.replace('\'', r"'\''")),
            Self::Power => format!("'{}'", text.replace('\'', "''")),
            Self::Python => serde_json::Value::from(text).to_string(),
        }
    }

    /// A text that stands inside double quotes.
    fn inside_double(self, text: &str) -> String {
        let (special, escape) = match self {
            Self::Posix => ("\\\"$`", '\\'),
            Self::Power => ("\"$`", '`'),
            Self::Python => ("\\\"", '\\'),
        };
        let mut escaped = String::with_capacity(text.len());
        for c in text.chars() {
            if special.contains(c) {
                escaped.push(escape);
            }
            escaped.push(c);
        }
        escaped
    }
}

/// Builds a script; `taken` are variables that the step has already.
pub fn build(
    lower: Lower<'_>,
    script: &Text,
    shell: Shell,
    taken: &BTreeSet<String>,
    span: Span,
) -> Script {
    let mut built = Script::default();
    let mut known: Vec<(Tree, String)> = Vec::new();
    for part in &script.parts {
        match part {
            Part::Text(text) => {
                if text.contains("${{") {
                    lower.cx.cannot(
                        span,
                        "GitHub would evaluate the `${{` in this script before the shell sees it"
                            .to_string(),
                    );
                }
                built.run.push_str(text);
            }
            Part::Value(expr, quoting) => match &expr.kind {
                ExprKind::Const(value) if !matches!(value, Value::Symbol(_)) => {
                    built.run.push_str(&shell.constant(value, *quoting));
                }
                _ => {
                    let name = carry(lower, expr, script, taken, &mut built, &mut known);
                    match shell.variable(&name, *quoting) {
                        Some(text) => built.run.push_str(&text),
                        None => lower.cx.cannot(
                            expr.span,
                            "a value inside a Python text can't be inserted safely".to_string(),
                        ),
                    }
                }
            },
        }
    }
    built
}

/// The variable that carries a value, made where the script has none yet.
fn carry(
    lower: Lower<'_>,
    expr: &Expr,
    script: &Text,
    taken: &BTreeSet<String>,
    built: &mut Script,
    known: &mut Vec<(Tree, String)>,
) -> String {
    let tree = lower.value(expr);
    if let Some((_, name)) = known.iter().find(|(t, _)| *t == tree) {
        return name.clone();
    }
    let wish = match &expr.kind {
        ExprKind::Ref(reference) => variable_name(reference),
        _ => first_name(expr),
    };
    let used = |name: &str| {
        let written = |p: &Part| matches!(p, Part::Text(t) if has_word(t, name));
        taken.contains(name)
            || known.iter().any(|(_, n)| n == name)
            || script.parts.iter().any(written)
            || RESERVED.contains(&name)
            || name.starts_with("GITHUB_")
            || name.starts_with("RUNNER_")
    };
    let mut name = wish.clone();
    let mut number = 2;
    while used(&name) {
        name = format!("{wish}_{number}");
        number += 1;
    }
    let secret = super::context::secret_in(expr).map(str::to_string);
    let value = text::scalar(lower, expr);
    built.env.push((name.clone(), value, secret));
    known.push((tree, name.clone()));
    name
}

/// A computed value is named after the one reference in it, if there is only one.
fn first_name(expr: &Expr) -> String {
    match expr.refs().as_slice() {
        [reference] if !matches!(reference, Ref::Event) => variable_name(reference),
        _ => "VALUE".to_string(),
    }
}

fn has_word(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}

/// Variables that shells and tools give a meaning.
const RESERVED: &[&str] = &[
    "BASH", "CI", "HOME", "IFS", "LANG", "PATH", "PWD", "SHELL", "TMPDIR", "USER",
];

/// Repeats a bash script until it ends well.
pub fn repeated(script: &str, retries: u32) -> String {
    let mut mark = "SCRIPT".to_string();
    while script.lines().any(|line| line == mark) {
        mark.push('_');
    }
    let tries = retries.saturating_add(1);
    format!(
        "script=\"$(cat <<'{mark}'\n{}\n{mark}\n)\"\n\
         for attempt in $(seq {tries}); do\n  \
           if bash -eo pipefail -c \"${{script}}\"; then\n    exit 0\n  fi\n  \
           echo \"attempt ${{attempt}} of {tries} failed\"\n\
         done\nexit 1",
        script.trim_end_matches('\n')
    )
}
