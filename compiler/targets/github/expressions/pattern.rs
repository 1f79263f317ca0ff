//! Regular expressions that GitHub's language can say: it has only equality, `startsWith`,
//! `endsWith` and `contains`. Takes a pattern, gives the literal shapes it stands for, or none.

/// One literal shape of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Exactly this.
    Is(String),
    /// Begins with this.
    Starts(String),
    /// Ends with this.
    Ends(String),
    /// Has this somewhere.
    Has(String),
}

/// The shapes of an anchored pattern: alternatives of a literal with `.*` before, after or both.
pub fn shapes(pattern: &str) -> Option<Vec<Shape>> {
    let whole = pattern
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .filter(|inner| !inner.contains(['(', ')']))
        .unwrap_or(pattern);
    whole.split('|').map(shape).collect()
}

fn shape(pattern: &str) -> Option<Shape> {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
    let (open_left, rest) = match pattern.strip_prefix(".*") {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let (open_right, middle) = match rest.strip_suffix(".*") {
        Some(middle) if !middle.ends_with('\\') => (true, middle),
        _ => (false, rest),
    };
    let literal = literal(middle)?;
    Some(match (open_left, open_right) {
        (false, false) => Shape::Is(literal),
        (false, true) => Shape::Starts(literal),
        (true, false) => Shape::Ends(literal),
        (true, true) => Shape::Has(literal),
    })
}

fn literal(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().filter(|c| !c.is_ascii_alphanumeric())?),
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' | '|' => {
                return None;
            }
            c => text.push(c),
        }
    }
    Some(text)
}
