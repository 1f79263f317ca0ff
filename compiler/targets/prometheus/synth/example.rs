//! Label values that matchers admit, and values that they don't.

use crate::targets::prometheus::promql::{Match, MatchOp};

/// Values that read well in a test, tried in this order.
const PLAIN: [&str; 6] = ["200", "ok", "other", "none", "a", "1"];

/// A value that every matcher admits.
pub fn admitted(matchers: &[&Match]) -> Option<String> {
    let mut candidates = Vec::new();
    for matcher in matchers {
        match matcher.op {
            MatchOp::Equal => candidates.push(matcher.value.clone()),
            MatchOp::Regex => candidates.extend(instance(&matcher.value)),
            MatchOp::NotEqual | MatchOp::NotRegex => {}
        }
    }
    candidates.extend(PLAIN.map(str::to_string));
    let passes = |c: &String| matchers.iter().all(|m| m.admits(c) == Some(true));
    candidates.into_iter().find(|c| !c.is_empty() && passes(c))
}

/// A value that the matcher refuses.
pub fn refused(matcher: &Match) -> Option<String> {
    let negative = matches!(matcher.op, MatchOp::NotEqual | MatchOp::NotRegex);
    let candidates = if negative {
        instance(&matcher.value).into_iter().collect()
    } else {
        // Numbers beside numbers: the good status beside `5..` is 200.
        let digits = matcher.value.contains(|c: char| c.is_ascii_digit());
        let skip = usize::from(!digits);
        PLAIN
            .iter()
            .skip(skip)
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let mut candidates = candidates.into_iter();
    candidates.find(|c| matcher.admits(c) == Some(false))
}

/// A text that a simple regular expression matches; the caller checks that it does.
fn instance(pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut letters = pattern.chars().peekable();
    // The first of top-level alternatives is enough.
    while let Some(c) = letters.next() {
        let piece = match c {
            '|' => break,
            '^' | '$' => continue,
            '.' => "0".to_string(),
            '\\' => escaped(letters.next()?),
            '[' => class(&mut letters)?,
            '(' => instance(&group(&mut letters)?)?,
            c => c.to_string(),
        };
        match letters.peek() {
            Some('*' | '?') => {
                letters.next();
            }
            Some('+') => {
                letters.next();
                out.push_str(&piece);
            }
            Some('{') => {
                let count: String = letters.by_ref().skip(1).take_while(|c| *c != '}').collect();
                let least: usize = count.split(',').next()?.parse().ok()?;
                out.push_str(&piece.repeat(least.min(64)));
            }
            _ => out.push_str(&piece),
        }
    }
    Some(out)
}

fn escaped(c: char) -> String {
    match c {
        'd' => "0".to_string(),
        'w' => "a".to_string(),
        's' => " ".to_string(),
        c => c.to_string(),
    }
}

fn class(letters: &mut impl Iterator<Item = char>) -> Option<String> {
    let members: String = letters.take_while(|c| *c != ']').collect();
    let first = members.chars().next()?;
    let piece = if first == '^' {
        let mut plain = ('a'..='z').chain('0'..='9');
        plain.find(|c| !members.contains(*c))?
    } else {
        first
    };
    Some(piece.to_string())
}

/// The inside of a group, up to its own closing parenthesis.
fn group(letters: &mut impl Iterator<Item = char>) -> Option<String> {
    let mut depth = 1;
    let mut inside = String::new();
    for c in letters.by_ref() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(inside.trim_start_matches("?:").to_string());
        }
        inside.push(c);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(value: &str) -> Match {
        Match {
            label: "x".into(),
            op: MatchOp::Regex,
            value: value.into(),
        }
    }

    #[test]
    fn patterns_get_a_value_of_each_kind() {
        let cases = [
            ("5..", "500", "200"),
            ("4..|5..", "400", "200"),
            ("(get|put)_[a-z]+", "get_a", "ok"),
            ("v\\d{2}", "v00", "200"),
            ("/api(/v[12])?", "/api", "200"),
        ];
        for (pattern, good, bad) in cases {
            let matcher = regex(pattern);
            assert_eq!(admitted(&[&matcher]).as_deref(), Some(good));
            assert_eq!(refused(&matcher).as_deref(), Some(bad));
        }
        assert_eq!(refused(&regex(".*")), None);
        assert_eq!(
            admitted(&[&Match::equal("x", "a"), &Match::equal("x", "b")]),
            None
        );
    }
}
