//! Unified diffs.

use similar::TextDiff;

use super::write::{Inspection, State};

/// What a build would change, as one patch. Files that gatec may not write are shown, too.
pub fn inspection(inspection: &Inspection, prefix: &str, color: bool) -> String {
    let outputs = inspection.outputs.iter().chain([&inspection.lock_file]);
    let changed = outputs.filter(|o| o.state != State::Current).map(|output| {
        let path = format!("{prefix}{}", output.path);
        unified(&path, output.found.as_deref(), Some(&output.content), color)
    });
    let gone = inspection
        .orphans
        .iter()
        .filter(|o| !o.edited)
        .map(|orphan| {
            let path = format!("{prefix}{}", orphan.path);
            unified(&path, Some(&orphan.found), None, color)
        });
    changed.chain(gone).collect()
}

/// The diff between two texts of a file; `None` where there is no file.
pub fn unified(path: &str, old: Option<&str>, new: Option<&str>, color: bool) -> String {
    let name = |side: &str, text: Option<&str>| match text {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_string(),
    };
    let diff = TextDiff::from_lines(old.unwrap_or_default(), new.unwrap_or_default());
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header(&name("a", old), &name("b", new))
        .to_string();
    if color { paint(&text) } else { text }
}

fn paint(text: &str) -> String {
    let mut painted = String::with_capacity(text.len() * 2);
    for line in text.lines() {
        let code = match line.get(..1) {
            _ if line.starts_with("+++") || line.starts_with("---") => "1",
            Some("+") => "32",
            Some("-") => "31",
            Some("@") => "36",
            _ => "0",
        };
        painted.push_str(&format!("\u{1b}[{code}m{line}\u{1b}[0m\n"));
    }
    painted
}
