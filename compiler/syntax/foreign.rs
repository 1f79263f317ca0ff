//! Whole texts that are no `.gate`: one message instead of one per line.
//!
//! Takes a text, gives what it is. It looks at the shape of lines only.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// Says of YAML that it is YAML.
pub fn yaml(file: FileId, text: &str) -> Option<Diagnostic> {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .collect();
    let first = *lines.first()?;
    let begins = first == "---" || (is_key(first) && !first.starts_with([' ', '\t', '-']));
    let keys = lines.iter().filter(|line| is_key(line)).count();
    let braces = |line: &&str| line.trim_end().ends_with('{') || line.trim() == "}";
    if !begins || keys < 3 || keys * 3 < lines.len() || lines.iter().any(braces) {
        return None;
    }
    let start = text.find(first)?;
    let workflow = lines.iter().any(|line| line.trim_end() == "jobs:");
    let found = Diagnostic::new(
        Code::YamlSource,
        Span::new(file, start, start + first.len()),
        "this is YAML; gatec reads `.gate`",
    )
    .label("a key of YAML");
    Some(found.help(match workflow {
        true => "leave the workflow where it is; `gatec init` writes a first `pipeline.gate`, in which a job is `stage test { run \"make test\" }`",
        false => "values are set as `name = value` and blocks stand in braces; `gatec init` writes a first `pipeline.gate`",
    }))
}

/// `name:` or `- name: value`.
fn is_key(line: &str) -> bool {
    let line = line.trim();
    let line = line.strip_prefix("- ").unwrap_or(line).trim_start();
    let Some((name, rest)) = line.split_once(':') else {
        return false;
    };
    let name = name.trim_matches(['"', '\'']);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    !name.is_empty()
        && name.chars().all(plain)
        && (rest.is_empty() || rest.starts_with([' ', '\r']))
}
