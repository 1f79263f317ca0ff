//! Names: from the language's to the cluster's, and what the cluster takes.

/// The longest DNS label, and the longest value of a label.
const LONGEST: usize = 63;

/// The name of a declaration in the cluster: `policy_server` becomes `policy-server`.
pub fn object_name(id: &str) -> String {
    id.to_ascii_lowercase().replace('_', "-")
}

/// Why a text is no DNS label (RFC 1035, as a Service wants it), if it is none.
pub(super) fn label_fault(name: &str) -> Option<String> {
    if name.len() > LONGEST {
        return Some(format!(
            "it has {} characters of at most {LONGEST}",
            name.len()
        ));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if let Some(odd) = name.chars().find(|c| !allowed(*c)) {
        return Some(format!("it holds `{odd}`; only a-z, 0-9 and `-` are taken"));
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Some("it must begin with a letter".to_string());
    }
    (name.ends_with('-')).then(|| "it must end with a letter or digit".to_string())
}

/// Why a text can't be the value of a label, if it can't.
pub(super) fn value_fault(value: &str) -> Option<String> {
    if value.len() > LONGEST {
        return Some(format!(
            "it has {} characters of at most {LONGEST}",
            value.len()
        ));
    }
    if let Some(odd) = value.chars().find(|c| !is_inner(*c)) {
        return Some(format!(
            "it holds `{odd}`; only letters, digits, `-`, `_` and `.` are taken"
        ));
    }
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    (!edge(value.chars().next()) || !edge(value.chars().last()))
        .then(|| "it must begin and end with a letter or digit".to_string())
}

/// Why a text can't be the key of a label, if it can't: `[domain/]name`.
pub(super) fn key_fault(key: &str) -> Option<String> {
    let (domain, name) = match key.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, key),
    };
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let wrong = |part: &str| label_fault(part).is_some() && !digits(part);
    let wrong_domain = domain.is_some_and(|d| d.len() > 253 || d.split('.').any(wrong));
    if wrong_domain {
        return Some("the part before `/` must be a domain".to_string());
    }
    if name.is_empty() {
        return Some("it is empty".to_string());
    }
    value_fault(name)
}

/// Why a text can't name an environment variable that every cluster takes, if it can't.
pub(super) fn variable_fault(name: &str) -> Option<String> {
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return Some("it must not begin with a digit".to_string());
    }
    match name.chars().find(|c| !is_inner(*c)) {
        Some(odd) => Some(format!(
            "it holds `{odd}`; only letters, digits, `_`, `-` and `.` are taken"
        )),
        None => name.is_empty().then(|| "it is empty".to_string()),
    }
}

/// A text as the value of a label, where its author wrote it for people: `Carla RL` is `carla-rl`.
pub(super) fn as_value(text: &str) -> Option<String> {
    let mut value = String::new();
    for c in text.to_ascii_lowercase().chars() {
        match is_inner(c) {
            true => value.push(c),
            false if value.ends_with('-') => {}
            false => value.push('-'),
        }
    }
    value.truncate(LONGEST);
    let value = value.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    (!value.is_empty()).then(|| value.to_string())
}

fn is_inner(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}
